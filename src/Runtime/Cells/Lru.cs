using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// Linear recurrent unit (Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", 2023), a diagonal state space, with
/// a gated output. Gates a b d o of <c>W_i* x + b_i*</c>: <c>s' = λ s + γ (a + b i)</c>, <c>h' = σ(o) (Re s' + d)</c>, where a + b i is the
/// paper's B x and d its D x; its C is the next layer's product. Parameters of a unit ν θ γ̃, of which <c>λ = exp(-exp(ν) + i exp(θ))</c>,
/// so that |λ| is below 1, and <c>γ = exp(γ̃)</c>.
/// </summary>
/// <remarks>
/// Initially λ is uniform on the unit disc and <c>γ = √(1 - |λ|²)</c>, which makes the states of white noise as large as its products
/// (section 3.4 of the paper: rings from 0 to 1).
/// </remarks>
internal sealed class Lru() : Cell<LruForward, LruTraining>(CellKind.Lru), IDiagonalCell
{
    // A row's first s; h is not read.
    public override IReadOnlyList<FirstState> FirstStates { get; } = [FirstState.Zero, FirstState.Learnt, FirstState.Learnt];

    public override bool HasRecurrentWeights => false;

    public override void Step(
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> recurrent,
        ReadOnlySpan<double> parameters,
        Span<double> h,
        Span<double> c
    )
    {
        int units = h.Length;
        for (int unit = 0; unit < units; unit++)
        {
            var (real, imaginary, scale) = Recurrence(parameters[unit], parameters[units + unit], parameters[2 * units + unit]);
            double re = real * c[unit] - imaginary * c[units + unit] + scale * input[unit],
                im = imaginary * c[unit] + real * c[units + unit] + scale * input[units + unit];
            (c[unit], c[units + unit]) = (re, im);
            h[unit] = Sigmoid(input[3 * units + unit]) * (re + input[2 * units + unit]);
        }
    }

    public override void InitializeUnits(Span<float> values, Func<double> uniform)
    {
        int units = values.Length / LruForward.P;
        for (int unit = 0; unit < units; unit++)
        {
            // The square of the radius of a point that is uniform on the disc, not 0.
            double square = 1 - uniform(),
                angle = 2 * Math.PI * (1 - uniform());
            // At the radius 1 itself, ν would be -∞.
            double decay = Math.Max(-0.5 * Math.Log(square), 1e-6);
            values[unit] = (float)Math.Log(decay);
            values[units + unit] = (float)Math.Log(angle);
            values[2 * units + unit] = (float)(0.5 * Math.Log(1 - Math.Exp(-2 * decay)));
        }
    }

    public (double Real, double Imaginary, double Scale) Recurrence(ReadOnlySpan<float> unit, int index)
    {
        int units = unit.Length / LruForward.P;
        return Recurrence((double)unit[index], unit[units + index], unit[2 * units + index]);
    }

    public string AddHidden(IGateNodes gates, string real) =>
        gates.Add("Mul", gates.Add("Sigmoid", gates.Gate(3)), gates.Add("Add", real, gates.Gate(2)));

    public override bool AreUnitsPossible(ReadOnlySpan<float> parameters)
    {
        for (int unit = 0; unit < parameters.Length / LruForward.P; unit++)
        {
            var (real, imaginary, scale) = Recurrence(parameters, unit);
            if (!double.IsFinite(real) || !double.IsFinite(imaginary) || !float.IsFinite((float)scale))
                return false;
        }
        return true;
    }

    /// <summary>λ and γ from ν, θ and γ̃.</summary>
    public static (double Real, double Imaginary, double Scale) Recurrence(double nu, double theta, double gamma)
    {
        double radius = Math.Exp(-Math.Exp(nu)),
            angle = Math.Exp(theta);
        return (radius * Math.Cos(angle), radius * Math.Sin(angle), Math.Exp(gamma));
    }
}

