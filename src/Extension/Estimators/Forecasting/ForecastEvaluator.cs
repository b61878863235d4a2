using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Compares the forecasts of a data view, or those of the seasonal naive method, with the rows that follow them.</summary>
/// <remarks>
/// The series are read first and kept in memory; the forecasts, many times as large, are then read once and compared in a stream.
/// </remarks>
internal sealed class ForecastEvaluator
{
    private readonly IHost _host;
    private readonly IDataView _data;
    private readonly SeriesBinding _binding;
    private readonly int _season;

    private ForecastEvaluator(IHost host, IDataView data, SeriesBinding binding, int season)
    {
        _host = host;
        _data = data;
        _binding = binding;
        _season = season;
    }

    /// <summary>Binds the columns of the series.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or the season is invalid.</exception>
    public static ForecastEvaluator Of(IHostEnvironment env, IDataView data, string target, string? key, string? time, int seasonLength)
    {
        IHost host = env.Register(nameof(ForecastEvaluator));
        host.CheckValue(data, nameof(data));
        OptionsCheck.AtLeast(host, seasonLength, 1, nameof(seasonLength));
        // Missing values count nowhere, so their imputation does not matter.
        var columns = new SeriesColumns([target], [], [], key, time) { MissingSteps = MissingSteps.LastValue };
        return new ForecastEvaluator(host, data, SeriesBinding.Bind(host, data.Schema, columns), seasonLength);
    }

    /// <summary>Evaluates columns of forecasts.</summary>
    /// <param name="names">The columns.</param>
    /// <param name="confidenceLevel">The confidence level of the bounds.</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series continues for all of their steps.</param>
    public ForecastMetrics Evaluate(ForecastColumnNames names, float confidenceLevel, bool wholeHorizonOnly)
    {
        ForecastOptionsCheck.CheckConfidence(_host, confidenceLevel);
        SeriesSet set = Read(names);
        double[][] scales = Scales(set);
        var (cursor, reader) = ForecastReader.Open(_host, _data, names, _binding.TargetCount);
        using (cursor)
        {
            ForecastSums? sums = null;
            for (int row = 0; row < set.Places.Count; row++)
            {
                Move(cursor, set);
                RowPosition place = set.Places[row];
                ForecastRow forecasts = reader.Read();
                sums ??= new ForecastSums(forecasts.Horizon, confidenceLevel, wholeHorizonOnly);
                sums.Add(set.Series[place.Series].Steps, place.Step, scales[place.Series], forecasts);
            }
            return Metrics(sums, set, $"a forecast in column '{names.Forecast}'");
        }
    }

    /// <summary>Evaluates a column of quantiles.</summary>
    /// <param name="column">The column: [C, horizon, levels].</param>
    /// <param name="levels">The levels of the quantiles.</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series continues for all of their steps.</param>
    public ForecastQuantileMetrics EvaluateQuantiles(string column, float[] levels, bool wholeHorizonOnly)
    {
        CheckLevels(levels);
        int each = _binding.TargetCount * levels.Length;
        if (_data.Schema.GetColumnOrNull(column)?.Type is VectorDataViewType { Size: > 0 } type && !HasLevels(type, levels.Length))
            throw _host.ExceptUserArg(
                nameof(column),
                $"The column '{column}' is {type}, but a column of {levels.Length} quantiles of {_binding.TargetCount} targets is "
                    + $"[{_binding.TargetCount}, horizon, {levels.Length}]: give the levels that the forecaster was trained "
                    + "with, its Quantiles."
            );
        var names = new ForecastColumnNames(column, null, null);
        SeriesSet set = Read(names);
        var (cursor, reader) = ForecastReader.Open(
            _host,
            _data,
            names,
            each,
            $"{_binding.TargetCount} targets times {levels.Length} quantiles"
        );
        using (cursor)
        {
            var sums = new QuantileSums(levels);
            for (int row = 0; row < set.Places.Count; row++)
            {
                Move(cursor, set);
                RowPosition place = set.Places[row];
                ForecastRow quantiles = reader.Read();
                sums.Add(set.Series[place.Series].Steps, place.Step, quantiles.Horizon, quantiles.Forecasts, wholeHorizonOnly);
            }
            return sums.Count > 0 ? new ForecastQuantileMetrics(sums) : throw Nothing(set, $"quantiles in column '{column}'", sums.Skipped);
        }
    }

