using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
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
    public PackedNetwork(NetworkParameters network, WeightPrecision rowPrecision)
    {
        Shape = network.Shape;
        HasCellState = Shape.CellDefinition.HasCellState;
        _features = network.FeatureScaling is FeatureScaling scaling ? new Standardiser(scaling) : null;
        _labels = network.LabelScaling;
        _embedding = Shape.UsesTokens ? network.Weights[WeightLayout.Embedding] : [];
        Layers =
        [
            .. Enumerable
                .Range(0, Shape.Layers)
                .Select(layer =>
                    Enumerable.Range(0, Shape.Directions).Select(direction => Cell(network, layer, direction, rowPrecision)).ToArray()
                ),
        ];
        Attention = Shape.HasAttention ? network.Weights[WeightLayout.Attention] : null;
        Head = [.. Shape.HeadLayers().Select((sizes, j) => Linear(network.Weights, j, sizes.Input, sizes.Output))];
    }

    public NetworkShape Shape { get; }

    /// <summary>Whether the cell has a cell state beside its hidden state.</summary>
    public bool HasCellState { get; }

    /// <summary>Per layer, the forward and (where there is one) the backward cell.</summary>
    public CellKernel[][] Layers { get; }

    /// <summary>[H x directions] the weights of attention; null where there is none.</summary>
    public float[]? Attention { get; }

    public CellKernel[] Head { get; }

    /// <summary>Whether the states of all steps count, not just the last.</summary>
    public bool PoolsSteps => Shape.PerStep || (Shape.Pooling & ~Pooling.Last) != 0;

    /// <summary>Writes what the first layer reads of a sequence, [T, InputSize]: standardised numbers, or embeddings.</summary>
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

    private static CellKernel Cell(NetworkParameters network, int layer, int direction, WeightPrecision rowPrecision)
    {
        string suffix = WeightLayout.Suffix(layer, direction);
        NetworkWeights weights = network.Weights;
        return CellKernels.Create(
            network.Shape.CellDefinition,
            new KernelWeights(
                weights[$"rnn.weight_ih_{suffix}"],
                weights[$"rnn.weight_hh_{suffix}"],
                weights[$"rnn.bias_ih_{suffix}"],
                weights[$"rnn.bias_hh_{suffix}"],
                network.Shape.LayerInputSize(layer),
                network.Shape.HiddenSize
            ),
            rowPrecision
        );
    }

    private CellKernel Linear(NetworkWeights weights, int layer, int input, int output) =>
        LinearKernels.Create(
            isRectified: layer < Shape.HeadHiddenSizes.Count,
            new KernelWeights(weights[$"head.{layer}.weight"], [], weights[$"head.{layer}.bias"], [], input, output)
        );
}
