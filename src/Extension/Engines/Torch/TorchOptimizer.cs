using RnnMlNet.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>TorchSharp's optimisers behind one face: a step at a rate, and their memory in and out by weight name.</summary>
internal sealed class TorchOptimizer : IDisposable
{
    private const string FirstMoment = "exp_avg", SecondMoment = "exp_avg_sq", SquareAverage = "square_avg", MomentumBuffer = "momentum_buffer";
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _weights;
    private readonly OptimizerHelper _optimizer;

    public TorchOptimizer(EngineSettings settings, IReadOnlyList<(string Name, Parameter Parameter)> weights)
    {
        _weights = weights;
        _optimizer = Make(settings, weights.Select(w => w.Parameter));
    }

    /// <summary>Updates made.</summary>
    public long Steps { get; private set; }

    public void ZeroGradients() => _optimizer.zero_grad();

    public void Step(float learningRate)
    {
        foreach (optim.ILearningRateController group in _optimizer.ParamGroups)
            group.LearningRate = learningRate;
        _optimizer.step();
        Steps++;
    }

    public OptimizerState GetState()
    {
        using var scope = NewDisposeScope();
        var moments = new Dictionary<string, List<NamedTensor>>();
        foreach (var (name, state) in States())
            foreach (var (moment, tensor) in Moments(state))
                if (tensor is not null)
                    Add(moments, moment, RecurrentNetwork.ToNamed(name, tensor));
        return new OptimizerState(Steps, moments.ToDictionary(m => m.Key, m => new NetworkWeights(m.Value)));
    }

    public void SetState(OptimizerState state)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps = state.Steps;
        foreach (var (name, own) in States())
            Restore(own, state, name);
    }

    public void Dispose() => _optimizer.Dispose();

    private IEnumerable<(string Name, Memory State)> States() =>
        _weights.Zip(_optimizer.state_dict().State, (weight, state) => (weight.Name, new Memory(state, weight.Parameter)));

    private static IEnumerable<(string Moment, Tensor? Value)> Moments(Memory own) => own.State switch
    {
        Adam.State adam => [(FirstMoment, adam.exp_avg), (SecondMoment, adam.exp_avg_sq)],
        AdamW.State adamW => [(FirstMoment, adamW.exp_avg), (SecondMoment, adamW.exp_avg_sq)],
        RMSProp.State rms => [(SquareAverage, rms.square_avg), (MomentumBuffer, rms.momentum_buffer)],
        SGD.State sgd => [(MomentumBuffer, sgd.momentum_buffer)],
        _ => [],
    };

    private static void Restore(Memory own, OptimizerState state, string name)
    {
        switch (own.State)
        {
            case Adam.State adam:
                adam.step = state.Steps;
                break;
            case AdamW.State adamW:
                adamW.step = state.Steps;
                break;
            case RMSProp.State rms:
                rms.step = state.Steps;
                break;
            case SGD.State sgd:
                // Null until the first step; the first step then begins with the gradient itself.
                sgd.momentum_buffer?.Dispose();
                sgd.momentum_buffer = state.Moments.ContainsKey(MomentumBuffer) ? zeros_like(own.Parameter).DetachFromDisposeScope() : null;
                break;
        }
        foreach (var (moment, tensor) in Moments(own))
            if (tensor is not null && state.Moments.TryGetValue(moment, out NetworkWeights? saved))
                tensor.copy_(torch.tensor(saved[name]).reshape(tensor.shape));
    }

    private static void Add(Dictionary<string, List<NamedTensor>> moments, string moment, NamedTensor tensor)
    {
        if (!moments.TryGetValue(moment, out var list))
            moments[moment] = list = [];
        list.Add(tensor);
    }

    private static OptimizerHelper Make(EngineSettings s, IEnumerable<Parameter> parameters) => s.Optimizer switch
    {
        OptimizerKind.AdamW => optim.AdamW(parameters, weight_decay: s.WeightDecay),
        OptimizerKind.Sgd => optim.SGD(parameters, learningRate: 1e-3, momentum: s.Momentum, weight_decay: s.WeightDecay),
        OptimizerKind.RmsProp => optim.RMSProp(parameters, momentum: s.Momentum, weight_decay: s.WeightDecay),
        _ => optim.Adam(parameters, weight_decay: s.WeightDecay),
    };

    private readonly record struct Memory(TorchSharp.Modules.OptimizerState State, Parameter Parameter);
}
