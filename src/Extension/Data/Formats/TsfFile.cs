using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Formats;

/// <summary>Views of .tsf files: a row for each step of each series.</summary>
internal static class TsfFile
{
    /// <summary>The annotation of the values' column: the distance between steps as the file writes it.</summary>
    public const string Frequency = "Frequency";

    /// <summary>The annotation of the values' column: the number of steps to forecast.</summary>
    public const string Horizon = "Horizon";

    /// <param name="env">The environment.</param>
    /// <param name="source">The files.</param>
    /// <param name="series">Name of the column of series.</param>
    /// <param name="time">Name of the column of times.</param>
    /// <param name="value">Name of the column of values.</param>
    public static IDataView Load(IHostEnvironment env, IMultiStreamSource source, string series, string time, string value)
    {
        IHost host = env.Register(nameof(TsfFile));
        TsfHeader header = TsfRows.Header(host, source);
        return new FileDataView<TsfStep>(
            host,
            [
                FileColumns.Scalar<TsfStep, int>(series, NumberDataViewType.Int32, step => step.Series),
                .. header.Attributes.Select(Column),
                header.Start >= 0
                    ? FileColumns.Scalar<TsfStep, DateTime>(time, DateTimeDataViewType.Instance, step => step.Time)
                    : FileColumns.Scalar<TsfStep, long>(time, NumberDataViewType.Int64, step => step.Step),
                FileColumns.Scalar<TsfStep, float>(value, NumberDataViewType.Single, step => step.Value, Annotations(header)),
            ],
            () => TsfRows.Read(host, source, header)
        );
    }

    private static FileColumn<TsfStep> Column(TsfAttribute attribute, int i) =>
        attribute.Type switch
        {
            TsfType.String => FileColumns.Text<TsfStep>(attribute.Name, step => step.Texts[i]),
            TsfType.Numeric => FileColumns.Scalar<TsfStep, double>(attribute.Name, NumberDataViewType.Double, step => step.Numbers[i]),
            TsfType.Date => FileColumns.Scalar<TsfStep, DateTime>(attribute.Name, DateTimeDataViewType.Instance, step => step.Dates[i]),
            _ => throw new InvalidOperationException($"The attribute type {attribute.Type} is unknown."),
        };

    private static DataViewSchema.Annotations Annotations(TsfHeader header)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (header.Frequency is TsfFrequency frequency)
            annotations.Add(Frequency, TextDataViewType.Instance, (ref ReadOnlyMemory<char> target) => target = frequency.Text.AsMemory());
        if (header.Horizon is int horizon)
            annotations.Add(Horizon, NumberDataViewType.Int32, (ref int target) => target = horizon);
        return annotations.ToAnnotations();
    }
}
