namespace RnnMlNet.Runtime.Models;

/// <summary>What is done to a row before the network reads it, taken over from the pipeline that the network was trained in.</summary>
internal sealed record RowInput
{
    /// <summary>A row that the network reads as it is.</summary>
    public static RowInput None { get; } = new();

    /// <summary>The characters that a text is divided into words at; empty where no text is.</summary>
    public IReadOnlyList<char> Separators { get; init; } = [];

    /// <summary>The words of the tokens 0, 1, ...; empty where they have none.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Of numbers, the columns whose values make up the row, in their order; empty where that is not known.</summary>
    public IReadOnlyList<string> ColumnNames { get; init; } = [];

    /// <summary>What is subtracted from each value of a row of fixed size; empty where they are taken as they are.</summary>
    public IReadOnlyList<float> Offsets { get; init; } = [];

    /// <summary>What each difference is then multiplied by.</summary>
    public IReadOnlyList<float> Scales { get; init; } = [];
}
