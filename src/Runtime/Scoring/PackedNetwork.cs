using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>A trained network of built-in cells, packed once for scoring. Shared by all threads and never written.</summary>
internal sealed class PackedNetwork
{
    private readonly FeatureScaling? _labels;
    private readonly float[] _embedding;
    private readonly CharacterProducts? _characters;
    private readonly CategoryVectors? _categories,
        _staticCategories;
    private readonly int _encodedNumbers,
        _staticNumbers;
    private readonly Dictionary<string, float[]> _decoderTables;

    /// <param name="network">The network.</param>
    /// <param name="rowPrecision">Precision of the recurrent weights where rows are scored one by one.</param>
    public PackedNetwork(NetworkParameters network, WeightPrecision rowPrecision = WeightPrecision.Full)
    {
        Shape = network.Shape;
        Definition = NetworkDefinition.Of(Shape);
        HasCellState = Shape.CellDefinition.HasCellState;
        NetworkWeights weights = network.Weights;
        Encoder = InputEncoder.Of(network);
        _labels = network.LabelScaling;
        _embedding = Values(weights, WeightLayout.Embedding);
        _characters = Shape.Characters is CharacterShape characters ? CharacterProducts.Of(characters, weights) : null;
        _categories = VectorsOf(Definition.Categories, weights);
        _encodedNumbers = Shape.StepColumns.EncodedNumbers(Shape.TimeStepValues);
        _staticCategories = VectorsOf(Definition.StaticCategories, weights);
        _staticNumbers = Shape.StaticFeatures - Shape.StaticCategories.Count;
        Projection = ProjectionOf(weights);
        Convolutions = [.. Definition.Convolutions.Select(module => (LinearKernels.Create(isRectified: true, module.Of(weights)), module))];
        Layers = [.. Definition.Layers.Select(layer => layer.Directions.Select(cell => CellOf(cell, weights, rowPrecision)).ToArray())];
        Blocks = new LayerBlocks(Shape, Definition.Norms, weights);
        InitialStates =
        [
            .. Enumerable
                .Range(0, Definition.InitialState.Directions)
                .Select(direction => LinearKernels.Create(isRectified: false, Definition.InitialState.Of(weights, direction))),
        ];
        var decoder = Definition.Readout as DecoderModule;
        DecoderCell = decoder?.Cell is CellModule cell ? CellOf(cell, weights, WeightPrecision.Full) : null;
        _decoderTables = (decoder?.Tables ?? []).ToDictionary(spec => spec.Name, spec => weights[spec.Name], StringComparer.Ordinal);
        Poolings = Definition.Readout is PooledStates pooled
            ? [.. pooled.Poolings.Select(pooling => (pooling, pooled.Of(weights, pooling)))]
            : [];
        Cycle = Values(weights, LearnedCycle.Weight);
        PoolsSteps = Shape.PerStep || !Blocks.IsEmpty || Poolings.Any(pooling => pooling.Part.ReadsEveryStep);
        Head =
        [
            .. Definition.Head.Layers.Select(
                (_, j) => LinearKernels.Create(isRectified: j < Definition.Head.Layers.Count - 1, Definition.Head.Of(weights, j))
            ),
        ];
    }

    public NetworkShape Shape { get; }

    /// <summary>[C, L] the learned cycle; empty for none.</summary>
    public float[] Cycle { get; }

    /// <summary>The modules.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>Converts a row's values to the network's numbers and category ids.</summary>
    public InputEncoder Encoder { get; }

    /// <summary>Whether the cell has a cell state beside its hidden state.</summary>
    public bool HasCellState { get; }

    /// <summary>The rectified map before the first layer; null for none.</summary>
    public CellKernel? Projection { get; }

    /// <summary>The convolutions before the first layer; empty for none.</summary>
    public IReadOnlyList<(CellKernel Kernel, ConvolutionModule Module)> Convolutions { get; }

    /// <summary>Per layer, the forward and (where there is one) the backward cell.</summary>
    public CellKernel[][] Layers { get; }

    /// <summary>What is read of the layers.</summary>
    public LayerBlocks Blocks { get; }

    /// <summary>The linear map of each direction's initial states in the first layer; empty where they are zeros.</summary>
    public CellKernel[] InitialStates { get; }

    /// <summary>The decoder's own cell; null for none.</summary>
    public CellKernel? DecoderCell { get; }

    /// <summary>The poolings, in the order of their vectors, each with its weights.</summary>
    public IReadOnlyList<(StepPooling Part, float[] Weights)> Poolings { get; }

    public CellKernel[] Head { get; }

    /// <summary>Whether the readout uses the states of all steps, not just the last.</summary>
    public bool PoolsSteps { get; }

