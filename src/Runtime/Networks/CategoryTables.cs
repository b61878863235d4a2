namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// A learnt vector for each id of each column of categories: <c>{prefix}.{k}.weight [V, E]</c>, initially normal with variance 1/E; that of
/// unknown categories is initially 0.
/// </summary>
/// <param name="prefix"><see cref="Steps"/> or <see cref="Static"/>.</param>
/// <param name="columns">The columns; none for no weights.</param>
internal sealed class CategoryTables(string prefix, IReadOnlyList<CategoryShape> columns) : NetworkModule
{
    /// <summary>Prefix of the vectors of a step's categories.</summary>
    public const string Steps = "categories";

    /// <summary>Prefix of the vectors of a row's static categories.</summary>
    public const string Static = "static_categories";

    public override string Name => prefix == Steps ? "categories of a step" : "static categories";

    /// <summary>The columns.</summary>
    public IReadOnlyList<CategoryShape> Columns => columns;

    public override IEnumerable<TensorSpec> Tensors =>
        columns.Select((column, k) => new TensorSpec(NameOf(prefix, k), [column.Count, column.Size]));

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        random.Normals(values, 1 / Math.Sqrt(spec.Shape[1]));
        values.AsSpan(CategoryShape.Unknown, spec.Shape[1]).Clear();
    }

    /// <summary>Name of a column's vectors.</summary>
    public static string NameOf(string prefix, int column) => $"{prefix}.{column}.weight";
}

/// <summary>The vectors of some columns of categories.</summary>
/// <param name="tables">The columns.</param>
/// <param name="weights">The network's weights.</param>
internal sealed class CategoryVectors(CategoryTables tables, NetworkWeights weights)
{
    private readonly (float[] Values, int Size)[] _columns = [.. tables.Tensors.Select(spec => (weights[spec.Name], spec.Shape[1]))];

    /// <summary>Replaces the ids of each part by their vectors, in place.</summary>
    /// <param name="values">[parts, numbers + vectors' width], whose end holds [parts, numbers + ids].</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="numbers">Numbers before the ids.</param>
    public void Expand(Span<float> values, int parts, int numbers)
    {
        int columns = _columns.Length,
            encoded = numbers + columns,
            start = values.Length - parts * encoded,
            at = 0;
        Span<int> ids = columns <= 64 ? stackalloc int[columns] : new int[columns];
        for (int part = 0; part < parts; part++, start += encoded)
        {
            for (int k = 0; k < columns; k++)
                ids[k] = (int)values[start + numbers + k];
            values.Slice(start, numbers).CopyTo(values[at..]);
            at += numbers;
            for (int k = 0; k < columns; k++)
            {
                var (table, size) = _columns[k];
                Row(table, size, ids[k]).CopyTo(values[at..]);
                at += size;
            }
        }
    }

    // An id beyond the table's is an unknown one.
    private static ReadOnlySpan<float> Row(float[] table, int size, int id) =>
        table.AsSpan((uint)id < (uint)(table.Length / size) ? id * size : CategoryShape.Unknown, size);
}
