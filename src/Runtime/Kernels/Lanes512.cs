using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>16 floats: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Lanes512>
{
    private readonly Vector512<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes512(Vector512<float> value) => _value = value;

    public static int Count => 16;

    /// <summary>32 registers.</summary>
    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadLowHalves(float* source) => new((Vector512.Load((uint*)source) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 value, float* destination) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    /// <summary>By the reciprocal's 14-bit estimate and one step of Newton's method, several times faster than dividing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b)
    {
        if (!Avx512F.IsSupported)
            return new(a._value / b._value);
        Vector512<float> estimate = Avx512F.Reciprocal14(b._value);
        Vector512<float> error = Avx512F.FusedMultiplyAddNegated(b._value, estimate, Vector512<float>.One);
        return new(a._value * Vector512.MultiplyAddEstimate(estimate, error, estimate));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, float* b, Lanes512 c) =>
        new(Vector512.MultiplyAddEstimate(a._value, Vector512.Load(b), c._value));

    // x64 gives the second operand where one is NaN, Arm64 gives NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WherePositive(Lanes512 condition, Lanes512 value) =>
        new(Vector512.GreaterThan(condition._value, Vector512<float>.Zero) & value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fraction(Lanes512 value) => new(value._value - Vector512.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Scale(Lanes512 value, Lanes512 exponent) =>
        new(
            Avx512F.IsSupported
                ? Avx512F.Scale(value._value, exponent._value)
                : value._value
                    * PowerOf2(Vector512.Floor(Vector512.MaxNative(Vector512.Create(ILanes<Lanes512>.SmallestExponent), exponent._value)))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOf2(Vector512<float> whole) =>
        ((Vector512.ConvertToInt32Native(whole) + Vector512.Create(127)) << 23).AsSingle();
}
