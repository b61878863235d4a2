using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using OptimizerState = RnnMlNet.Training.OptimizerState;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Updates all weights by their gradients, and their moving average, one step at a time; saves and restores its moments and the average by
/// weight name.
/// </summary>
internal sealed class TorchOptimizer : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _weights;
    private readonly IReadOnlyList<WeightBlock> _blocks;
    private readonly UpdateRule _rule;
    private readonly Tensor[][] _moments;
    private readonly float _averaging;
    private readonly Tensor[] _averages;
    private readonly Dictionary<string, (int Block, long Offset)> _places = new(StringComparer.Ordinal);

    public TorchOptimizer(EngineSettings settings, RecurrentNetwork network)
    {
        (_weights, _blocks) = (network.Weights, network.Blocks);
        _rule = UpdateRule.Create(settings);
        _moments =
        [
            .. _blocks.Select(block =>
                _rule.Moments.Select(_ => zeros_like(block.Weights, requires_grad: false).DetachFromDisposeScope()).ToArray()
            ),
        ];
        _averaging = settings.WeightAveraging;
        _averages = _averaging == 0 ? [] : [.. _blocks.Select(block => block.Weights.detach().clone().DetachFromDisposeScope())];
        var names = new Dictionary<Parameter, string>(
            _weights.Select(weight => KeyValuePair.Create(weight.Parameter, weight.Name)),
            ReferenceEqualityComparer.Instance
        );
        foreach (var (i, block) in _blocks.Index())
        foreach (var (parameter, offset) in block.Parts)
            _places.Add(names[parameter], (i, offset));
    }

    /// <summary>Number of optimiser steps.</summary>
    public long Steps { get; private set; }

    public void ZeroGradients()
    {
        foreach (WeightBlock block in _blocks)
            block.ZeroGradient();
    }

    public void ScaleGradients(float scale)
    {
        using var scope = NewDisposeScope();
        Multiply(tensor(scale));
    }

    /// <summary>Scales the gradient of all weights together down to a norm where it is longer, without waiting for a GPU.</summary>
    public void ClipGradients(float norm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using Scalar longest = norm;
        Tensor[] norms = [.. Gradients.Select(gradient => gradient.norm())];
        Tensor whole = norms.Length == 1 ? norms[0] : stack(norms).norm();
        Multiply(whole.add(Scalars.Tiny, Scalars.One).reciprocal().mul_(longest).clamp_max_(Scalars.One));
    }

    public void Step(float learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps++;
        _rule.Begin(Steps, learningRate);
        for (int i = 0; i < _blocks.Count; i++)
            if (_blocks[i].Gradient is Tensor gradient)
                _rule.Update(_blocks[i].Weights, gradient, _moments[i]);
        if (_averaging == 0)
            return;
        using Scalar share = WeightAverage.ShareOf(_averaging, Steps);
        for (int i = 0; i < _blocks.Count; i++)
            _averages[i].add_(_blocks[i].Weights - _averages[i], share);
    }

    /// <summary>A copy of the moving average of the weights; null for none.</summary>
    public NetworkWeights? GetAverage()
    {
        using var scope = NewDisposeScope();
        return _averaging == 0 ? null : Named(_averages);
    }

    public OptimizerState GetState()
    {
        using var scope = NewDisposeScope();
        return new(Steps, State.ToDictionary(state => state.Name, state => Named(state.Blocks)));
    }

    public void SetState(OptimizerState state)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps = state.Steps;
        foreach (var (name, blocks) in State)
        foreach (var weight in _weights)
        {
            Tensor own = PartOf(blocks, weight);
            own.copy_(tensor(state.Moments[name][weight.Name]).reshape(own.shape));
        }
    }

    public void Dispose()
    {
        foreach (Tensor moment in _moments.SelectMany(moments => moments))
            moment.Dispose();
        foreach (Tensor average in _averages)
            average.Dispose();
        _rule.Dispose();
    }

    private IEnumerable<Tensor> Gradients => _blocks.Select(block => block.Gradient).OfType<Tensor>();

    private void Multiply(Tensor factor)
    {
        foreach (Tensor gradient in Gradients)
            gradient.mul_(factor);
    }

    // What is kept for each weight, block by block.
    private IEnumerable<(string Name, Tensor[] Blocks)> State =>
        _rule
            .Moments.Index()
            .Select(moment => (moment.Item, _moments.Select(block => block[moment.Index]).ToArray()))
            .Concat(_averaging == 0 ? [] : [(WeightAverage.Name, _averages)]);

    private NetworkWeights Named(Tensor[] blocks) =>
        new(_weights.Select(weight => RecurrentNetwork.ToNamed(weight.Name, PartOf(blocks, weight))));

    private Tensor PartOf(Tensor[] blocks, (string Name, Parameter Parameter) weight)
    {
        var (block, offset) = _places[weight.Name];
        return WeightBlock.Part(blocks[block], weight.Parameter, offset);
    }
}
