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
    private readonly Dictionary<string, float[]> _decoderTables;

    /// <param name="network">The network.</param>
    /// <param name="rowPrecision">Precision of the recurrent weights where rows are scored one by one.</param>
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
        var decoder = Definition.Readout as DecoderModule;
        DecoderCell = decoder?.Cell is CellModule cell ? CellOf(cell, weights, WeightPrecision.Full) : null;
        _decoderTables = (decoder?.Tables ?? []).ToDictionary(spec => spec.Name, spec => weights[spec.Name], StringComparer.Ordinal);
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

    /// <summary>The decoder's own cell; null for none.</summary>
    public CellKernel? DecoderCell { get; }

    /// <summary>The poolings, in the order of their vectors, each with its weights.</summary>
    public IReadOnlyList<(StepPooling Part, float[] Weights)> Poolings { get; }

    public CellKernel[] Head { get; }

    /// <summary>Whether the readout uses the states of all steps, not just the last.</summary>
    public bool PoolsSteps { get; }

    /// <summary>Elements of a step that <see cref="ReadInput"/> writes: before a projection.</summary>
    public int StepWidth => Projection is null ? Shape.InputSize : Shape.Features;

    /// <summary>Whether a row consists of its steps alone, without static inputs, read unchanged.</summary>
    public bool ReadsStepsAlone => Shape.StaticSize == 0 && Shape.Decoder is null;

    /// <summary>A weight of the decoder beside its cell's; empty where it has none of the name.</summary>
    public float[] DecoderWeights(string name) => _decoderTables.GetValueOrDefault(name, []);

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

    /// <summary>Writes the input of the first layer, or of the projection, for a sequence, [T, StepWidth]: standardised features, or
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

    /// <summary>Converts a row's outputs to the label's own units.</summary>
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