/// <summary>The step over Re s and Im s. The units' values are Re λ, Im λ, γ.</summary>
internal readonly unsafe struct LruForward : ICellForward
{
    /// <summary>Parameters of a unit.</summary>
    public const int P = 3;

    public static int Vectors => 4;

    public static int Gates => 4;

    public static int StateVectors => 2;

    public static int UnitParameters => P;

    public static float GateScale(int gate) => gate == 3 ? Activations.SigmoidScale : 1;

    public static void ToUnitValues(float* parameters, float* values, nint stride, int units)
    {
        for (int unit = 0; unit < units; unit++)
        {
            var (real, imaginary, scale) = Lru.Recurrence(
                parameters[unit],
                (double)parameters[stride + unit],
                parameters[2 * stride + unit]
            );
            (values[unit], values[stride + unit], values[2 * stride + unit]) = ((float)real, (float)imaginary, (float)scale);
        }
    }

    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> =>
        throw new NotSupportedException("The linear recurrent unit computes with the values of its units.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a, T b, T d, T o, float* unit, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T re = Next(a, b, unit, state, state, gateStride);
        T.Store((re + d) / (T.Create(1) + Activations.Exp2(o)), output);
    }

    /// <summary>s' of some units.</summary>
    /// <param name="a">The real part of B x.</param>
    /// <param name="b">The imaginary part.</param>
    /// <param name="unit">The units' values.</param>
    /// <param name="before">Re s, then Im s.</param>
    /// <param name="after">Those of s', overwritten.</param>
    /// <param name="gateStride">Elements from vector to vector.</param>
    /// <returns>Re s'.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Next<T>(T a, T b, float* unit, float* before, float* after, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T real = T.Load(unit),
            imaginary = T.Load(unit + gateStride),
            scale = T.Load(unit + 2 * gateStride);
        T re = T.Load(before),
            im = T.Load(before + gateStride);
        T nextRe = T.MultiplyAdd(scale, a, real * re) - imaginary * im,
            nextIm = T.MultiplyAdd(imaginary, re, T.MultiplyAdd(real, im, scale * b));
        T.Store(nextRe, after);
        T.Store(nextIm, after + gateStride);
        return nextRe;
    }
}

/// <summary>Saves a b, Re s' + d, σ(o), h, Re s', Im s' of each step.</summary>
internal readonly unsafe struct LruTraining : ICellTraining
{
    private const int H = 4;
    private const int Re = 5;

    public static int Vectors => 4;

    public static int Gates => 4;

    public static int StateVectors => LruForward.StateVectors;

    public static int UnitParameters => LruForward.P;

    public static int GateBuffers => 4;

    public static int StateBuffers => 3;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 0;

    // Re s and Im s.
    public static int IncomingStates => 2;

    public static float GateScale(int gate) => LruForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    public static int Accumulator(int buffer) => buffer;

    public static void ToUnitValues(float* parameters, float* values, nint stride, int units) =>
        LruForward.ToUnitValues(parameters, values, stride, units);

    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => LruForward.Activate(a0, a1, a2, a3, state, output, gateStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a, T b, T d, T a3, float* unit, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T y = d + LruForward.Next(a, b, unit, state + Re * gateStride, output + Re * gateStride, gateStride),
            o = Activations.Sigmoid(a3);
        T.Store(a, output);
        T.Store(b, output + gateStride);
        T.Store(y, output + 2 * gateStride);
        T.Store(o, output + 3 * gateStride);
        T.Store(o * y, output + H * gateStride);
    }

    public static void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T> =>
        throw new NotSupportedException("The linear recurrent unit computes with the values of its units.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T dh, float* saved, float* before, float* incoming, float* unit, float* unitGradient, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T real = T.Load(unit),
            imaginary = T.Load(unit + gateStride),
            scale = T.Load(unit + 2 * gateStride);
        T a = T.Load(saved),
            b = T.Load(saved + gateStride),
            y = T.Load(saved + 2 * gateStride),
            o = T.Load(saved + 3 * gateStride);
        T re = T.Load(before + Re * gateStride),
            im = T.Load(before + (Re + 1) * gateStride);
        T dy = dh * o,
            dRe = dy + T.Load(incoming),
            dIm = T.Load(incoming + gateStride);
        T.Store(T.MultiplyAdd(real, dRe, imaginary * dIm), incoming);
        T.Store(real * dIm - imaginary * dRe, incoming + gateStride);
        T.Store(scale * dRe, saved);
        T.Store(scale * dIm, saved + gateStride);
        T.Store(dy, saved + 2 * gateStride);
        T.Store(dy * y * (T.Create(1) - o), saved + 3 * gateStride);
        Add(T.MultiplyAdd(dRe, re, dIm * im), unitGradient);
        Add(dIm * re - dRe * im, unitGradient + gateStride);
        Add(T.MultiplyAdd(dRe, a, dIm * b), unitGradient + 2 * gateStride);
    }

    // dλ/dν = -exp(ν) λ, dλ/dθ = i exp(θ) λ, dγ/dγ̃ = γ.
    public static void AddUnitGradient(float* parameters, float* values, float* gradient, nint stride, int units)
    {
        for (int unit = 0; unit < units; unit++)
        {
            double nu = parameters[unit],
                theta = parameters[stride + unit];
            var (real, imaginary, scale) = Lru.Recurrence(nu, theta, parameters[2 * stride + unit]);
            double dReal = values[unit],
                dImaginary = values[stride + unit];
            gradient[unit] -= (float)(Math.Exp(nu) * (real * dReal + imaginary * dImaginary));
            gradient[stride + unit] += (float)(Math.Exp(theta) * (real * dImaginary - imaginary * dReal));
            gradient[2 * stride + unit] += (float)(scale * values[2 * stride + unit]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(T value, float* sum)
        where T : unmanaged, ILanes<T> => T.Store(T.Load(sum) + value, sum);
}
