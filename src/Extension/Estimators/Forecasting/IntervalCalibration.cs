using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Measures how far a trained forecaster lies off on windows that were held out.</summary>
internal sealed class IntervalCalibration(ForecastNetwork model)
{
    private const int BlockWindows = 1024;

    private readonly WindowForecaster _forecaster = new(model);
    private readonly List<float>[] _scores = [.. Enumerable.Range(0, model.Layout.Targets * model.Layout.Horizon).Select(_ => new List<float>())];

    /// <param name="series">The series.</param>
    /// <param name="ends">Of each the steps after the windows: the first, and the one behind the last.</param>
    public IntervalScores Run(IReadOnlyList<TimeSeries> series, IReadOnlyList<(int First, int Behind)> ends)
    {
        var forecasts = new WindowForecasts();
        IEnumerable<WindowPlace> windows = series.Zip(ends).SelectMany(one =>
            Enumerable.Range(one.Second.First, Math.Max(0, one.Second.Behind - one.Second.First)).Select(end => new WindowPlace(one.First, end)));
        foreach (WindowPlace[] block in windows.Chunk(BlockWindows))
        {
            _forecaster.Run(block, forecasts, Environment.ProcessorCount);
            for (int w = 0; w < block.Length; w++)
                Add(block[w], forecasts, w);
        }
        return IntervalScores.Of(model.Layout.Targets, model.Layout.Horizon, _scores);
    }

    private void Add(WindowPlace window, WindowForecasts forecasts, int w)
    {
        ReadOnlySpan<float> values = forecasts.Values(w), below = forecasts.Below(w), above = forecasts.Above(w);
        int horizon = model.Layout.Horizon;
        for (int place = 0; place < values.Length; place++)
        {
            int channel = place / horizon, step = window.End + place % horizon;
            if (window.Series.IsImputed(channel, step))
                continue;
            float error = window.Series.Targets(channel, step, 1)[0] - values[place];
            _scores[place].Add(error / (error < 0 ? below[place] : above[place]));
        }
    }
}
