using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Models;

/// <summary>Transformations of a row before the network reads it, exported from the training pipeline.</summary>
internal sealed record RowInput
{
    /// <summary>No transformation.</summary>
    public static RowInput None { get; } = new();

    /// <summary>The characters that split a text into words; empty where no text is split.</summary>
    public IReadOnlyList<char> Separators { get; init; } = [];

    /// <summary>The words of the tokens 0, 1, ...; empty where they have none.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The form in which words are looked up.</summary>
    public WordForm WordForm { get; init; }

    /// <summary>Whether token 0 is that of unknown words; else they have none.</summary>
    public bool HasUnknownWord { get; init; }

    /// <summary>For numeric features, the columns whose values form the row, in their order; empty where they are unknown.</summary>
    public IReadOnlyList<string> ColumnNames { get; init; } = [];

    /// <summary>The names of a step's categories, for each of their columns; empty where they are unknown.</summary>
    public IReadOnlyList<CategoryNames> StepCategories { get; init; } = [];

    /// <summary>Likewise of a row's static categories.</summary>
    public IReadOnlyList<CategoryNames> StaticCategories { get; init; } = [];

    /// <summary>Subtracted from each value of a row of fixed size; empty for none.</summary>
    public IReadOnlyList<float> Offsets { get; init; } = [];

    /// <summary>Factor of each difference.</summary>
    public IReadOnlyList<float> Scales { get; init; } = [];
}

/// <summary>The names of a column's categories.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Names">The names of the ids 1, 2, ...; empty if unknown.</param>
internal sealed record CategoryNames(string Column, IReadOnlyList<string> Names);
