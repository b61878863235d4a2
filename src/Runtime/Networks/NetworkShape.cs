using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Poolings;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The sizes of a recurrent network, which determine the names and shapes of all its weights.
/// </summary>
internal sealed record NetworkShape
{
    /// <summary>The built-in cell; ignored when <see cref="CustomCell"/> is set.</summary>
    public CellKind Cell { get; init; } = CellKind.Lstm;

    /// <summary>The registered name of the custom cell, or null for a built-in one.</summary>
    public string? CustomCell { get; init; }

    /// <summary>
    /// F, values of a step of the network before their encoding, those of <see cref="PatchLength"/> time steps; 0 for tokens.
    /// </summary>
    public int Features { get; init; }

    /// <summary>Contents of a time step's values; plain for tokens.</summary>
    public StepColumns StepColumns { get; init; } = StepColumns.Plain;

    /// <summary>k, time steps of a sequence that the network reads as one.</summary>
    public int PatchLength { get; init; } = 1;

    /// <summary>V, number of distinct tokens (ids 0..V-1); 0 for numeric features.</summary>
    public int Vocabulary { get; init; }

    /// <summary>E, width of the learnt embedding of a token; 0 for numeric features.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>The vectors of words' characters, beside the tokens' embeddings; null for none.</summary>
    public CharacterShape? Characters { get; init; }

    /// <summary>
    /// Width of the rectified linear map from a step's features to the first layer's input; 0 for none.
    /// </summary>
    public int ProjectionSize { get; init; }

    /// <summary>The convolutions over a step's input, before the first recurrent layer; empty for none. They exclude a
    /// projection.</summary>
    public IReadOnlyList<ConvolutionShape> Convolutions { get; init; } = [];

    /// <summary>H, units per layer and direction.</summary>
    public int HiddenSize { get; init; }

    /// <summary>Stacked recurrent layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer also runs from the last valid step to the first.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>
    /// Whether what is read of a layer is the sum of its states and those of the layers below: each layer after the first adds its input,
    /// before normalisation and dropout, to its states.
    /// </summary>
    public bool ResidualConnections { get; init; }

    /// <summary>Normalisation of what is read of each layer, by the next one or, of the last, by the readout.</summary>
    public LayerNormalization LayerNormalization { get; init; }

    /// <summary>Pooling of the last layer's states to the head's input; 0 where nothing is pooled and the head runs at every
    /// step.</summary>
    public Pooling Pooling { get; init; } = Pooling.Last;

    /// <summary>Widths of the head's hidden layers (each followed by a rectifier); empty for one linear layer.</summary>
    public IReadOnlyList<int> HeadHiddenSizes { get; init; } = [];

    /// <summary>
    /// The decoder, which makes a sequence of outputs from the state after the last step; null where the head makes all outputs at once.
    /// One layer, one direction.
    /// </summary>
    public DecoderShape? Decoder { get; init; }

    /// <summary>The learned cycle of a forecasting network, whose rows are windows; null for none.</summary>
    public CycleShape? Cycle { get; init; }

    /// <summary>
    /// S, static features of a row: numbers, and after them the ids of <see cref="StaticCategories"/>. <see cref="StaticUse"/> says where
    /// the numbers and the categories' vectors are read.
    /// </summary>
    public int StaticFeatures { get; init; }

    /// <summary>The columns of static categories.</summary>
    public IReadOnlyList<CategoryShape> StaticCategories { get; init; } = [];

    /// <summary>Whether the tags of a row's steps are scored together, as a conditional random field (<see cref="LinearChain"/>).</summary>
    public bool IsChained { get; init; }

    /// <summary>What reads the static features.</summary>
    public StaticUse StaticUse { get; init; }

    /// <summary>Raw outputs of a row, or of each of its steps: classes, 1 for binary, targets for regression.</summary>
    public int Outputs { get; init; }

    /// <summary>Raw outputs of each run of the head: with a decoder, of each of its steps.</summary>
    public int HeadOutputs => Decoder is null ? Outputs : Outputs / Decoder.Steps;

    /// <summary>Values of a row beside its steps.</summary>
    public int StaticSize => Decoder?.StaticSize ?? StaticFeatures;

