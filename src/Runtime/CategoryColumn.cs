using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime;

/// <summary>A column of categories of a model's input: a category is passed as its id.</summary>
public sealed class CategoryColumn
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    private CategoryColumn(int count, CategoryNames? names)
    {
        Count = count;
        Name = names?.Column ?? "";
        Names = names?.Names ?? [];
        for (int i = 0; i < Names.Count; i++)
            _ids.TryAdd(Names[i], i + 1);
    }

    /// <summary>The column's name in training; empty if unknown.</summary>
    public string Name { get; }

    /// <summary>Number of ids, 0 to Count - 1; 0 is the id of unknown and missing categories.</summary>
    public int Count { get; }

    /// <summary>The names of the ids 1, 2, ...; empty if unknown.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Returns the id of a category; 0 for one that training did not have.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidOperationException">The model has no names of this column's categories.</exception>
    public int IdOf(string name) =>
        Names.Count > 0
            ? _ids.GetValueOrDefault(name, CategoryShape.Unknown)
            : throw new InvalidOperationException(
                $"The model has no names of the categories of column '{Name}': pass ids, ML.NET's keys, from 1 to {Count - 1}, or 0 for an "
                    + "unknown one; or save the model with SaveRuntimeModel from a pipeline with MapValueToKey."
            );

    internal static CategoryColumn[] Of(IReadOnlyList<CategoryShape> columns, IReadOnlyList<CategoryNames> names) =>
        [.. columns.Select((column, k) => new CategoryColumn(column.Count, k < names.Count ? names[k] : null))];
}
