using RnnMlNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Changes all weights by their gradients, one step at a time, and gives its memory out and takes it back by weight name.</summary>
internal sealed class TorchOptimizer : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _weights;
    private readonly UpdateRule _rule;
    private readonly Tensor[][] _moments;

    public TorchOptimizer(EngineSettings settings, IReadOnlyList<(string Name, Parameter Parameter)> weights)
    {
        _weights = weights;
        _rule = UpdateRule.Create(settings);
        _moments = [.. weights.Select(weight => _rule.Moments.Select(_ => zeros_like(weight.Parameter, requires_grad: false).DetachFromDisposeScope()).ToArray())];
    }

    /// <summary>Updates made.</summary>
    public long Steps { get; private set; }

    public void ZeroGradients()
    {
        foreach (var (_, parameter) in _weights)
            using (Tensor? gradient = parameter.grad)
                gradient?.zero_();
    }

    public void ScaleGradients(float scale)
    {
        using var scope = NewDisposeScope();
        Tensor factor = tensor(scale);
        foreach (var (_, parameter) in _weights)
            parameter.grad?.mul_(factor);
    }

    public void Step(float learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps++;
        _rule.Begin(Steps, learningRate);
        for (int i = 0; i < _weights.Count; i++)
            // A user's own cell may have a weight that nothing used.
            if (_weights[i].Parameter.grad is Tensor gradient)
                _rule.Update(_weights[i].Parameter, gradient, _moments[i]);
    }

    public OptimizerState GetState() => new(Steps, _rule.Moments.Select((name, m) => (name, m)).ToDictionary(
        moment => moment.name,
        moment => new NetworkWeights(_weights.Zip(_moments, (weight, own) => RecurrentNetwork.ToNamed(weight.Name, own[moment.m])))));

    public void SetState(OptimizerState state)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps = state.Steps;
        for (int m = 0; m < _rule.Moments.Count; m++)
            for (int i = 0; i < _weights.Count; i++)
            {
                Tensor own = _moments[i][m];
                own.copy_(tensor(state.Moments[_rule.Moments[m]][_weights[i].Name]).reshape(own.shape));
            }
    }

    public void Dispose()
    {
        foreach (Tensor moment in _moments.SelectMany(moments => moments))
            moment.Dispose();
        _rule.Dispose();
    }
}
