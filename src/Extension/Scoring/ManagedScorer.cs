using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Networks;

namespace RnnMlNet.Scoring;

/// <summary>
/// Scores in managed code, one sequence at a time: embedding or standardisation, recurrent layers, pooling, head. The network is shared and
/// never written; each session has its own scratch memory.
/// </summary>
internal sealed class ManagedScorer : ISequenceScorer
{
    public ManagedScorer(TrainedNetwork network)
    {
        NetworkShape shape = network.Shape;
        Network = network;
        Embedding = shape.UsesTokens ? network.Weights[WeightLayout.Embedding] : [];
        Layers = [.. Enumerable.Range(0, shape.Layers).Select(layer => Directions(network, layer))];
        Head = [.. shape.HeadLayers().Select((sizes, j) => new DenseLayer(network.Weights[$"head.{j}.weight"], network.Weights[$"head.{j}.bias"], sizes.Input, sizes.Output))];
    }

    public TrainedNetwork Network { get; }

    /// <summary>[V, E]; empty for numbers.</summary>
    public float[] Embedding { get; }

    /// <summary>Per layer, the forward and (where there is one) the backward cell.</summary>
    public CellWeights[][] Layers { get; }

    public DenseLayer[] Head { get; }

    public IScoringSession NewSession() => new ManagedSession(this);

    public void Dispose()
    {
        // Nothing native is held.
    }

    private static CellWeights[] Directions(TrainedNetwork network, int layer) =>
        [.. Enumerable.Range(0, network.Shape.Directions).Select(direction => new CellWeights(network.Shape, network.Weights, layer, direction))];
}