    // A flat vector states no levels; a row's length is checked as it is read.
    private bool HasLevels(VectorDataViewType type, int levels) =>
        type.Dimensions.Length > 1 ? type.Dimensions[^1] == levels : type.Size % (_binding.TargetCount * levels) == 0;

    private void CheckLevels(float[] levels)
    {
        _host.CheckValue(levels, nameof(levels));
        bool isAscending = levels.Zip(levels.Skip(1)).All(pair => pair.First < pair.Second);
        if (levels.Length == 0 || !isAscending || !(levels[0] > 0 && levels[^1] < 1))
            throw _host.ExceptUserArg(
                "quantiles",
                $"The quantiles are [{string.Join(", ", levels)}]; they must be ascending levels in (0, 1), such as 0.1, 0.5, 0.9."
            );
    }

    /// <summary>Evaluates the seasonal naive method.</summary>
    /// <param name="horizon">Steps ahead; null for those of the column.</param>
    /// <param name="forecastColumn">A column whose forecasts determine the pairs that count, or null for all.</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series continues for all of their steps.</param>
    public ForecastMetrics EvaluateSeasonalNaive(int horizon, string? forecastColumn, bool wholeHorizonOnly)
    {
        OptionsCheck.AtLeast(_host, horizon, 1, nameof(horizon));
        ForecastColumnNames? names = forecastColumn is null ? null : new ForecastColumnNames(forecastColumn, null, null);
        SeriesSet set = Read(names);
        double[][] scales = Scales(set);
        var sums = new ForecastSums(horizon, confidenceLevel: 0, wholeHorizonOnly);
        var naive = new SeasonalNaive(_binding.TargetCount, horizon, _season);
        var (cursor, reader) = names is null ? default : ForecastReader.Open(_host, _data, names, _binding.TargetCount);
        using (cursor)
        {
            for (int row = 0; row < set.Places.Count; row++)
            {
                RowPosition place = set.Places[row];
                TimeSeries series = set.Series[place.Series].Steps;
                naive.Forecast(series, place.Step);
                if (cursor is not null)
                {
                    Move(cursor, set);
                    naive.LeaveOutMissingOf(reader.Read());
                }
                sums.Add(series, place.Step, scales[place.Series], naive.Row);
            }
            return Metrics(sums, set, $"a value {_season} steps back");
        }
    }

    // A forecaster's column has its time grid as an annotation; for other columns it is inferred.
    private SeriesSet Read(ForecastColumnNames? names)
    {
        TimeGrid? grid = names is null ? null : ForecastTimes.Of(_data.Schema, names, _binding);
        SeriesBinding binding = grid?.Zone is null
            ? _binding
            : SeriesBinding.Bind(_host, _data.Schema, _binding.Columns with { Zone = grid.Zone });
        return new SeriesReader(_host, _data, binding) { Grid = grid, LogsMadeUp = false }.Read();
    }

    private double[][] Scales(SeriesSet set) =>
        [.. set.Series.Select(series => ActualValues.Scales(series.Steps, series.Steps.Length, _season))];

    private void Move(DataViewRowCursor cursor, SeriesSet set)
    {
        if (!cursor.MoveNext())
            throw _host.Except(
                $"The data had {set.Places.Count} rows when its series were read, and fewer when its forecasts were: it must have the "
                    + $"same rows each time, for instance by Cache."
            );
    }

    private ForecastMetrics Metrics(ForecastSums? sums, SeriesSet set, string forecast) =>
        sums?.Count > 0 ? sums.Metrics() : throw Nothing(set, forecast, sums?.Skipped ?? 0);

    private Exception Nothing(SeriesSet set, string forecast, long skipped) =>
        _host.Except(
            $"There is nothing to evaluate: among {set.Places.Count} rows in {set.Series.Count} series there is no row with "
                + $"{forecast} for a later step of its series that has a value in '{_binding.Targets[0].Name}' "
                + $"({skipped} pairs lack one of the two): give rows after those of the first forecasts."
        );
}
