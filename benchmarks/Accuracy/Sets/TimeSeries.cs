using Microsoft.ML;
using Microsoft.ML.Data;

namespace Accuracy.Sets;

/// <summary>One labelled series: values step-major, T x channels.</summary>
internal sealed class TimeSeries
{
    [VectorType]
    public float[] Values { get; set; } = [];

    public string Class { get; set; } = "";
}

/// <summary>The series of .ts files, in memory, to be divided into folds.</summary>
internal static class TsFile
{
    /// <param name="path">The file.</param>
    /// <param name="features">F, its channels.</param>
    public static TimeSeries[] Read(string path, out int features)
    {
        var ml = new MLContext();
        IDataView rows = ml.Data.LoadFromTsFile(path, nameof(TimeSeries.Values), nameof(TimeSeries.Class));
        features = ((VectorDataViewType)rows.Schema[nameof(TimeSeries.Values)].Type).Dimensions[^1];
        return [.. ml.Data.CreateEnumerable<TimeSeries>(rows, reuseRowObject: false)];
    }

    public static TimeSeries[] Read(string path) => Read(path, out _);
}
