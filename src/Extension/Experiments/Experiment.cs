using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Experiments.Trials;
using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>
/// An experiment: trains trials with different options on rows that are read once, and returns the best as a model. Created by
/// <c>mlContext.Rnn()</c>; its interface follows ML.NET's AutoML.
/// </summary>
/// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
public abstract class Experiment<TMetrics>
    where TMetrics : class
{
    private readonly int _seed;
    private readonly SearchSpace _whole;

    private protected Experiment(MLContext context, ExperimentSettings settings, SearchSpace space, OptimizingMetric<TMetrics> metric)
    {
        Contracts.CheckValue(context, nameof(context));
        Context = context;
        Host = ((IHostEnvironment)context).Register(GetType().Name);
        Settings = settings;
        settings.Check(Host);
        Metric = metric;
        _whole = (settings.SearchSpace ?? space).Clone();
        Space = _whole;
        Space.Check(Host, settings.TrainingOptions.GetType());
        // Drawn once, here: a repeated execution searches the same trials.
        _seed = settings.Seed ?? settings.TrainingOptions.Seed ?? Host.Rand.Next();
    }

    private protected MLContext Context { get; }

    private protected IHost Host { get; }

    private protected ExperimentSettings Settings { get; }

    private protected OptimizingMetric<TMetrics> Metric { get; }

    private protected SearchSpace Space { get; private set; }

    private protected abstract string TrainerName { get; }

    private protected abstract TrialObjective<TMetrics> Open(TrialData data);

    private protected ExperimentResult<TMetrics> Run(
        IDataView data,
        IDataView? validation,
        string? label,
        IEstimator<ITransformer>? preFeaturizer,
        IProgress<RunDetail<TMetrics>>? progress
    )
    {
        Host.CheckValue(data, nameof(data));
        using var clock = new ExperimentClock(Settings.MaxExperimentTimeInSeconds, Settings.CancellationToken);
        ITransformer? featurizer = preFeaturizer?.Fit(data);
        using TrialObjective<TMetrics> ground = Ground(clock, featurizer, data, validation, label);
        Space = ground.Fitting(_whole);
        using IExperimentJournal journal = OpenJournal(ground.Experiment);
        clock.GoOnFrom(journal.SecondsBefore);

        using IChannel log = Host.Start("Experiment");
        if (string.Join(", ", _whole.Without(Space)) is { Length: > 0 } left)
            log.Info($"Not searched, because it does not apply to the rows and options: {left}.");
        RunDetail<TMetrics> Detail(TrialRecord<TMetrics> trial) => new(trial, Chained(preFeaturizer, ground.Estimator(trial)), TrainerName);
        void Tell(RunDetail<TMetrics> ended)
        {
            string metric = ended.ValidationMetrics is null
                ? ""
                : FormattableString.Invariant($", {Metric.Name} {Metric.Of(ended.ValidationMetrics):0.0000}");
            log.Info($"Ended: {ended}{metric}.");
            progress?.Report(ended);
        }

        var run = new ExperimentRun<TMetrics>(ground, Plan(ground), journal, Executor(ground), clock, trial => Tell(Detail(trial)))
        {
            Planned = scale => TellPlan(log, scale, ground),
        };
        run.Run();
        TrialRecord<TMetrics> best = run.Best ?? throw NoTrial(run, clock);
        string folds = Words.Plural(ground.Folds, "fold");
        if (run.IsCutShort)
            log.Warning(
                $"No trial was trained far enough to be compared {Until}: the model is of trial {best.Number}, which was measured on "
                    + $"{best.Folds} of {folds} after {Words.Plural(best.EpochsDone, "epoch")}. Set a longer "
                    + $"MaxExperimentTimeInSeconds."
            );
        RunDetail<TMetrics>[] details = [.. run.Trials.Where(trial => trial.Outcomes.Count > 0).Select(Detail)];
        RunDetail<TMetrics> bestDetail = details.Single(detail => detail.Trial == best.Number);
        bestDetail.Model = Chained(featurizer, ground.Model(best, () => StateOf(best, ground, journal, clock), clock.End));
        return new ExperimentResult<TMetrics>(bestDetail, details, run.Progress, Metric, clock.Seconds);
    }

    private void TellPlan(IChannel log, SearchScale scale, TrialObjective<TMetrics> ground)
    {
        if (scale == new SearchScale(ground.Folds, ground.MaxEpochs))
            return;
        log.Info(
            $"Planned for {Words.Number(Settings.MaxExperimentTimeInSeconds, digits: 6)} seconds by the time of the first "
                + $"epochs: {scale.Folds} of {Words.Plural(ground.Folds, "fold")}, "
                + $"{scale.MaxEpochs} of {Words.Plural(ground.MaxEpochs, "epoch")}."
        );
    }

    // Where the folder has lost the state, the trial is trained up to there once more, with the same result.
    private byte[] StateOf(TrialRecord<TMetrics> trial, TrialObjective<TMetrics> ground, IExperimentJournal journal, ExperimentClock clock)
    {
        TrialOutcome first = trial.Outcomes[0];
        if (journal.State(trial.Number, first.Fold) is byte[] state)
            return state;
        var task = new TrialTask
        {
            Experiment = ground.Experiment,
            Trial = trial.Number,
            Fold = first.Fold,
            Epochs = first.Epochs,
            Parameters = trial.Configuration.Texts,
        };
        TrialOutcome again = ground.Run(task, ThreadCount.Of(Settings.TrainingOptions.Threads), Settings.CancellationToken);
        if (again.Error is not null)
            throw Host.Except($"The state of {task} is missing, and it could not be trained again: {again.Error}");
        journal.Add(task, again, clock.Seconds);
        return again.State;
    }

    private protected TrialWorker NewWorker(IDataView data, IDataView? validation, string? label, IEstimator<ITransformer>? preFeaturizer)
    {
        Host.CheckValue(data, nameof(data));
        ITransformer? featurizer = preFeaturizer?.Fit(data);
        TrialObjective<TMetrics> ground = Open(Prepared(featurizer, data, validation, label, CancellationToken.None));
        return new TrialWorker(ground.Experiment, ground.Run, ground);
    }

    private TrialData Prepared(
        ITransformer? featurizer,
        IDataView data,
        IDataView? validation,
        string? label,
        CancellationToken cancellation
    ) => new(Featurized(featurizer, data), validation is null ? null : Featurized(featurizer, validation), label, _seed, cancellation);

    private TrialObjective<TMetrics> Ground(
        ExperimentClock clock,
        ITransformer? featurizer,
        IDataView data,
        IDataView? validation,
        string? label
    )
    {
        try
        {
            return Open(Prepared(featurizer, data, validation, label, clock.Search));
        }
        catch (OperationCanceledException) when (!Settings.CancellationToken.IsCancellationRequested)
        {
            throw TooShort($"The rows were not yet read");
        }
    }

    private IExperimentJournal OpenJournal(string ground) =>
        Settings.CacheDirectoryName is string folder
            ? FileJournal.Open(Host, folder, FingerprintOf(ground))
            : new MemoryJournal((Settings.TrainingOptions as RnnOptions)?.StoreDirectory);

    private Fingerprint FingerprintOf(string ground) =>
        new([
            new("the task", TrainerName),
            new("data, options and seed", ground),
            new(nameof(Settings.Search), $"{Settings.Search}"),
            new("OptimizingMetric", Metric.Name),
            .. Space.Dimensions.Select(dimension => new FingerprintEntry(dimension.Option, $"{dimension}")),
            .. Space.InitialTrials.Index().Skip(1).Select(start => new FingerprintEntry($"trial {start.Index}", $"{start.Item}")),
        ]);

    private ExperimentPlan<TMetrics> Plan(TrialObjective<TMetrics> ground) =>
        new(Settings.Search, Space, Metric, ground.MaxEpochs, Settings.MaxModels, Settings.MaxExperimentTimeInSeconds, _seed)
        {
            MayDropFolds = (Settings as SequenceExperimentSettings)?.Folds is null,
            MayDropEpochs = Settings.MaxEpochs is null,
        };

    private ITrialExecutor Executor(TrialObjective<TMetrics> ground)
    {
        if (Settings.Executor is ITrialExecutor own)
            return own;
        RnnTrainingOptions options = Settings.TrainingOptions.Clone();
        Estimators.ContextDevice.Apply(Host, options);
        bool sideBySide = EngineFactory.IsSimd(options.Engine, options.Device, (options as RnnOptions)?.CustomCell);
        return new LocalExecutor(
            ground.Run,
            ThreadCount.Of(Settings.ConcurrentTrials ?? (sideBySide ? options.Threads ?? Environment.ProcessorCount : 1))
        );
    }

    private Exception NoTrial(ExperimentRun<TMetrics> run, ExperimentClock clock)
    {
        if (run.Trials.FirstOrDefault(trial => trial.Error is not null) is TrialRecord<TMetrics> failed)
            return Host.Except($"No trial could be trained. The first that failed, {failed.Configuration}: {failed.Error}");
        if (run.Trials.Any(trial => trial.Outcomes.Count > 0))
            return Host.Except($"No trial could be compared: {Metric.Name} was NaN for all of them. Set another OptimizingMetric.");
        return Settings.CancellationToken.IsCancellationRequested
            ? new OperationCanceledException(Settings.CancellationToken)
            : TooShort("Not one epoch of the first trial was done");
    }

    private string Until =>
        Settings.CancellationToken.IsCancellationRequested
            ? "before the experiment was cancelled"
            : $"within the experiment's {Settings.MaxExperimentTimeInSeconds} seconds";

    private TimeoutException TooShort(string what) =>
        new(
            $"{what} within the experiment's {Settings.MaxExperimentTimeInSeconds} seconds: set a longer "
                + $"MaxExperimentTimeInSeconds, fewer Folds, or a smaller SearchSpace."
        );

    private static IDataView Featurized(ITransformer? featurizer, IDataView data) => featurizer?.Transform(data) ?? data;

    private static ITransformer Chained(ITransformer? featurizer, ITransformer model) =>
        featurizer is null ? model : new TransformerChain<ITransformer>(featurizer, model);

    private static IEstimator<ITransformer> Chained(IEstimator<ITransformer>? featurizer, IEstimator<ITransformer> trainer) =>
        featurizer is null ? trainer : featurizer.Append(trainer);
}
