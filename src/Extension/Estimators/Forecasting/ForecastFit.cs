using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// One Fit of a forecaster: reads the series, holds their ends out, computes the scaling of the rest, trains networks on its windows, and
/// calibrates intervals on the ends. Stateless, so an estimator can be fitted any number of times.
/// </summary>
internal sealed class ForecastFit(IHost host, Options options, SeriesColumns columns, int seed)
{
    /// <summary>Stores the state of training; null for none.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>The model to continue from; null to start with random weights.</summary>
    public ForecastWarmStart? WarmStart { get; init; }

    public TrainedForecaster Run(IDataView data)
    {
        using IChannel log = host.Start("Training");
        var (binding, set) = Read(data);
        return Run(log, binding, set);
    }

    /// <summary>Fits series that have been read.</summary>
    /// <param name="log">The log.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="set">The series.</param>
    public TrainedForecaster Run(IChannel log, SeriesBinding binding, SeriesSet set)
    {
        var (windows, earlier) = Windows(log, binding, set);
        ForecastSettings settings = windows.Settings;
        ScaleCheck.Check(log, windows);
        CheckTails(set, Math.Max(windows.Layout.LookBack, settings.SeasonLength));
        FitSession session = NewSession(log, settings);
        TrainingState? left = session.Begin(Described(windows.Span), settings.ToTexts(), () => Fingerprint(set, windows.Span));
        // First all networks without the held-out ends, then each of them again with all steps.
        IReadOnlyList<TrainingResult> results = session.Run(
            new ForecastTraining(log, options, windows).New,
            left,
            rounds: settings.Refits ? 2 : 1,
            mayRunAtOnce: false
        );
        TrainingResult[] measured = [.. results.Take(settings.EnsembleSize)];
        IEnumerable<TrainingResult> final = measured.Select(
            (result, i) => i + settings.EnsembleSize < results.Count ? After(result, results[i + settings.EnsembleSize]) : result
        );
        return windows.Forecaster(log, measured, [.. final], earlier);
    }

    /// <summary>
    /// A learning rate range test of the training that <see cref="Run(IDataView)"/> would begin, on the same windows; the trained network
    /// is discarded.
    /// </summary>
    public LearningRateCurve TestRates(IDataView data, LearningRateRange range)
    {
        using IChannel log = host.Start("Learning rate range test");
        var (binding, set) = Read(data);
        ForecastWindows windows = Windows(log, binding, set).Windows;
        using NetworkTraining training = new ForecastTraining(log, options, windows).New(new NetworkStart(0, seed, "", null));
        return NewSession(log, windows.Settings).TestRates(training, range);
    }

    private (ForecastWindows Windows, HeldOutErrors? Earlier) Windows(IChannel log, SeriesBinding binding, SeriesSet set)
    {
        WarmStart?.CheckGrid(host, set.Grid);
        return new ResidualChoice(host, log, options, seed).Run(new ForecastWindows(host, options, binding, set, WarmStart));
    }

    private FitSession NewSession(IChannel log, ForecastSettings settings) =>
        new(host, log, options, settings, seed, WarmStart) { Checkpoints = Checkpoints };

    private static string Described(TrainingSpan span)
    {
        int shortest = span.Steps.Min(steps => steps.Length),
            longest = span.Steps.Max(steps => steps.Length);
        return $"{span.Steps.Count} series of {(shortest == longest ? "" : $"{shortest} to ")}{longest} steps";
    }

    // The model keeps the ends of all series, in one section of its file.
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
        WarmStart?.Check(host, options, columns, binding);
        return (binding, new SeriesReader(host, data, binding) { Cancellation = options.CancellationToken, IdOf = IdOf }.Read());
    }

    // A series that the previous model was not trained on has no row of its own among those that it embeds.
    private Func<string, int, float>? IdOf =>
        !options.EmbedSeries ? null
        : WarmStart is not null ? WarmStart.IdOf
        : (_, number) => number + 1;

    // The weights and rows of the second training, and the history of both: the measured epochs, then those with all steps.
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
            WarmStart
        );
}
