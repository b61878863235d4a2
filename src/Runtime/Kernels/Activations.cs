using System.Runtime.CompilerServices;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// The gates' activations, all computed from one power of two. Their arguments are already scaled: the packed weights include the factors
/// -log2(e) and -2 log2(e), so that e^-a is 2^x.
/// </summary>
/// <remarks>
/// Absolute errors, over all finite arguments: sigmoid at most 1.5e-7, tanh at most 2e-7; tanh(0) is exactly 0, so padded units stay 0.
/// Infinities, from sums that overflowed, give the limit or NaN.
/// </remarks>
internal static class Activations
{
    private const float Log2E = 1.44269504088896341f;

    /// <summary>Factor of an exponential's argument.</summary>
    public const float ExpScale = Log2E;

    /// <summary>Factor of a sigmoid's argument.</summary>
    public const float SigmoidScale = -Log2E;

    /// <summary>Factor of a tanh's argument.</summary>
    public const float TanhScale = -2 * Log2E;

    // Beyond it, a sigmoid or tanh is 0 or 1 to the last bit; the product of three such powers is still finite.
    private const float LargestExponent = 40;

    private const float LargestComparable = 120;

    /// <summary>
    /// 2^x: the integer part by the exponent, the fraction, in [0, 1], by a polynomial that is exactly 1 and 2 at the ends (minimal largest
    /// relative error under that condition: 9.3e-8).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2<T>(T x)
        where T : unmanaged, ILanes<T> => Exp2(x, LargestExponent);

    /// <summary>2^x up to 2^120, where powers are compared with one another: the sum of two of them is finite, and the reciprocal of one is
    /// a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ComparableExp2<T>(T x)
        where T : unmanaged, ILanes<T> => Exp2(x, LargestComparable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Exp2<T>(T x, float largest)
        where T : unmanaged, ILanes<T>
    {
        T rest = T.Fraction(x);
        T power = T.MultiplyAdd(rest, T.Create(0.00187931838f), T.Create(0.00899099564f));
        power = T.MultiplyAdd(power, rest, T.Create(0.0558186756f));
        power = T.MultiplyAdd(power, rest, T.Create(0.240159272f));
        power = T.MultiplyAdd(power, rest, T.Create(0.693151739f));
        power = T.MultiplyAdd(power, rest, T.Create(1));
        return T.Scale(power, T.Min(T.Create(largest), x));
    }

    /// <summary>sigmoid(a), given x = a <see cref="SigmoidScale"/>: 1 / (1 + 2^x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : unmanaged, ILanes<T> => T.Create(1) / (T.Create(1) + Exp2(x));

    /// <summary>
    /// -log2 of sigmoid(a), given x = a <see cref="SigmoidScale"/>: log2(1 + 2^x), as the larger of x and 0 plus log2(1 + 2^-|x|), which is
    /// a polynomial on [0, 1] (largest error 1.3e-7).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinusLog2Sigmoid<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T zero = T.Create(0),
            larger = T.Max(zero, x);
        T t = Exp2(x - larger - larger);
        T log = T.MultiplyAdd(t, T.Create(0.00739540206f), T.Create(-0.0419450104f));
        log = T.MultiplyAdd(log, t, T.Create(0.111832075f));
        log = T.MultiplyAdd(log, t, T.Create(-0.19623895f));
        log = T.MultiplyAdd(log, t, T.Create(0.275221199f));
        log = T.MultiplyAdd(log, t, T.Create(-0.358299077f));
        log = T.MultiplyAdd(log, t, T.Create(0.480678886f));
        log = T.MultiplyAdd(log, t, T.Create(-0.721339524f));
        log = T.MultiplyAdd(log, t, T.Create(1.44269502f));
        return T.MultiplyAdd(log, t, larger);
    }

    /// <summary>tanh(a), given x = a <see cref="TanhScale"/>: (1 - 2^x) / (1 + 2^x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T power = Exp2(x);
        return (T.Create(1) - power) / (T.Create(1) + power);
    }
}
