using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.Wasm;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>4 floats: SSE and Arm64's AdvSimd, and any other processor, on which .NET falls back to scalar code.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128>
{
    private readonly Vector128<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes128(Vector128<float> value) => _value = value;

    public static int Count => 4;

    /// <summary>16 registers on x64, 32 on Arm64.</summary>
    public static int TileRows => Vector128.IsHardwareAccelerated && AdvSimd.IsSupported ? 6 : 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadLowHalves(float* source) => new((Vector128.Load((uint*)source) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, float* destination) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(MultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, float* b, Lanes128 c) => new(MultiplyAdd(a._value, Vector128.Load(b), c._value));

    // x64 gives the second operand where one is NaN, Arm64 gives NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WherePositive(Lanes128 condition, Lanes128 value) =>
        new(Vector128.GreaterThan(condition._value, Vector128<float>.Zero) & value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fraction(Lanes128 value) => new(value._value - Vector128.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Scale(Lanes128 value, Lanes128 exponent) =>
        new(
            value._value
                * PowerOf2(Vector128.Floor(Vector128.MaxNative(Vector128.Create(ILanes<Lanes128>.SmallestExponent), exponent._value)))
        );

    // WebAssembly has no such instruction, and .NET's interpreter there would emulate it element by element.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        PackedSimd.IsSupported ? a * b + c : Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOf2(Vector128<float> whole) =>
        ((Vector128.ConvertToInt32Native(whole) + Vector128.Create(127)) << 23).AsSingle();
}
