namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// A vector register of floats. The kernels are written once over it; each implementation is one vector width, and the JIT generates code
/// for each.
/// </summary>
internal unsafe interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Smaller exponents may be treated as this one, the smallest of a normal float.</summary>
    const float SmallestExponent = -126;

    /// <summary>N, elements of a register.</summary>
    static abstract int Count { get; }

    /// <summary>Most rows of a register tile: limited by the processor's registers, with four vectors a row.</summary>
    static abstract int TileRows { get; }

    static abstract T Load(float* source);

    /// <summary>Loads floats whose upper 16 bits, a bfloat16, are in the lower 16 bits of each element.</summary>
    static abstract T LoadLowHalves(float* source);

    static abstract void Store(T value, float* destination);

    /// <summary>The same value in all lanes.</summary>
    static abstract T Create(float value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    /// <summary>a / b to about 1 unit in the last place; b is above 0 and below 2^127.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>a b + c, rounded once where the processor supports it.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The same with b in memory: in this form the JIT generates one instruction of load, product and sum.</summary>
    static abstract T MultiplyAdd(T a, float* b, T c);

    /// <summary>The smaller of the two; NaN where <paramref name="b"/> is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger of the two; NaN where <paramref name="b"/> is NaN.</summary>
    static abstract T Max(T a, T b);

    static abstract T Sqrt(T value);

    /// <summary><paramref name="value"/> where <paramref name="condition"/> is above 0, else 0.</summary>
    static abstract T WherePositive(T condition, T value);

    /// <summary>The fractional part of <paramref name="value"/>, 0 to 1; NaN for NaN and for infinities.</summary>
    static abstract T Fraction(T value);

    /// <summary>
    /// value 2^n, with n the integer part of <paramref name="exponent"/> (see <see cref="Fraction"/>); values are 1 to 2, exponents below
    /// 127.
    /// </summary>
    static abstract T Scale(T value, T exponent);
}
