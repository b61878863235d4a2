using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Estimators.Forecasting.Plots;

/// <summary>The plot of forecasts: the series' last steps, the forecast with its bounds, and the actual values, where they are
/// known.</summary>
internal sealed class ForecastPlot
{
    private const int MostPanels = 6,
        LeastHistory = 40;

    private readonly SeriesBinding _binding;
    private readonly ForecastSelection _selection;
    private readonly SeriesSet _set;
    private readonly IReadOnlyList<DrawnForecast> _forecasts;

    private ForecastPlot(SeriesBinding binding, ForecastSelection selection, SeriesSet set, IReadOnlyList<DrawnForecast> forecasts)
    {
        _binding = binding;
        _selection = selection;
        _set = set;
        _forecasts = forecasts;
    }

    public static Plot Of(
        IHost host,
        Microsoft.ML.IDataView data,
        SeriesColumns columns,
        ForecastColumnNames names,
        ForecastSelection selection
    )
    {
        host.CheckValue(data, nameof(data));
        SeriesBinding binding = SeriesBinding.Bind(host, data.Schema, columns);
        var (set, forecasts) = new ForecastFinder(host, data, binding, selection).Find(names);
        return new ForecastPlot(binding, selection, set, forecasts).Draw();
    }

    private Plot Draw()
    {
        int[] targets = _selection.Target is int target ? [target] : [.. Enumerable.Range(0, _binding.TargetCount)];
        var all = (from forecast in _forecasts from channel in targets select (Forecast: forecast, Target: channel)).ToList();
        var panels = all.Take(MostPanels).ToList();
        int left = (_selection.Series is null ? _set.Series.Count : 1) * targets.Length - panels.Count;
        string more =
            left > 0 ? $" {Label.Plural(left, "other forecast")} {(left == 1 ? "is" : "are")} not shown: choose series and target." : "";
        return new Plot(
            $"Forecast of {_binding.Targets[0].Name}",
            string.Join(' ', panels.Select(panel => Summary(panel.Forecast, panel.Target, panels.Count > 1))) + more,
            [.. panels.Select(panel => Chart(panel.Forecast, panel.Target, panels.Count > 1 ? Name(panel.Forecast, panel.Target) : ""))]
        );
    }

    private LineChart Chart(DrawnForecast forecast, int target, string title)
    {
        int history = _selection.History ?? Math.Max(LeastHistory, 3 * forecast.Horizon);
        int first = Math.Max(0, forecast.Origin + 1 - history),
            end = Math.Min(forecast.Series.Steps.Length, forecast.Origin + 1 + forecast.Horizon);
        ChartPoint Actual(int step) => new(X(forecast, step), ActualValues.At(forecast.Series.Steps, target, step));
        IEnumerable<int> ahead = Enumerable.Range(1, forecast.Horizon);

        var series = new List<ChartSeries>();
        if (forecast.Lower.Length > 0)
            series.Add(
                new ChartSeries(
                    _selection.ConfidenceLevel is float level ? $"{Label.Number(100 * (double)level)} % interval" : "interval",
                    SeriesKind.Band,
                    1,
                    [
                        .. ahead.Select(step => new ChartPoint(
                            X(forecast, forecast.Origin + step),
                            forecast.BoundsAt(target, step).Lower,
                            forecast.BoundsAt(target, step).Upper
                        )),
                    ]
                )
            );
        series.Add(new ChartSeries("actual", SeriesKind.Line, 0, [.. Enumerable.Range(first, end - first).Select(Actual)]));
        series.Add(
            new ChartSeries(
                "forecast",
                SeriesKind.Line,
                1,
                [.. ahead.Select(step => new ChartPoint(X(forecast, forecast.Origin + step), forecast.At(target, step)))]
            )
        );
        ChartMark[] marks =
            forecast.Horizon > 0
                ? [new ChartMark(X(forecast, forecast.Origin), $"forecast from {PlaceText(forecast, forecast.Origin)}")]
                : [];
        return new LineChart(title, XAxis(), new ChartAxis(AxisKind.Linear, ValueName(target)), series, marks);
    }

    private ChartAxis XAxis() =>
        _set.Grid switch
        {
            null => new ChartAxis(AxisKind.Whole, "step of the series"),
            { Kind: not TimeKind.Number } => new ChartAxis(AxisKind.Time, _binding.Columns.Time!),
            _ => new ChartAxis(AxisKind.Whole, _binding.Columns.Time!),
        };

    private double X(DrawnForecast forecast, int step) =>
        _set.Grid switch
        {
            null => step,
            { Kind: TimeKind.Number } grid => grid.TimeAt(forecast.Series.Origin, step),
            TimeGrid grid => grid.ClockAt(forecast.Series, step).Ticks,
        };

    private string PlaceText(DrawnForecast forecast, int step)
    {
        if (_set.Grid is not TimeGrid grid)
            return FormattableString.Invariant($"step {step}");
        string time = grid.Text(grid.TimeAt(forecast.Series.Origin, step));
        // A day is shown without a time of day.
        return grid.Kind != TimeKind.Number && time.EndsWith(" 00:00:00", StringComparison.Ordinal) ? time[..^9] : time;
    }

    private string ValueName(int target) =>
        _binding.TargetCount == 1 ? _binding.Targets[0].Name : FormattableString.Invariant($"{_binding.Targets[0].Name}[{target}]");

    private string Name(DrawnForecast forecast, int target) =>
        string.Join(", ", new[] { forecast.Series.Key, _binding.TargetCount > 1 ? ValueName(target) : "" }.Where(part => part.Length > 0));

    private string Summary(DrawnForecast forecast, int target, bool isNamed)
    {
        string name = isNamed || forecast.Series.Key.Length > 0 ? $"{Name(forecast, target)}: " : "";
        if (forecast.Horizon == 0)
            return $"{name}no row has a forecast.";
        int[] known =
        [
            .. Enumerable
                .Range(1, forecast.Horizon)
                .Where(step => float.IsFinite(forecast.ActualAt(target, step)) && float.IsFinite(forecast.At(target, step))),
        ];
        string ahead = $"{name}{Label.Plural(forecast.Horizon, "step")} ahead of {PlaceText(forecast, forecast.Origin)}";
        if (known.Length == 0)
            return $"{ahead}.";
        double error = known.Average(step => Math.Abs((double)forecast.At(target, step) - forecast.ActualAt(target, step)));
        string within =
            forecast.Lower.Length == 0
                ? ""
                : FormattableString.Invariant(
                    $", and {known.Count(step => IsWithin(forecast, target, step))} of {known.Length} values lie between the bounds"
                );
        return $"{ahead}; the mean absolute error of {(known.Length == forecast.Horizon ? "these" : "those that are known")} is "
            + $"{Label.Number(error)}{within}.";
    }

    private static bool IsWithin(DrawnForecast forecast, int target, int step)
    {
        var (lower, upper) = forecast.BoundsAt(target, step);
        return forecast.ActualAt(target, step) >= lower && forecast.ActualAt(target, step) <= upper;
    }
}
