using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;

namespace RnnMlNet.Estimators.Forecasting.Plots;

/// <summary>Finds the forecasts to plot in a data view.</summary>
internal sealed class ForecastFinder
{
    // With more panels a plot would exceed a page.
    private const int MostSeries = 4;

    private readonly IHost _host;
    private readonly IDataView _data;
    private readonly SeriesBinding _binding;
    private readonly ForecastSelection _selection;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    public ForecastFinder(IHost host, IDataView data, SeriesBinding binding, ForecastSelection selection)
    {
        _host = host;
        _data = data;
        _binding = binding;
        _selection = selection;
        if (selection.Target is int target)
            host.CheckUserArg(
                target >= 0 && target < binding.TargetCount,
                nameof(target),
                $"target is {target}; it must be at least 0 and less than {binding.TargetCount}, the numbers of column "
                    + $"'{binding.Targets[0].Name}'."
            );
        if (selection.History is int history)
            OptionsCheck.AtLeast(host, history, 1, nameof(history));
        if (selection.ConfidenceLevel is float level)
            ForecastOptionsCheck.CheckConfidence(host, level);
        if (selection.Series is string key)
            host.CheckUserArg(
                binding.Key is not null,
                "series",
                $"series is '{key}', but there is no key column: set seriesKeyColumnName."
            );
    }

    /// <summary>All series, and the forecasts of the selected ones.</summary>
    public (SeriesSet Set, IReadOnlyList<DrawnForecast> Forecasts) Find(ForecastColumnNames names)
    {
        TimeGrid? grid = ForecastTimes.Of(_data.Schema, names, _binding);
        SeriesBinding binding = grid?.Zone is null
            ? _binding
            : SeriesBinding.Bind(_host, _data.Schema, _binding.Columns with { Zone = grid.Zone });
        SeriesSet set = new SeriesReader(_host, _data, binding) { Grid = grid, LogsMadeUp = false }.Read();
        if (set.Series.Count == 0)
            throw _host.Except("The data has no rows, so there is nothing to plot.");
        int[] chosen = Chosen(set);
        int?[] origins = Origins(set, chosen);
        var found = new DrawnForecast?[set.Series.Count];
        var (cursor, reader) = ForecastReader.Open(_host, _data, names, _binding.TargetCount);
        using (cursor)
            for (int row = 0; row < set.Places.Count && cursor.MoveNext(); row++)
            {
                var (series, step) = set.Places[row];
                if (!chosen.Contains(series) || (origins[series] is int origin ? step != origin : step < found[series]?.Origin))
                    continue;
                ForecastRow own = reader.Read();
                if (own.Forecasts.ContainsAnyExcept(float.NaN))
                    found[series] = DrawnForecast.Of(set.Series[series], step, own);
            }
        return (set, [.. chosen.Select(series => found[series] ?? Missing(set.Series[series], origins[series]))]);
    }

    private int[] Chosen(SeriesSet set)
    {
        if (_selection.Series is not string key)
            return [.. Enumerable.Range(0, Math.Min(MostSeries, set.Series.Count))];
        int found = set.Series.ToList().FindIndex(series => series.Key == key);
        return found >= 0
            ? [found]
            : throw _host.ExceptUserArg(
                "series",
                $"series is '{key}', which no row of column '{_binding.Columns.Key}' has. There {(set.Series.Count == 1 ? "is" : "are")} "
                    + string.Join(", ", set.Series.Take(8).Select(series => $"'{series.Key}'"))
                    + (set.Series.Count > 8 ? $" and {set.Series.Count - 8} others." : ".")
            );
    }

    private int?[] Origins(SeriesSet set, int[] chosen)
    {
        var origins = new int?[set.Series.Count];
        if (_selection.Origin is not Index index)
            return origins;
        foreach (int series in chosen)
        {
            int steps = set.Series[series].Steps.Length,
                origin = index.GetOffset(steps);
            origins[series] =
                origin >= 0 && origin < steps
                    ? origin
                    : throw _host.ExceptUserArg(
                        "origin",
                        $"origin is {index}, but the series{Name(set.Series[series])} has {steps} steps: the first is 0, the last ^1."
                    );
        }
        return origins;
    }

    private DrawnForecast Missing(KeyedSeries series, int? origin) =>
        origin is null
            ? DrawnForecast.None(series)
            : throw _host.ExceptUserArg(
                "origin",
                $"The series{Name(series)} has no forecast at step {origin}: a whole window must precede it, and its own value must "
                    + $"not be missing. Choose a later one, or null for the last with a forecast."
            );

    private static string Name(KeyedSeries series) => series.Key.Length > 0 ? $" '{series.Key}'" : "";
}
