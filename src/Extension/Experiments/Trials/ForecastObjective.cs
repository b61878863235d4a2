using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Experiments;

/// <summary>
/// The series of a forecasting experiment, read once, and the training of trials, whose windows may differ in size. The end of each series
/// is held out. A trial is one network, even where the options set an ensemble; the model is an ensemble.
/// </summary>
internal sealed class ForecastObjective : TrialObjective<ForecastMetrics>
{
    private const int BlockWindows = 1024,
        UsualEpochs = 27;

    private readonly IHost _host;
    private readonly Options _options;
    private readonly Func<Options, RnnForecastingEstimator> _newEstimator;
    private readonly DataViewSchema _schema;
    private readonly SeriesBinding _binding;
    private readonly SeriesSet _set;
    private readonly int _seed;

    /// <param name="host">Logs and creates the errors.</param>
    /// <param name="options">The options of trials where nothing else is chosen; a copy of the experiment's.</param>
    /// <param name="newEstimator">Creates the estimator.</param>
    /// <param name="data">The rows.</param>
    /// <param name="maxEpochs">Epochs of a complete trial; null for the default.</param>
    /// <param name="refits">Whether the model is trained anew.</param>
    /// <param name="seed">Seed of the trials.</param>
    public ForecastObjective(
        IHost host,
        Options options,
        Func<Options, RnnForecastingEstimator> newEstimator,
        IDataView data,
        int? maxEpochs,
        bool refits,
        int seed
    )
    {
        options.MaxEpochs = maxEpochs ?? UsualEpochs;
        Refits = refits;
        (_host, _options, _newEstimator, _seed, _schema) = (host, options, newEstimator, seed, data.Schema);
        if (options.ValidationFraction == 0)
            throw host.ExceptUserArg(
                nameof(options.ValidationFraction),
                "ValidationFraction is 0, so trials could not be compared: set it above 0, for the share of each series that is held out "
                    + "at its end."
            );
        (_binding, _set) = newEstimator(options).NewFit().Read(data);
        Experiment = Checksum.Of(FitFingerprint.Of(options, seed, Checksum.Of(_set.Series), "", warmStart: null));
    }

    public override string Experiment { get; }

    public override int MaxEpochs => _options.MaxEpochs!.Value;

    public override int Folds => 1;

    public override bool Refits { get; }

    public override SearchSpace Fitting(SearchSpace space) =>
        space
            .ForCategories(_binding.StaticKeys.Any() || _options.EmbedSeries)
            .For(_options, options => _newEstimator((Options)options), ForecastWindows.SettingsOf(_host, _options, _set));

    // Each member is trained as the trial was, and then further on the held-out ends.
    public override double RefitEpochs(TrialRecord<ForecastMetrics> trial)
    {
        Options options = OptionsOf(trial.Configuration.Texts, trial.Number, null, default);
        return (double)RefittedNetworks(options) * options.MaxEpochs!.Value * (options.TrainOnHeldOut ?? true ? 4 : 3) / 3;
    }

    public override ScoresProblem? Problem(TrialOutcome outcome)
    {
        int bytes = new ForecastSums(_options.Horizon, confidenceLevel: 0).ToBytes().Length;
        if (outcome.Scores is null || outcome.Scores.Length != bytes)
            return new ScoresProblem(
                $"its Scores are {outcome.Scores?.Length ?? 0} bytes, where the sums of {_options.Horizon} steps " + $"have {bytes}",
                AreNoNumbers: false
            );
        return ForecastSums.AreFinite(outcome.Scores, _options.Horizon)
            ? null
            : new ScoresProblem("a sum of errors is not finite", AreNoNumbers: true);
    }

    public override ForecastMetrics Measure(IReadOnlyList<TrialOutcome> folds) => ForecastSums.MetricsOf(folds[0].Scores, _options.Horizon);

    public override IEstimator<ITransformer> Estimator(TrialRecord<ForecastMetrics> trial)
    {
        Options options = OptionsOf(trial.Configuration.Texts, trial.Number, _options.Threads, _options.CancellationToken);
        (options.OnCancellation, options.Progress, options.CheckpointPath) = (
            _options.OnCancellation,
            _options.Progress,
            _options.CheckpointPath
        );
        return _newEstimator(options);
    }

