using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The forecasts at the rows of a data view. Its series are read when the first forecast is requested, and kept.</summary>
internal sealed class ForecastRows(
    IHost host,
    IDataView source,
    SeriesBinding binding,
    TrainedForecaster model,
    WindowForecaster forecaster,
    IntervalSettings? intervals,
    int threads
)
{
    private readonly Lock _gate = new();
    private volatile SeriesSet? _set;

    /// <summary>The time grid; null where there is none.</summary>
    public TimeGrid? Grid => model.Grid;

    /// <summary>Rows and forecasts for one cursor.</summary>
    /// <param name="withBounds">Whether their intervals are needed.</param>
    public ForecastBlock NewBlock(bool withBounds) =>
        new(host, Set(), model.Forecaster, forecaster, withBounds ? intervals : null, threads);

    private SeriesSet Set()
    {
        lock (_gate)
            return _set ??= new SeriesReader(host, source, binding)
            {
                Grid = model.Grid,
                Before = binding.Time is null ? null : model.LastWindows.ToDictionary(tail => tail.Key, StringComparer.Ordinal),
                LookBack = model.Forecaster.LookBack,
                Ahead = model.Forecaster.Layout.Horizon,
                EndsWithHost = false,
                IdOf = model.Forecaster.IdOf,
            }.Read();
    }
}
