namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// A vector register of single-precision numbers. The kernels are written once over it; each implementation is one width of what
/// processors have, and the JIT makes code of its own for each.
/// </summary>
internal unsafe interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Smaller exponents may count as this one, the smallest of a normal number.</summary>
    const float SmallestExponent = -126;

    /// <summary>N, numbers in a register.</summary>
    static abstract int Count { get; }

    /// <summary>Most rows of a register tile: with four vectors a row, what the processor's registers hold.</summary>
    static abstract int TileRows { get; }

    static abstract T Load(float* source);

    /// <summary>Numbers whose upper 16 bits, bfloat16, stand in the lower 16 bits of each place.</summary>
    static abstract T LoadLowHalves(float* source);

    static abstract void Store(T value, float* destination);

    /// <summary>The same number in all lanes.</summary>
    static abstract T Create(float value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    /// <summary>a / b to about 1 unit in the last place; b is above 0 and below 2^127.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The same with b in memory: written so, the JIT makes one instruction of load, product and sum.</summary>
    static abstract T MultiplyAdd(T a, float* b, T c);

    /// <summary>The smaller of the two; NaN where <paramref name="b"/> is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger of the two; NaN where <paramref name="b"/> is NaN.</summary>
    static abstract T Max(T a, T b);

    static abstract T Sqrt(T value);

    /// <summary><paramref name="value"/> where <paramref name="condition"/> is above 0, else 0.</summary>
    static abstract T WherePositive(T condition, T value);

    /// <summary>What <paramref name="value"/> is above the whole number below it, 0 to 1; NaN of NaN and of infinities.</summary>
    static abstract T Fraction(T value);

    /// <summary>
    /// value 2^n, n being <paramref name="exponent"/> without its <see cref="Fraction"/>; values are 1 to 2, exponents below 127.
    /// </summary>
    static abstract T Scale(T value, T exponent);
}
