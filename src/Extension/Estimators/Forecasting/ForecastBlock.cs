using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Forecasts at consecutive rows, computed some rows at a time. For one cursor.</summary>
internal sealed class ForecastBlock(
    IExceptionContext ectx,
    SeriesSet set,
    ForecastNetwork model,
    WindowForecaster forecaster,
    IntervalSettings? intervals,
    int threads
)
{
    // The first block is small, for a fast first row; later ones are large, for parallel computation.
    private const int FirstRows = 32,
        MostRows = 1024;

    private readonly List<WindowPosition> _windows = [];
    private readonly SeriesIntervals?[] _intervals = new SeriesIntervals?[set.Series.Count];
    private int[] _windowOf = [];
    private long _first,
        _count;

    public WindowForecasts Forecasts { get; } = new();

    /// <summary>
    /// The window of a row's forecasts among <see cref="Forecasts"/>; -1 where there are none. Rows are requested in ascending order.
    /// </summary>
    public int WindowAt(long row)
    {
        if (row >= _first + _count)
            Fill(row);
        return _windowOf[row - _first];
    }

    private void Fill(long row)
    {
        if (row >= set.Places.Count)
            throw ectx.Except(
                $"The data had {set.Places.Count} rows when its series were read, and more now: it must have the same rows each time, "
                    + $"for instance by Cache."
            );
        _count = Math.Min(Math.Clamp(2 * _count, FirstRows, MostRows), set.Places.Count - row);
        _first = row;
        _windows.Clear();
        if (_windowOf.Length < _count)
            _windowOf = new int[_count];
        for (int i = 0; i < _count; i++)
        {
            RowPosition place = set.Places[(int)row + i];
            TimeSeries series = set.Series[place.Series].Steps;
            _windowOf[i] = HasForecast(series, place.Step + 1) ? _windows.Count : -1;
            if (_windowOf[i] >= 0)
                _windows.Add(WindowPosition.KnownAt(series, place.Step + 1, model));
        }
        forecaster.Run(_windows, Forecasts, threads);
        if (intervals is not null)
            for (int i = 0; i < _count; i++)
                SayIntervals(set.Places[(int)row + i], _windowOf[i]);
    }

    private void SayIntervals(RowPosition place, int window)
    {
        TimeSeries series = set.Series[place.Series].Steps;
        if (place.Step >= series.Length)
            return;
        SeriesIntervals own = _intervals[place.Series] ??= new SeriesIntervals(
            new IntervalTracker(intervals!),
            series.TargetCount,
            place.Step
        );
        own.GoTo(series, place.Step);
        if (window >= 0)
            own.Tracker.Say(place.Step + 1, Forecasts, window);
    }

    // Steps that are imputed from a later one have no forecast.
    private bool HasForecast(TimeSeries series, int end) =>
        end - model.LookBack >= series.FirstWhole
        && end <= series.Length
        && (model.Layout.Known == 0 || end + model.Layout.Horizon <= series.KnownLength);

    // A series whose rows are not in the order of time ignores those that come too late.
    private sealed class SeriesIntervals(IntervalTracker tracker, int targets, int step)
    {
        private readonly float[] _values = new float[targets];
        private int _next = step;

        public IntervalTracker Tracker => tracker;

        public void GoTo(TimeSeries series, int step)
        {
            for (; _next <= step; _next++)
            {
                for (int channel = 0; channel < _values.Length; channel++)
                    _values[channel] = ActualValues.At(series, channel, _next);
                tracker.Observe(_next, _values);
            }
        }
    }
}
