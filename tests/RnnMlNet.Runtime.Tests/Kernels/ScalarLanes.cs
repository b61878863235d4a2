using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Tests.Kernels;

/// <summary>One number: the kernels without vectors.</summary>
internal readonly unsafe struct ScalarLanes(float value) : ILanes<ScalarLanes>
{
    private readonly float _value = value;

    public static int Count => 1;

    public static int TileRows => 3;

    public static ScalarLanes Load(float* source) => new(*source);

    public static ScalarLanes LoadLowHalves(float* source) => new(BitConverter.UInt32BitsToSingle(*(uint*)source << 16));

    public static void Store(ScalarLanes value, float* destination) => *destination = value._value;

    public static ScalarLanes Create(float value) => new(value);

    public static ScalarLanes operator +(ScalarLanes a, ScalarLanes b) => new(a._value + b._value);

    public static ScalarLanes operator -(ScalarLanes a, ScalarLanes b) => new(a._value - b._value);

    public static ScalarLanes operator *(ScalarLanes a, ScalarLanes b) => new(a._value * b._value);

    public static ScalarLanes operator /(ScalarLanes a, ScalarLanes b) => new(a._value / b._value);

    public static ScalarLanes MultiplyAdd(ScalarLanes a, ScalarLanes b, ScalarLanes c) => new(a._value * b._value + c._value);

    public static ScalarLanes MultiplyAdd(ScalarLanes a, float* b, ScalarLanes c) => new(a._value * *b + c._value);

    public static ScalarLanes Min(ScalarLanes a, ScalarLanes b) => new(a._value < b._value ? a._value : b._value);

    public static ScalarLanes Max(ScalarLanes a, ScalarLanes b) => new(a._value > b._value ? a._value : b._value);

    public static ScalarLanes Sqrt(ScalarLanes value) => new(MathF.Sqrt(value._value));

    public static ScalarLanes WherePositive(ScalarLanes condition, ScalarLanes value) => new(condition._value > 0 ? value._value : 0);

    public static ScalarLanes Fraction(ScalarLanes value) => new(value._value - MathF.Floor(value._value));

    public static ScalarLanes Scale(ScalarLanes value, ScalarLanes exponent) =>
        new(value._value * MathF.Pow(2, MathF.Floor(MathF.Max(ILanes<ScalarLanes>.SmallestExponent, exponent._value))));
}
