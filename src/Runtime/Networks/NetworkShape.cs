using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Poolings;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The sizes of a recurrent network, from which the names and shapes of all its weights follow.
/// </summary>
internal sealed record NetworkShape
{
    /// <summary>The built-in cell; ignored when <see cref="CustomCell"/> is set.</summary>
    public CellKind Cell { get; init; } = CellKind.Lstm;

    /// <summary>The registered name of the user's own cell, or null for a built-in one.</summary>
    public string? CustomCell { get; init; }

    /// <summary>
    /// F, numbers per step that the network reads, which are those of <see cref="PatchLength"/> time steps; 0 when the steps are tokens.
    /// </summary>
    public int Features { get; init; }

    /// <summary>k, time steps of a sequence that the network reads as one.</summary>
    public int PatchLength { get; init; } = 1;

    /// <summary>V, number of distinct tokens (ids 0..V-1); 0 when the steps are numbers.</summary>
    public int Vocabulary { get; init; }

    /// <summary>E, width of the learnt embedding of a token; 0 when the steps are numbers.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>
    /// Width of the rectified linear map of a step's numbers that the first layer reads; 0 where it reads the numbers themselves.
    /// </summary>
    public int ProjectionSize { get; init; }

    /// <summary>H, units per layer and direction.</summary>
    public int HiddenSize { get; init; }

    /// <summary>Stacked recurrent layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer also runs from the last valid step to the first.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>How the last layer's states become the head's input; 0 where nothing is pooled and the head runs at every step.</summary>
    public Pooling Pooling { get; init; } = Pooling.Last;

    /// <summary>Widths of the head's hidden layers (each followed by a rectifier); empty for one linear layer.</summary>
    public IReadOnlyList<int> HeadHiddenSizes { get; init; } = [];

    /// <summary>
    /// How several outputs in a row are made of the state after the last step; null where the head makes all outputs of it at once. One
    /// layer, one direction.
    /// </summary>
    public DecoderShape? Decoder { get; init; }

    /// <summary>Numbers of a row, beside its steps, that the head reads behind the pooled states.</summary>
    public int StaticFeatures { get; init; }

    /// <summary>Raw outputs of a row, or of each of its steps: classes, 1 for binary, targets for regression.</summary>
    public int Outputs { get; init; }

    /// <summary>Raw outputs of the head each time it runs: of a decoder, once for each of its steps.</summary>
    public int HeadOutputs => Decoder is null ? Outputs : Outputs / Decoder.Steps;

    /// <summary>Numbers of a row beside its steps.</summary>
    public int StaticSize => Decoder?.StaticSize ?? StaticFeatures;

    /// <summary>Whether the head runs at every step, so that a row of T steps has [T, Outputs]: a tagger.</summary>
    public bool PerStep => Pooling == 0;

    /// <summary>How the outputs of several rows stand.</summary>
    public OutputLayout OutputLayout => new(Outputs, PerStep);

    public bool UsesTokens => Vocabulary > 0;

    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>Width of what the first recurrent layer reads at a step.</summary>
    public int InputSize =>
        UsesTokens ? EmbeddingSize
        : ProjectionSize > 0 ? ProjectionSize
        : Features;

    // Not public, so that ToString does not ask for them: a file may name a cell or a pooling that there is not.

    /// <summary>All that is known of the built-in cell.</summary>
    internal Cell CellDefinition => CellRegistry.Of(Cell);

    /// <summary>All that is known of the poolings, in the order of their vectors.</summary>
    internal IEnumerable<StepPooling> Poolings => PoolingRegistry.Of(Pooling).Select(one => one.Part);

    /// <summary>Gates per unit in the weights.</summary>
    internal int Gates => CellDefinition.Gates;

    /// <summary>Width of what the head reads: <see cref="PooledSize"/>, and <see cref="StaticFeatures"/> behind it.</summary>
    public int HeadInputSize => PooledSize + StaticFeatures;

    /// <summary>
    /// Width of the pooled states: H x directions x number of pooling kinds; of a tagger or a decoder, a step's states, H x directions.
    /// </summary>
    public int PooledSize => HiddenSize * Directions * Math.Max(1, int.PopCount((int)Pooling));

    /// <summary>Width of the last layer's states at a step, both directions.</summary>
    public int StateWidth => HiddenSize * Directions;

    /// <summary>Width of what recurrent layer <paramref name="layer"/> reads at a step.</summary>
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

    // Records compare collections by reference; two shapes are equal when their numbers are.
    public bool Equals(NetworkShape? other) =>
        other is not null
        && (Cell, CustomCell, Features, Vocabulary, EmbeddingSize, HiddenSize)
            == (other.Cell, other.CustomCell, other.Features, other.Vocabulary, other.EmbeddingSize, other.HiddenSize)
        && (PatchLength, ProjectionSize, Decoder, StaticFeatures)
            == (other.PatchLength, other.ProjectionSize, other.Decoder, other.StaticFeatures)
        && (Layers, Bidirectional, Pooling, Outputs) == (other.Layers, other.Bidirectional, other.Pooling, other.Outputs)
        && HeadHiddenSizes.SequenceEqual(other.HeadHiddenSizes);

    public override int GetHashCode() =>
        HashCode.Combine(Cell, CustomCell, Features, Vocabulary, HiddenSize, Layers, Bidirectional, Outputs);
}
