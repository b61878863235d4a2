using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// An optimiser's update of a weight w by its gradient g and its moments, PyTorch's equations. TorchSharp's optimisers create temporary
/// scalars (see <see cref="Scalars"/>); these are kept alive.
/// </summary>
internal abstract class UpdateRule : IDisposable
{
    private readonly List<Scalar> _held = [];

    /// <summary>The moments kept for each weight, by PyTorch's names.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Begins a step, numbered from 1.</summary>
    public abstract void Begin(long step, float learningRate);

    /// <summary>Updates one weight.</summary>
    /// <param name="w">The weight, in place.</param>
    /// <param name="g">Its gradient, which may be overwritten.</param>
    /// <param name="moments">Its moments, in place.</param>
    public abstract void Update(Tensor w, Tensor g, Tensor[] moments);

    public static UpdateRule Create(EngineSettings s) =>
        s.Optimizer switch
        {
            OptimizerKind.AdamW => new AdamRule(s.WeightDecay, decoupled: true),
            OptimizerKind.Sgd => new SgdRule(s.WeightDecay, s.Momentum),
            OptimizerKind.RmsProp => new RmsPropRule(s.WeightDecay, s.Momentum),
            _ => new AdamRule(s.WeightDecay, decoupled: false),
        };

    public void Dispose()
    {
        foreach (Scalar scalar in _held)
            scalar.Dispose();
        _held.Clear();
    }

    private protected Scalar Hold(double value)
    {
        Scalar scalar = value;
        _held.Add(scalar);
        return scalar;
    }

    /// <summary>Replaces a scalar whose value changes every step.</summary>
    private protected void Renew(ref Scalar? scalar, double value)
    {
        if (scalar is not null)
        {
            _held.Remove(scalar);
            scalar.Dispose();
        }
        scalar = Hold(value);
    }
}

/// <summary>
/// m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= rate/(1-β1^t) · m / (√v/√(1-β2^t) + ε). Decay: into g, or (AdamW) w *= 1 - rate·decay
/// before.
/// </summary>
internal sealed class AdamRule : UpdateRule
{
    private const double Beta1 = 0.9,
        Beta2 = 0.999;
    private readonly float _weightDecay;
    private readonly bool _decoupled;
    private readonly Scalar _decay,
        _beta1,
        _beta2,
        _rest1,
        _rest2,
        _epsilon;
    private Scalar? _shrink,
        _spread,
        _minusRate;

    public AdamRule(float weightDecay, bool decoupled)
    {
        _weightDecay = weightDecay;
        _decoupled = decoupled;
        _decay = Hold(weightDecay);
        (_beta1, _rest1) = (Hold(Beta1), Hold(1 - Beta1));
        (_beta2, _rest2) = (Hold(Beta2), Hold(1 - Beta2));
        _epsilon = Hold(1e-8);
    }

    public override IReadOnlyList<string> Moments { get; } = ["exp_avg", "exp_avg_sq"];

    public override void Begin(long step, float learningRate)
    {
        Renew(ref _shrink, 1 - (double)learningRate * _weightDecay);
        Renew(ref _spread, 1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
        Renew(ref _minusRate, -learningRate / (1 - Math.Pow(Beta1, step)));
    }

    public override void Update(Tensor w, Tensor g, Tensor[] moments)
    {
        var (m, v) = (moments[0], moments[1]);
        if (_weightDecay != 0 && _decoupled)
            w.mul_(_shrink!);
        else if (_weightDecay != 0)
            g.add_(w, _decay);
        m.mul_(_beta1).add_(g, _rest1);
        v.mul_(_beta2).addcmul_(g, g, _rest2);
        w.addcdiv_(m, v.sqrt().mul_(_spread!).add_(_epsilon, Scalars.One), _minusRate!);
    }
}

/// <summary>b = μ b + g (b starts at 0), w -= rate · b; without momentum w -= rate · g.</summary>
internal sealed class SgdRule : UpdateRule
{
    private readonly bool _hasDecay,
        _hasMomentum;
    private readonly Scalar _decay,
        _momentum;
    private Scalar? _minusRate;

    public SgdRule(float weightDecay, float momentum)
    {
        (_hasDecay, _decay) = (weightDecay != 0, Hold(weightDecay));
        (_hasMomentum, _momentum) = (momentum != 0, Hold(momentum));
    }

    public override IReadOnlyList<string> Moments => _hasMomentum ? ["momentum_buffer"] : [];

    public override void Begin(long step, float learningRate) => Renew(ref _minusRate, -learningRate);

    public override void Update(Tensor w, Tensor g, Tensor[] moments)
    {
        if (_hasDecay)
            g.add_(w, _decay);
        w.add_(_hasMomentum ? moments[0].mul_(_momentum).add_(g, Scalars.One) : g, _minusRate!);
    }
}

/// <summary>v = α v + (1-α) g², b = μ b + g / (√v + ε), w -= rate · b; without momentum w -= rate · g / (√v + ε).</summary>
internal sealed class RmsPropRule : UpdateRule
{
    private const double Alpha = 0.99;
    private readonly bool _hasDecay,
        _hasMomentum;
    private readonly Scalar _decay,
        _momentum,
        _alpha,
        _rest,
        _epsilon;
    private Scalar? _minusRate;

    public RmsPropRule(float weightDecay, float momentum)
    {
        (_hasDecay, _decay) = (weightDecay != 0, Hold(weightDecay));
        (_hasMomentum, _momentum) = (momentum != 0, Hold(momentum));
        (_alpha, _rest) = (Hold(Alpha), Hold(1 - Alpha));
        _epsilon = Hold(1e-8);
    }

    public override IReadOnlyList<string> Moments => _hasMomentum ? ["square_avg", "momentum_buffer"] : ["square_avg"];

    public override void Begin(long step, float learningRate) => Renew(ref _minusRate, -learningRate);

    public override void Update(Tensor w, Tensor g, Tensor[] moments)
    {
        if (_hasDecay)
            g.add_(w, _decay);
        Tensor v = moments[0].mul_(_alpha).addcmul_(g, g, _rest);
        Tensor spread = v.sqrt().add_(_epsilon, Scalars.One);
        if (_hasMomentum)
            w.add_(moments[1].mul_(_momentum).addcdiv_(g, spread, Scalars.One), _minusRate!);
        else
            w.addcdiv_(g, spread, _minusRate!);
    }
}