    /// <summary>Whether the head runs at every step, so that a row of T steps has [T, Outputs]: a tagger.</summary>
    public bool PerStep => Pooling == 0;

    /// <summary>The layout of several rows' outputs.</summary>
    public OutputLayout OutputLayout => new(Outputs, PerStep);

    public bool UsesTokens => Vocabulary > 0;

    /// <summary>Whether missing keys are steps, with the last token: where each step has a prediction, or its word's characters.</summary>
    public bool KeepsMissing => PerStep || Characters is not null;

    /// <summary>Values of a step of tokens: 1, or 1 + W with the characters of words.</summary>
    public int TokenWidth => Characters is null ? 1 : 1 + WordCharacters.Length;

    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>R, values of a time step before their encoding; 0 for tokens.</summary>
    public int TimeStepValues => Features / PatchLength;

    /// <summary>Encoded values of a step of the network: numbers and category ids; 0 for tokens.</summary>
    public int EncodedFeatures => UsesTokens ? 0 : PatchLength * StepColumns.Encoded(TimeStepValues);

    /// <summary>
    /// Width of a step of the network before a projection or convolutions: numbers and categories' vectors, or a token's embedding,
    /// followed by the vector of its word's characters.
    /// </summary>
    public int StepInputSize =>
        UsesTokens ? EmbeddingSize + (Characters?.Filters ?? 0) : PatchLength * StepColumns.InputSize(TimeStepValues);

    /// <summary>Width of the first recurrent layer's input at a step.</summary>
    public int InputSize =>
        Convolutions.Count > 0 ? Convolutions[^1].Filters
        : ProjectionSize > 0 ? ProjectionSize
        : StepInputSize;

    /// <summary>Steps of the input that the recurrent layers read as one: the product of the convolutions' strides.</summary>
    public int StepStride => Convolutions.Aggregate(1, (stride, convolution) => stride * convolution.Stride);

    /// <summary>Steps of the recurrent layers for a number of steps of the input.</summary>
    public int LayerSteps(int steps) => Convolutions.Aggregate(steps, (count, convolution) => convolution.StepsOf(count));

    // Not public, so that ToString does not evaluate them: a file may name a cell that does not exist.

    /// <summary>The definition of the built-in cell.</summary>
    internal Cell CellDefinition => CellRegistry.Of(Cell);

    /// <summary>The poolings, in the order of their vectors.</summary>
    internal IEnumerable<StepPooling> Poolings => PoolingRegistry.Of(Pooling).Select(one => one.Part);

    /// <summary>Gates per unit in the weights.</summary>
    internal int Gates => CellDefinition.Gates;

    /// <summary>Static numbers and the vectors of static categories.</summary>
    public int StaticInputSize => StaticFeatures - StaticCategories.Count + CategoryShape.WidthOf(StaticCategories);

    /// <summary>Whether the head reads the static features, after the pooled states.</summary>
    public bool HeadReadsStatics => StaticFeatures > 0 && StaticUse != StaticUse.InitialState;

    /// <summary>Whether the first layer's initial state is a function of the static features.</summary>
    public bool BeginsWithStatics => StaticFeatures > 0 && StaticUse != StaticUse.Head;

    /// <summary>Width of the head's input: <see cref="PooledSize"/> plus, where it reads them, <see cref="StaticInputSize"/>.</summary>
    public int HeadInputSize => PooledSize + (HeadReadsStatics ? StaticInputSize : 0);

    /// <summary>
    /// Width of the pooled states: H x directions x number of pooling kinds; for a tagger or a decoder, a step's states, H x directions.
    /// </summary>
    public int PooledSize => HiddenSize * Directions * Math.Max(1, int.PopCount((int)Pooling));

    /// <summary>Width of the last layer's states at a step, both directions.</summary>
    public int StateWidth => HiddenSize * Directions;

    /// <summary>Whether what is read of the layers is other than their states.</summary>
    public bool HasBlocks => ResidualConnections || LayerNormalization != LayerNormalization.None;

    /// <summary>Width of the input of recurrent layer <paramref name="layer"/> at a step.</summary>
    public int LayerInputSize(int layer) => layer == 0 ? InputSize : HiddenSize * Directions;