    public override ITransformer Model(TrialRecord<ForecastMetrics> trial, Func<byte[]> state, CancellationToken cancellation)
    {
        var task = new TrialTask
        {
            Experiment = Experiment,
            Trial = trial.Number,
            Fold = 0,
            Epochs = trial.EpochsDone,
            Parameters = trial.Configuration.Texts,
        };
        if (Refits)
            try
            {
                return Refit(task, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // No epoch was completed.
            }
        return AsTrained(task, state());
    }

    // A Fit with the trial's options on the series as read, with the residual that the trial was measured with.
    private RnnForecastingTransformer Refit(TrialTask task, CancellationToken cancellation)
    {
        Options options = OptionsOf(task.Parameters, task.Trial, _options.Threads, cancellation);
        options.EnsembleSize = RefittedNetworks(options);
        options.Residual = new ForecastWindows(_host, options, _binding, _set).Settings.Residual;
        options.OnCancellation = CancellationBehavior.ReturnBest;
        RnnForecastingEstimator estimator = _newEstimator(options);
        using IChannel log = _host.Start("Training");
        return estimator.Transformer(estimator.NewFit().Run(log, _binding, _set), _schema);
    }

    private RnnForecastingTransformer AsTrained(TrialTask task, byte[] state)
    {
        Options options = OptionsOf(task.Parameters, task.Trial, _options.Threads, CancellationToken.None);
        using IChannel log = _host.Start("Training");
        var windows = new ForecastWindows(_host, options, _binding, _set);
        using NetworkTraining training = NewTraining(log, options, windows);
        using TrainingLoop loop = training.Loop(new SilentObserver(_host), pauseAfter: task.Epochs);
        loop.Restore(TrialState.Read(task, state));
        return _newEstimator(options).Transformer(windows.Forecaster(log, [loop.Run()]), _schema);
    }

    public override void Dispose() { }

    private protected override TrialOutcome Train(TrialTask task, int threads, CancellationToken cancellation)
    {
        Options options = OptionsOf(task.Parameters, task.Trial, threads, cancellation);
        _newEstimator(options);
        using IChannel log = _host.Start("Trial");
        var windows = new ForecastWindows(_host, options, _binding, _set);
        using NetworkTraining training = NewTraining(log, options, windows);
        using TrainingLoop loop = training.Loop(new SilentObserver(_host), pauseAfter: task.Epochs);
        if (task.State is not null)
            loop.Restore(TrialState.Read(task, task.State));
        TrainingResult result = loop.Run();
        return Outcome(task, options, loop.IsDone, result, loop.State(), Score(windows, result, threads, cancellation).ToBytes());
    }

    private static NetworkTraining NewTraining(IChannel log, Options options, ForecastWindows windows) =>
        new ForecastTraining(log, options, windows).New(new NetworkStart(0, options.Seed!.Value, "", null));

    // A forecaster's Fit chooses three at most.
    private static int RefittedNetworks(Options options) => RefittedNetworks(options, () => 1);

    private ForecastSums Score(ForecastWindows windows, TrainingResult result, int threads, CancellationToken cancellation)
    {
        var sums = new ForecastSums(_options.Horizon, confidenceLevel: 0);
        ForecastNetwork network = windows.Network([result]);
        var forecaster = new WindowForecaster(network);
        var forecasts = new WindowForecasts();
        TrainingSpan span = windows.Span;
        for (int s = 0; s < span.Steps.Count; s++)
        {
            double[] scales = ActualValues.Scales(span.Steps[s], span.Tails[s], _options.SeasonLength ?? 1);
            IEnumerable<int> ends = Enumerable.Range(
                span.ValidationEnds[s].First,
                Math.Max(0, span.ValidationEnds[s].Behind - span.ValidationEnds[s].First)
            );
            foreach (int[] block in ends.Chunk(BlockWindows))
            {
                cancellation.ThrowIfCancellationRequested();
                forecaster.Run([.. block.Select(end => WindowPosition.KnownAt(span.Steps[s], end, network))], forecasts, threads);
                for (int w = 0; w < block.Length; w++)
                    sums.Add(span.Steps[s], block[w] - 1, scales, new ForecastRow(_options.Horizon, forecasts.Values(w), [], []));
            }
        }
        return sums;
    }

    private Options OptionsOf(IReadOnlyDictionary<string, string> parameters, int trial, int? threads, CancellationToken cancellation)
    {
        var options = (Options)_options.Clone();
        Prepare(options, parameters, SeedOf(_seed, trial), threads, cancellation);
        return options;
    }
}
