using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Networks;
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
        CheckTails(set, ForecastNetwork.ReachOf(windows.Layout));
        TrainingSettings settings = ForecastDefaults.Resolve(options);
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(set, windows.Span), settings.MaxEpochs);
        var fits = new NetworkFits(options, settings.Networks, seed, start => Train(log, settings, windows, start)) { Checkpoints = Checkpoints };
        return windows.Forecaster(log, fits.Run(left));
    }

    /// <summary>Binds the columns and reads the series, once.</summary>
    public (SeriesBinding Binding, SeriesSet Set) Read(IDataView data)
    {
        RandomSplit.Refuse(host, data, columns.Time is not null);
        var binding = SeriesBinding.Bind(host, data.Schema, columns);
        CheckSize(binding);
        return (binding, new SeriesReader(host, data, binding) { Cancellation = options.CancellationToken }.Read());
    }

    // Before the series are read, and before anything of these sizes is computed.
    private void CheckSize(SeriesBinding binding)
    {
        WindowLayout layout = ForecastLayout.Of(options, binding);
        int quantiles = Math.Max(1, ForecastLayout.Quantiles(options).Length);
        string? problem = ForecastFileCheck.IsSmall(layout, quantiles)
            ? NetworkSize.Problem(ForecastLayout.Shape(options, layout, quantiles))
            : $"Windows of {layout.Window} steps and {layout.Horizon} to forecast of {layout.Targets} targets, {layout.Past} past and " +
                $"{layout.Known} known numbers are too large: set a smaller WindowSize, Horizon or SegmentLength";
        if (problem is not null)
            throw host.Except($"There can be no such network. {problem}.");
    }

    // The model keeps the ends of all series, in one part of its file.
    private void CheckTails(SeriesSet set, int reach)
    {
        long bytes = set.Series.Sum(series => KeyedSeriesFormat.BytesOf(series, Math.Min(reach, series.Steps.Length)));
        if (bytes > SealedBlock.MaxBytes)
            throw host.Except(FormattableString.Invariant($"The model would keep the last {reach} steps of {set.Series.Count} series, {bytes / 1_000_000:N0} MB, and a model file holds {SealedBlock.MaxBytes / 1_000_000:N0} MB of them: ") +
                "set a smaller WindowSize or SeasonLength, or train several models on some of the series each.");
    }

    private TrainingResult Train(IChannel log, TrainingSettings settings, ForecastWindows windows, NetworkStart start)
    {
        using var training = new ForecastTraining(log, options, settings, windows, start.Seed);
        log.Info($"Training{start.Name} on {windows.Training.Windows} windows of {windows.Training.Series} series, validating on {windows.Validation?.Windows ?? 0}, {training.Engine.Description}.");
        using var observer = new FitObserver(host, log, start.Name.Length == 0 ? "Training the forecaster" : $"Training{start.Name}", settings.MaxEpochs, options.Progress);
        using TrainingLoop loop = training.Loop(observer, Checkpoints);
        if (start.Left is not null)
            FitResumption.Resume(log, loop, start.Left, options.CheckpointPath!, hasDropout: options.Dropout > 0);
        return loop.Run();
    }

    private Fingerprint Fingerprint(SeriesSet set, TrainingSpan span) => FitFingerprint.Of(options, seed,
        FormattableString.Invariant($"{set.Series.Count} series, {set.Series.Sum(series => (long)series.Steps.Length)} steps, checksum {Checksum.Of(set.Series)}"),
        FormattableString.Invariant($"the last {span.Steps.Zip(span.Tails, (steps, tail) => (long)steps.Length - tail).Sum()} steps"), warmStart: null);
}
