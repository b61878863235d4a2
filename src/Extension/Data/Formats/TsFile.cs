using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Formats;

/// <summary>Views of .ts files.</summary>
internal static class TsFile
{
    /// <summary>The annotation of the labels' column: the classes in the header's order.</summary>
    public const string ClassLabels = "ClassLabels";

    /// <param name="env">The environment.</param>
    /// <param name="source">The files.</param>
    /// <param name="features">Name of the column of values.</param>
    /// <param name="label">Name of the column of labels.</param>
    /// <param name="times">Name of the column of times.</param>
    public static IDataView Load(IHostEnvironment env, IMultiStreamSource source, string features, string label, string times)
    {
        IHost host = env.Register(nameof(TsFile));
        TsLayout layout = TsRows.Layout(host, source);
        return new FileDataView<TsRow>(host, Columns(layout, features, label, times), () => TsRows.Read(host, source, layout));
    }

    private static IEnumerable<FileColumn<TsRow>> Columns(TsLayout layout, string features, string label, string times)
    {
        var steps = new VectorDataViewType(NumberDataViewType.Single, 0, layout.Channels);
        yield return FileColumns.Vector<TsRow, float>(features, steps, row => row.Values);
        if (layout.Label == TsLabel.Class)
            yield return FileColumns.Text<TsRow>(label, row => row.Class, Classes(layout));
        if (layout.Label == TsLabel.Target)
            yield return FileColumns.Scalar<TsRow, float>(label, NumberDataViewType.Single, row => row.Target);
        if (!layout.HasTimes)
            yield break;
        if (layout.HasDates)
            yield return FileColumns.Vector<TsRow, DateTime>(
                times,
                new VectorDataViewType(DateTimeDataViewType.Instance),
                row => row.Times!.Dates
            );
        else
            yield return FileColumns.Vector<TsRow, long>(
                times,
                new VectorDataViewType(NumberDataViewType.Int64),
                row => row.Times!.Numbers
            );
    }

    private static DataViewSchema.Annotations? Classes(TsLayout layout)
    {
        if (layout.Classes.Length == 0)
            return null;
        ReadOnlyMemory<char>[] names = [.. layout.Classes.Split(' ').Select(name => name.AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(
            ClassLabels,
            new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> target) => target = new VBuffer<ReadOnlyMemory<char>>(names.Length, names)
        );
        return annotations.ToAnnotations();
    }
}