    /// <summary>Input and output widths of the head's linear layers, in order.</summary>
    public IEnumerable<(int Input, int Output)> HeadLayers()
    {
        int input = HeadInputSize;
        foreach (int width in HeadHiddenSizes)
        {
            yield return (input, width);
            input = width;
        }
        yield return (input, HeadOutputs);
    }

    /// <summary>Its sizes with their names; their products are computed in int.</summary>
    internal IEnumerable<(string Name, int Size)> Sizes =>
        [
            ("features per step", Features),
            ("EmbeddingSize", EmbeddingSize),
            ("numbers of the projection", ProjectionSize),
            ("static features", StaticFeatures),
            .. StepColumns.Categories.Concat(StaticCategories).SelectMany(CategorySizes),
            .. Convolutions.SelectMany(ConvolutionSizes),
            ("HiddenSize", HiddenSize),
            .. HeadHiddenSizes.Select(width => ("units of a head layer", width)),
            ("outputs", Outputs),
            ("CycleLength", Cycle?.Length ?? 0),
        ];

    private static IEnumerable<(string, int)> CategorySizes(CategoryShape column) =>
        [("categories of a column", column.Count), ("CategoryEmbeddingSize", column.Size)];

    private IEnumerable<(string, int)> ConvolutionSizes(ConvolutionShape convolution, int j) =>
        [
            ("ConvolutionFilters", convolution.Filters),
            ("ConvolutionKernelSize", convolution.KernelSize),
            ("ConvolutionStride", convolution.Stride),
            (
                "values that a convolution reads at once",
                (int)Math.Min(int.MaxValue, (long)convolution.KernelSize * (j == 0 ? StepInputSize : Convolutions[j - 1].Filters))
            ),
        ];

    /// <summary>Description for error messages.</summary>
    internal string Text =>
        $"[{CustomCell ?? Cell.ToString()}, features {Features}, vocabulary {Vocabulary}, projection {ProjectionSize}, "
        + $"{(Characters is null ? "" : $"{Characters}, ")}steps [{StepColumns}], convolutions [{string.Join("; ", Convolutions)}], "
        + $"hidden size {HiddenSize}, layers {Layers}, directions {Directions}, {BlockText}pooling {Pooling}, "
        + $"head [{string.Join(", ", HeadHiddenSizes)}], static features {StaticFeatures}, "
        + $"static categories {CategoryShape.Text(StaticCategories)}, static use {StaticUse}, "
        + $"decoder {Decoder?.ToString() ?? "none"}, outputs {Outputs}{(IsChained ? ", a conditional random field" : "")}"
        + $"{(Cycle is null ? "" : $", cycle {Cycle}")}]";

    /// <summary>Description of what is between the layers, with a comma behind; empty where there is nothing.</summary>
    internal string BlockText =>
        (ResidualConnections ? "residual connections, " : "")
        + (LayerNormalization == LayerNormalization.None ? "" : $"layer normalization {LayerNormalization}, ");

    // Records compare collections by reference; two shapes are equal when their elements are.
    public bool Equals(NetworkShape? other) =>
        other is not null
        && (Cell, CustomCell, Features, Vocabulary, EmbeddingSize, HiddenSize)
            == (other.Cell, other.CustomCell, other.Features, other.Vocabulary, other.EmbeddingSize, other.HiddenSize)
        && (PatchLength, ProjectionSize, Decoder, StaticFeatures, StaticUse, StepColumns)
            == (other.PatchLength, other.ProjectionSize, other.Decoder, other.StaticFeatures, other.StaticUse, other.StepColumns)
        && Characters == other.Characters
        && StaticCategories.SequenceEqual(other.StaticCategories)
        && Convolutions.SequenceEqual(other.Convolutions)
        && (Layers, Bidirectional, Pooling, Outputs, IsChained)
            == (other.Layers, other.Bidirectional, other.Pooling, other.Outputs, other.IsChained)
        && Cycle == other.Cycle
        && (ResidualConnections, LayerNormalization) == (other.ResidualConnections, other.LayerNormalization)
        && HeadHiddenSizes.SequenceEqual(other.HeadHiddenSizes);

    public override int GetHashCode() =>
        HashCode.Combine(Cell, CustomCell, Features, Vocabulary, HiddenSize, Layers, Bidirectional, Outputs);
}
