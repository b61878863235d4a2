using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// One Fit of a forecaster: read the series, hold their ends out, learn the scaling of what is left, train networks on its windows, and measure on the ends how
/// wide intervals must be. It keeps nothing, so an estimator can be fitted any number of times.
/// </summary>
internal sealed class ForecastFit(IHost host, Options options, SeriesColumns columns, int seed)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    public TrainedForecaster Run(IDataView data)
    {
        using IChannel log = host.Start("Training");
        var (binding, set) = Read(data);
        var windows = new ForecastWindows(host, options, binding, set);
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(set, windows.Span), options.MaxEpochs);
        return windows.Forecaster(log, new NetworkFits(host, log, options, windows, seed) { Checkpoints = Checkpoints }.Run(left));
    }

    /// <summary>Binds the columns and reads the series, once.</summary>
    public (SeriesBinding Binding, SeriesSet Set) Read(IDataView data)
    {
        RandomSplit.Refuse(host, data, columns.Time is not null);
        var binding = SeriesBinding.Bind(host, data.Schema, columns);
        return (binding, new SeriesReader(host, data, binding) { Cancellation = options.CancellationToken }.Read());
    }

    private Fingerprint Fingerprint(SeriesSet set, TrainingSpan span) => FitFingerprint.Of(options, seed,
        FormattableString.Invariant($"{set.Series.Count} series, {set.Series.Sum(series => (long)series.Steps.Length)} steps, checksum {Checksum.Of(set.Series)}"),
        FormattableString.Invariant($"the last {span.Steps.Zip(span.Tails, (steps, tail) => (long)steps.Length - tail).Sum()} steps"), warmStart: null);
}
