using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>A trained network of built-in cells, packed once for scoring. Shared by all threads and never written.</summary>
internal sealed class PackedNetwork
{
    private readonly Standardiser? _features;
    private readonly FeatureScaling? _labels;
    private readonly float[] _embedding;

    /// <param name="network">The network.</param>
    /// <param name="rowPrecision">Of the recurrent weights where rows are scored one by one.</param>
    public PackedNetwork(NetworkParameters network, WeightPrecision rowPrecision = WeightPrecision.Full)
    {
        Shape = network.Shape;
        Definition = NetworkDefinition.Of(Shape);
        HasCellState = Shape.CellDefinition.HasCellState;
        NetworkWeights weights = network.Weights;
        _features = network.FeatureScaling is FeatureScaling scaling ? new Standardiser(scaling) : null;
        _labels = network.LabelScaling;
        _embedding = Values(weights, WeightLayout.Embedding);
        Projection = ProjectionOf(weights);
        Layers = [.. Definition.Layers.Select(layer => layer.Directions.Select(cell => CellOf(cell, weights, rowPrecision)).ToArray())];
        DecoderCell = Definition.Readout is RecurrentDecoder decoder ? CellOf(decoder.Cell, weights, WeightPrecision.Full) : null;
        Positions = Values(weights, WeightLayout.Position);
        Channels = Values(weights, WeightLayout.Channel);
        Known = Values(weights, WeightLayout.Known);
        Poolings = Definition.Readout is PooledStates pooled
            ? [.. pooled.Poolings.Select(pooling => (pooling, pooled.Of(weights, pooling)))]
            : [];
        PoolsSteps = Shape.PerStep || Poolings.Any(pooling => pooling.Part.ReadsEveryStep);
        Head =
        [
            .. Definition.Head.Layers.Select(
                (_, j) => LinearKernels.Create(isRectified: j < Definition.Head.Layers.Count - 1, Definition.Head.Of(weights, j))
            ),
        ];
    }

    public NetworkShape Shape { get; }

    /// <summary>The modules.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>Whether the cell has a cell state beside its hidden state.</summary>
    public bool HasCellState { get; }

    /// <summary>The rectified map before the first layer; null for none.</summary>
    public CellKernel? Projection { get; }

    /// <summary>Per layer, the forward and (where there is one) the backward cell.</summary>
    public CellKernel[][] Layers { get; }

    /// <summary>The cell of a recurrent decoder; null for none.</summary>
    public CellKernel? DecoderCell { get; }

    /// <summary>[m, I - channel's part] of a parallel decoder.</summary>
    public float[] Positions { get; }

    /// <summary>[C, channel's part] of a parallel decoder of several channels.</summary>
    public float[] Channels { get; }

    /// <summary>[I, K] of a parallel decoder with values known beforehand.</summary>
    public float[] Known { get; }

    /// <summary>The poolings, in the order of their vectors, each with its weights.</summary>
    public IReadOnlyList<(StepPooling Part, float[] Weights)> Poolings { get; }

    public CellKernel[] Head { get; }

    /// <summary>Whether the states of all steps count, not just the last.</summary>
    public bool PoolsSteps { get; }

    /// <summary>Elements of a step as <see cref="ReadInput"/> writes it: before a projection.</summary>
    public int StepWidth => Projection is null ? Shape.InputSize : Shape.Features;

    /// <summary>Whether a row is its steps alone, without static inputs, and they are read as they are.</summary>
    public bool ReadsStepsAlone => Shape.StaticSize == 0 && Shape.Decoder is null;

    /// <exception cref="NotSupportedException">The network reads more of a row than its steps.</exception>
    public void RequireStepsAlone()
    {
        if (!ReadsStepsAlone)
            throw new NotSupportedException(
                $"The network reads {Shape.StaticSize} values beside the steps of a row, with "
                    + $"{Definition.Readout.Name} as its readout, and "
                    + "was given steps alone: score it by windows."
            );
    }

    /// <summary>Writes what the first layer, or the projection, reads of a sequence, [T, StepWidth]: standardised numbers, or
    /// embeddings.</summary>
    public void ReadInput(in SequenceView sequence, Span<float> input)
    {
        if (Shape.UsesTokens)
            Embed(sequence.Tokens, input);
        else if (_features is null)
            sequence.Steps.CopyTo(input);
        else
            _features.Apply(sequence.Steps, input);
    }

    /// <summary>Turns a row's outputs into the label's own units.</summary>
    public void ToLabelUnits(Span<float> outputs)
    {
        if (_labels is null)
            return;
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = outputs[i] * _labels.Deviation[i] + _labels.Mean[i];
    }

    private void Embed(ReadOnlySpan<int> tokens, Span<float> input)
    {
        int width = Shape.EmbeddingSize;
        for (int t = 0; t < tokens.Length; t++)
            _embedding.AsSpan(tokens[t] * width, width).CopyTo(input[(t * width)..]);
    }

    private CellKernel? ProjectionOf(NetworkWeights weights) =>
        Shape.ProjectionSize == 0
            ? null
            : LinearKernels.Create(
                isRectified: true,
                new KernelWeights(
                    weights[WeightLayout.Projection],
                    [],
                    weights[WeightLayout.ProjectionBias],
                    [],
                    Shape.Features,
                    Shape.ProjectionSize
                )
            );

    private CellKernel CellOf(CellModule cell, NetworkWeights weights, WeightPrecision rowPrecision) =>
        CellKernels.Create(Shape.CellDefinition, cell.Of(weights), rowPrecision);

    private static float[] Values(NetworkWeights weights, string name) =>
        weights.TryGet(name, out NamedTensor? tensor) ? tensor!.Values : [];
}
