using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Estimators;

/// <summary>Annotations of key columns whose values are texts.</summary>
internal static class KeyValueAnnotations
{
    /// <summary>Adds the values of the keys 1, 2, ... to a column's annotations.</summary>
    /// <param name="annotations">The annotations.</param>
    /// <param name="values">The values; they are copied.</param>
    public static void AddKeyTexts(this DataViewSchema.Annotations.Builder annotations, IEnumerable<string> values)
    {
        ReadOnlyMemory<char>[] texts = [.. values.Select(value => value.AsMemory())];
        var buffer = new VBuffer<ReadOnlyMemory<char>>(texts.Length, texts);
        annotations.AddKeyValues(
            texts.Length,
            TextDataViewType.Instance,
            (ref VBuffer<ReadOnlyMemory<char>> destination) => buffer.CopyTo(ref destination)
        );
    }
}
