using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Forecasts from several origins that roll towards the end of the series, by models trained on the steps before them only (Tashman,
/// "Out-of-sample tests of forecasting accuracy: an analysis and review", 2000).
/// </summary>
internal sealed class ForecastBacktest
{
    private readonly IHost _host;
    private readonly IDataView _data;
    private readonly IEstimator<ITransformer> _estimator;
    private readonly ForecastColumnNames _names;
    private readonly float _confidenceLevel;
    private readonly SeriesBinding _binding;
    private readonly SeriesSet _set;
    private readonly int _channels,
        _season;

    /// <exception cref="InvalidOperationException">The rows come from a random split.</exception>
    public ForecastBacktest(
        IHost host,
        IDataView data,
        IEstimator<ITransformer> estimator,
        SeriesColumns columns,
        ForecastColumnNames names,
        float confidenceLevel,
        int seasonLength
    )
    {
        names.Check(host);
        ForecastOptionsCheck.CheckConfidence(host, confidenceLevel);
        OptionsCheck.AtLeast(host, seasonLength, 1, nameof(seasonLength));
        RandomSplit.Refuse(host, data, columns.Time is not null);
        _host = host;
        _data = data;
        _estimator = estimator;
        _names = names;
        _confidenceLevel = confidenceLevel;
        _season = seasonLength;
        _binding = SeriesBinding.Bind(host, data.Schema, columns);
        _channels = _binding.TargetCount;
        _set = new SeriesReader(host, data, _binding) { LogsMadeUp = false }.Read();
    }

    public BacktestResult Run(BacktestPlan plan)
    {
        ForecastSums all = new(plan.Horizon, _confidenceLevel),
            naive = new(plan.Horizon, confidenceLevel: 0);
        var folds = new List<BacktestFold>();
        ITransformer? model = null;
        for (int fold = 0; fold < plan.Folds; fold++)
        {
            _host.CheckAlive();
            int[] origins = Origins(plan.StepsBehind(fold));
            BitArray isBefore = RowsBefore(origins);
            if (model is null || plan.Refit)
                model = Fit(isBefore, fold, plan);
            var sums = new ForecastSums(plan.Horizon, _confidenceLevel);
            var (forecasts, leftOut) = Forecast(model, origins, plan.Horizon, sums, naive);
            all.Merge(sums);
            folds.Add(new BacktestFold(fold + 1, Count(isBefore), sums.Metrics(), forecasts, model) { SeriesLeftOut = leftOut.Count });
            Warn(plan, fold, origins, leftOut);
        }
        if (all.Count == 0)
            throw _host.Except(
                $"From none of the {plan.Folds} origins is there a forecast with an actual value: the row before an origin is missing, "
                    + $"has no whole window before it, or has no values after it. "
                    + "Use fewer folds, a smaller step or horizon, or give longer series."
            );
        return new BacktestResult(all.Metrics(), naive.Metrics(), folds);
    }

    private void Warn(BacktestPlan plan, int fold, int[] origins, IReadOnlyList<int> leftOut)
    {
        if (leftOut.Count == 0)
            return;
        using IChannel log = _host.Start("Backtest");
        KeyedSeries first = _set.Series[leftOut[0]];
        string name = first.Key.Length > 0 ? $" '{first.Key}'" : "",
            place = _set.Grid is TimeGrid grid
                ? grid.Text(grid.TimeAt(first.Origin, origins[leftOut[0]] - 1))
                : $"row {origins[leftOut[0]] - 1}";
        log.Warning(
            $"From origin {fold + 1} of {plan.Folds}, {leftOut.Count} of {_set.Series.Count} series have no forecast and are "
                + $"left out, the first{name}: its row at {place} is missing, or has no whole window before it."
        );
    }

    // For each series its steps before the origin. With times all series have the same origin; without, each has its own, counted from its
    // end.
    private int[] Origins(int behind)
    {
        if (_set.Grid is not TimeGrid grid)
            return [.. _set.Series.Select(series => series.Steps.Length - behind)];
        KeyedSeries latest = _set.Series.MaxBy(series => grid.TimeAt(series.Origin, series.Steps.Length))!;
        if (latest.Steps.Length <= behind)
            return new int[_set.Series.Count];
        long origin = grid.TimeAt(latest.Origin, latest.Steps.Length - behind);
        return [.. _set.Series.Select(series => StepsBefore(grid, series, origin))];
    }

    private static int StepsBefore(TimeGrid grid, KeyedSeries series, long time)
    {
        int low = 0,
            high = series.Steps.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (grid.TimeAt(series.Origin, middle) < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private BitArray RowsBefore(int[] origins)
    {
        var isBefore = new BitArray(_set.Places.Count);
        for (int row = 0; row < _set.Places.Count; row++)
            isBefore[row] = _set.Places[row].Step < origins[_set.Places[row].Series];
        return isBefore;
    }

    private ITransformer Fit(BitArray rows, int fold, BacktestPlan plan)
    {
        if (Count(rows) == 0)
            throw _host.Except(
                $"No row comes before origin {fold + 1} of {plan.Folds}, {plan.StepsBehind(fold)} steps before the end: use fewer "
                    + $"folds, a smaller step or horizon."
            );
        try
        {
            return _estimator.Fit(new KeptRows(_host, _data, rows));
        }
        catch (InvalidOperationException e) when (ShortSeries.IsCauseOf(e))
        {
            throw _host.Except(
                e,
                $"Before origin {fold + 1} of {plan.Folds}, {plan.StepsBehind(fold)} steps before the end: {e.Message} "
                    + "With fewer folds, or a smaller step between them, more steps come before the first origin."
            );
        }
    }

    // The forecasts, and the series that continue beyond the origin but have none.
    private (List<BacktestForecast> Forecasts, IReadOnlyList<int> LeftOut) Forecast(
        ITransformer model,
        int[] origins,
        int horizon,
        ForecastSums sums,
        ForecastSums naiveSums
    )
    {
        var forecasts = new List<BacktestForecast>();
        var leftOut = new SortedSet<int>(
            Enumerable.Range(0, origins.Length).Where(s => origins[s] > 0 && origins[s] < _set.Series[s].Steps.Length)
        );
        double[][] scales = [.. _set.Series.Select((series, s) => ActualValues.Scales(series.Steps, Math.Max(0, origins[s]), _season))];
        var naive = new SeasonalNaive(_channels, horizon, _season);
        // Rows after an origin are included, because they may have known future values; a row's forecast uses the rows up to it.
        IDataView view = model.Transform(_data);
        CheckSteps(view.Schema);
        var (cursor, reader) = ForecastReader.Open(_host, view, _names, _channels);
        using (cursor)
            for (int row = 0; cursor.MoveNext() && row < _set.Places.Count; row++)
            {
                var (s, step) = _set.Places[row];
                if (step != origins[s] - 1)
                    continue;
                ForecastRow own = reader.Read().First(horizon, _channels);
                if (!own.Forecasts.ContainsAnyExcept(float.NaN))
                    continue;
                leftOut.Remove(s);
                TimeSeries series = _set.Series[s].Steps;
                sums.Add(series, step, scales[s], own);
                naive.Forecast(series, step);
                naive.LeaveOutMissingOf(own);
                naiveSums.Add(series, step, scales[s], naive.Row);
                Collect(forecasts, _set.Series[s], step, own);
            }
        return (forecasts, [.. leftOut]);
    }

    // The forecaster in a pipeline may have more options of its times than this backtest.
    private void CheckSteps(DataViewSchema forecasts)
    {
        if (_set.Grid is TimeGrid grid && ForecastTimes.Of(forecasts, _names, _binding) is TimeGrid own && !own.HasStepsOf(grid))
            throw _host.Except(
                $"The forecaster's steps are {own.StepText} apart, those found in column '{_binding.Columns.Time}' {grid.StepText}, or "
                    + $"other days have none: "
                    + "give Backtest the RnnForecastingEstimator itself, which has its TimeZone, Frequency and Calendar."
            );
    }

    private void Collect(List<BacktestForecast> forecasts, KeyedSeries series, int step, ForecastRow row)
    {
        for (int channel = 0; channel < _channels; channel++)
        for (int h = 0; h < row.Horizon && step + 1 + h < series.Steps.Length; h++)
        {
            int place = channel * row.Horizon + h;
            forecasts.Add(
                new BacktestForecast(
                    series.Key,
                    channel,
                    h + 1,
                    Time(series, step + 1 + h),
                    row.Forecasts[place],
                    row.HasBounds ? row.Lower[place] : float.NaN,
                    row.HasBounds ? row.Upper[place] : float.NaN,
                    ActualValues.At(series.Steps, channel, step + 1 + h)
                )
            );
        }
    }

    private DateTime? Time(KeyedSeries series, int step) =>
        _set.Grid is { Kind: not TimeKind.Number } grid ? grid.ClockAt(series, step) : null;

    private static int Count(BitArray rows) => rows.Cast<bool>().Count(isThere => isThere);
}
