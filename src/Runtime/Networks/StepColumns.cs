namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Contents of a time step's R values, in this order: N numbers; where there is a time, its whole days and the seconds within the day; K
/// category ids. Encoded for the network, they are M numbers, followed by the K ids: the N numbers, with missing values replaced; where
/// those are masked, N masks (1 where the value is present) and N times since the value before; with a time, the time since the step
/// before.
/// </summary>
internal sealed record StepColumns
{
    /// <summary>Numbers alone.</summary>
    public static StepColumns Plain { get; } = new();

    /// <summary>Values of a time in a step.</summary>
    public const int TimeValues = 2;

    /// <summary>Whether a step has a time.</summary>
    public bool HasTime { get; init; }

    /// <summary>Replacement of missing numbers.</summary>
    public MissingValues MissingValues { get; init; }

    /// <summary>[K] the columns of categories.</summary>
    public IReadOnlyList<CategoryShape> Categories { get; init; } = [];

    /// <summary>Whether a step is numbers alone, none of them missing.</summary>
    public bool ArePlain => !IsChanged && Categories.Count == 0;

    /// <summary>Whether encoded values are others than a step's own, or depend on the steps before.</summary>
    public bool IsChanged => HasTime || MissingValues != MissingValues.SkipRow;

    /// <summary>Whether missing numbers have masks.</summary>
    public bool AreMasked => MissingValues is MissingValues.LastValue or MissingValues.Mean;

    /// <summary>N, of R values.</summary>
    public int Numbers(int values) => values - (HasTime ? TimeValues : 0) - Categories.Count;

    /// <summary>M, of R values.</summary>
    public int EncodedNumbers(int values) => Numbers(values) * (AreMasked ? 3 : 1) + (HasTime ? 1 : 0);

    /// <summary>M + K, of R values.</summary>
    public int Encoded(int values) => EncodedNumbers(values) + Categories.Count;

    /// <summary>Width of the network's input, of R values: M numbers and the categories' vectors.</summary>
    public int InputSize(int values) => EncodedNumbers(values) + CategoryShape.WidthOf(Categories);

    // Records compare collections by reference.
    public bool Equals(StepColumns? other) =>
        other is not null && (HasTime, MissingValues) == (other.HasTime, other.MissingValues) && Categories.SequenceEqual(other.Categories);

    public override int GetHashCode() => HashCode.Combine(HasTime, MissingValues, Categories.Count);

    public override string ToString() =>
        $"{(HasTime ? "elapsed time, " : "")}missing values {MissingValues}, categories {CategoryShape.Text(Categories)}";
}

/// <summary>A column of category ids 0..Count-1, each with a learnt vector. Id 0 is that of unknown and missing categories.</summary>
/// <param name="Count">V.</param>
/// <param name="Size">E, width of a vector.</param>
internal readonly record struct CategoryShape(int Count, int Size)
{
    /// <summary>Id of unknown and missing categories.</summary>
    public const int Unknown = 0;

    /// <summary>The most ids: they are stored as Single, which is exact up to it.</summary>
    public const int Most = 1 << 24;

    /// <summary>Width of the vectors of all columns.</summary>
    public static int WidthOf(IReadOnlyList<CategoryShape> columns)
    {
        int width = 0;
        for (int i = 0; i < columns.Count; i++)
            width += columns[i].Size;
        return width;
    }

    /// <summary>Description for error messages.</summary>
    public static string Text(IReadOnlyList<CategoryShape> columns) =>
        $"[{string.Join(", ", columns.Select(column => $"{column.Count} x {column.Size}"))}]";
}