    /// <summary>Width of a step of the input, before a projection or convolutions.</summary>
    public int StepWidth => Shape.StepInputSize;

    /// <summary>Whether steps have category ids, which are read as vectors.</summary>
    public bool HasCategories => _categories is not null;

    /// <summary>A weight of the decoder beside its cell's; empty where it has none of the name.</summary>
    public float[] DecoderWeights(string name) => _decoderTables.GetValueOrDefault(name, []);

    /// <exception cref="NotSupportedException">The network reads windows of series.</exception>
    public void RequireRows()
    {
        if (Shape.Cycle is not null)
            throw new NotSupportedException(
                $"The network has a learned cycle of {Shape.Cycle.Length} steps, in which a window of a series has a position, and was "
                    + "given a row: score it by windows."
            );
        if (Shape.Decoder is not null)
            throw new NotSupportedException(
                $"The network reads {Shape.StaticSize} values beside the steps of a window, with "
                    + $"{Definition.Readout.Name} as its readout, and "
                    + "was given a row: score it by windows."
            );
    }

    /// <summary>
    /// Writes the input of the first layer, or of what is before it, for a row: standardised numbers and categories'
    /// vectors, or embeddings.
    /// </summary>
    /// <param name="sequence">The row.</param>
    /// <param name="input">[T, <see cref="StepWidth"/>], overwritten.</param>
    public void ReadInput(in SequenceView sequence, Span<float> input)
    {
        if (Shape.UsesTokens)
            Embed(sequence, input);
        else
        {
            Encoder.Encode(sequence, Encoded(sequence, input));
            Expand(sequence, input);
        }
    }

    /// <summary>Writes the input of the first layer, or of what is before it, for the next steps of a series.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="input">[T, <see cref="StepWidth"/>], overwritten.</param>
    /// <param name="state">The encoder's state after the steps before; updated.</param>
    public void ReadInput(in SequenceView steps, Span<float> input, Span<float> state)
    {
        if (Shape.UsesTokens)
            Embed(steps, input);
        else
        {
            Encoder.Encode(steps, Encoded(steps, input), state);
            Expand(steps, input);
        }
    }

    /// <summary>Writes the input of the first layer for steps that are encoded already.</summary>
    public void ReadEncoded(in SequenceView encoded, Span<float> input)
    {
        encoded.Steps.CopyTo(Encoded(encoded, input));
        Expand(encoded, input);
    }

    /// <summary>Writes what is read of a row's static values: standardised numbers, and categories' vectors.</summary>
    /// <param name="values">[S] the values; as many zeros where there are none.</param>
    /// <param name="input">[<see cref="NetworkShape.StaticInputSize"/>], overwritten.</param>
    public void ReadStatic(ReadOnlySpan<float> values, Span<float> input)
    {
        if (values.IsEmpty)
        {
            input.Clear();
            return;
        }
        Encoder.EncodeStatic(values, input[^values.Length..]);
        _staticCategories?.Expand(input, parts: 1, _staticNumbers);
    }

    /// <summary>Converts a row's outputs to the label's own units.</summary>
    public void ToLabelUnits(Span<float> outputs)
    {
        if (_labels is null)
            return;
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = outputs[i] * _labels.Deviation[i] + _labels.Mean[i];
    }

    // The end of the input, where encoded steps are written: they are no wider.
    private Span<float> Encoded(in SequenceView sequence, Span<float> input) => input[^(sequence.Length * Shape.EncodedFeatures)..];

    private void Expand(in SequenceView sequence, Span<float> input) =>
        _categories?.Expand(input, sequence.Length * Shape.PatchLength, _encodedNumbers);

    private static CategoryVectors? VectorsOf(CategoryTables tables, NetworkWeights weights) =>
        tables.Columns.Count == 0 ? null : new CategoryVectors(tables, weights);

    private void Embed(in SequenceView sequence, Span<float> input)
    {
        int width = Shape.EmbeddingSize,
            stride = Shape.TokenWidth;
        ReadOnlySpan<int> tokens = sequence.Tokens;
        for (int at = 0; at < tokens.Length; at += stride, input = input[StepWidth..])
        {
            _embedding.AsSpan(tokens[at] * width, width).CopyTo(input);
            _characters?.Write(tokens.Slice(at + 1, stride - 1), input[width..StepWidth]);
        }
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
                    Shape.StepInputSize,
                    Shape.ProjectionSize
                )
            );

    private CellKernel CellOf(CellModule cell, NetworkWeights weights, WeightPrecision rowPrecision) =>
        CellKernels.Create(Shape.CellDefinition, cell.Of(weights), rowPrecision);

    private static float[] Values(NetworkWeights weights, string name) =>
        weights.TryGet(name, out NamedTensor? tensor) ? tensor!.Values : [];
}
