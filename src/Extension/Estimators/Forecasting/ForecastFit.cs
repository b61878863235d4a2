using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// One Fit of a forecaster: read the series, hold their ends out, learn the scaling of what is left, train networks on its windows, and
/// measure on the ends how wide intervals must be. It keeps nothing, so an estimator can be fitted any number of times.
/// </summary>
internal sealed class ForecastFit(IHost host, Options options, SeriesColumns columns, int seed)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    public TrainedForecaster Run(IDataView data)
    {
        using IChannel log = host.Start("Training");
        var (binding, set) = Read(data);
        var (windows, earlier) = new ResidualChoice(host, log, options, seed).Run(new ForecastWindows(host, options, binding, set));
        ForecastSettings settings = windows.Settings;
        ScaleCheck.Check(log, windows);
        CheckTails(set, Math.Max(windows.Layout.LookBack, settings.SeasonLength));
        log.Info(
            $"Chosen for {Described(windows.Span)}: "
                + $"{string.Join(", ", settings.ToTexts().Select(option => $"{option.Key} {option.Value}"))}."
        );
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(set, windows.Span), settings.MaxEpochs);
        // First all networks without the held-out ends, then each of them again with all steps.
        int count = settings.EnsembleSize;
        int trainings = settings.Refits ? 2 * count : count;
        var fits = new NetworkFits(options, trainings, seed, start => Train(log, windows, start)) { Checkpoints = Checkpoints };
        var cancelled = new CancelledFit(log, count, trainings, canGoOn: Checkpoints is not null);
        IReadOnlyList<TrainingResult> results = cancelled.Marked(fits.Run(left));
        TrainingResult[] measured = [.. results.Take(count)];
        return windows.Forecaster(
            log,
            measured,
            [.. measured.Select((result, i) => i + count < results.Count ? After(result, results[i + count]) : result)],
            earlier
        );
    }

    private static string Described(TrainingSpan span)
    {
        int shortest = span.Steps.Min(steps => steps.Length),
            longest = span.Steps.Max(steps => steps.Length);
        return $"{span.Steps.Count} series of {(shortest == longest ? "" : $"{shortest} to ")}{longest} steps";
    }

    // The model keeps the ends of all series, in one part of its file.
    private void CheckTails(SeriesSet set, int reach)
    {
        long bytes = set.Series.Sum(series => KeyedSeriesFormat.BytesOf(series, Math.Min(reach, series.Steps.Length)));
        if (bytes > ChecksummedSection.MaxBytes)
            throw host.Except(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The model would keep the last {reach} steps of {set.Series.Count} series, {bytes / 1_000_000:N0} MB, and a model "
                        + $"file holds {ChecksummedSection.MaxBytes / 1_000_000:N0} MB of them: "
                ) + "set a smaller WindowSize or SeasonLength, or train several models on some of the series each."
            );
    }

    /// <summary>Binds the columns and reads the series, once.</summary>
    public (SeriesBinding Binding, SeriesSet Set) Read(IDataView data)
    {
        RandomSplit.Refuse(host, data, columns.Time is not null);
        var binding = SeriesBinding.Bind(host, data.Schema, columns);
        return (binding, new SeriesReader(host, data, binding) { Cancellation = options.CancellationToken }.Read());
    }

    private TrainingResult Train(IChannel log, ForecastWindows windows, NetworkStart start)
    {
        int count = windows.Settings.EnsembleSize;
        TrainingResult? measured = start.Number < count ? null : start.Done[start.Number - count];
        string which = count == 1 ? "" : $" network {start.Number % count + 1} of {count}";
        using var training = new ForecastTraining(log, options, windows, start.Seed, measured);
        log.Info(
            measured is null
                ? $"Training{which} on {windows.Training.Windows} windows of {windows.Training.Series} series, validating on "
                    + $"{windows.Validation?.Windows ?? 0}, {training.Engine.Description}."
                : $"Training{which} on with the held-out ends: {windows.All.Windows} windows, {training.MaxEpochs} epochs."
        );
        string doing = which.Length == 0 ? "Training the forecaster" : $"Training{which}";
        using var observer = new FitObserver(host, log, doing, training.MaxEpochs, options.Progress)
        {
            Network = which.Length > 0 && measured is not null ? $"{which} on with the held-out ends" : which,
        };
        using TrainingLoop loop = training.Loop(observer, Checkpoints);
        if (start.Left is not null)
            FitResumption.Resume(log, loop, start.Left, options.CheckpointPath!, hasDropout: windows.Settings.Dropout > 0);
        return loop.Run();
    }

    // The weights of the second training and its rows, and the history of both: what was measured, then the epochs with all steps.
    private static TrainingResult After(TrainingResult measured, TrainingResult final)
    {
        int before = measured.History.Epochs.Count,
            all = before + final.History.Epochs.Count;
        EpochReport[] epochs =
        [
            .. measured.History.Epochs.Select(report => report with { MaxEpochs = all }),
            .. final.History.Epochs.Select(report => report with { Epoch = before + report.Epoch, MaxEpochs = all, IsBest = false }),
        ];
        return new TrainingResult(
            final.Weights,
            measured.History with
            {
                Epochs = epochs,
                RefitEpochs = final.History.Epochs.Count,
                TrainingRows = final.History.TrainingRows,
            }
        );
    }

    private Fingerprint Fingerprint(SeriesSet set, TrainingSpan span) =>
        FitFingerprint.Of(
            options,
            seed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{set.Series.Count} series, {set.Series.Sum(series => (long)series.Steps.Length)} steps, checksum "
                    + $"{Checksum.Of(set.Series)}"
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"the last {span.Steps.Zip(span.Tails, (steps, tail) => (long)steps.Length - tail).Sum()} steps"
            ),
            warmStart: null
        );
}
