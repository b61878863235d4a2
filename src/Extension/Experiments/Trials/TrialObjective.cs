using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>
/// The objective that all trials of an experiment share: the rows, read once, their splits, and the metrics. Thread-safe.
/// </summary>
/// <typeparam name="TMetrics">The metrics of trials.</typeparam>
internal abstract class TrialObjective<TMetrics> : IDisposable
    where TMetrics : class
{
    /// <summary>Fingerprint of data, options and seed: with equal ones tasks have equal outcomes.</summary>
    public abstract string Experiment { get; }

    /// <summary>Epochs of a complete trial.</summary>
    public abstract int MaxEpochs { get; }

    /// <summary>Number of splits of the rows that each trial is trained and measured on.</summary>
    public abstract int Folds { get; }

    /// <summary>The space without those of the usual options, values and initial trials that do not apply.</summary>
    public virtual SearchSpace Fitting(SearchSpace space) => space;

    /// <summary>Runs a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <param name="cancellation">Stops it at its next batch.</param>
    /// <returns>The outcome; for a failed training, with its error.</returns>
    /// <exception cref="InvalidOperationException">The task belongs to another experiment.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrialOutcome Run(TrialTask task, int threads, CancellationToken cancellation)
    {
        if (task.Experiment != Experiment)
            throw Contracts.Except(
                $"The task is of the experiment {task.Experiment}, but the data and settings here are those of {Experiment}: open the "
                    + $"worker with the same data, columns, options, search space and seed."
            );
        var clock = Stopwatch.StartNew();
        try
        {
            return Train(task, threads, cancellation) with { Seconds = clock.Elapsed.TotalSeconds };
        }
        // A failure that a configuration causes is an outcome too; an error that the user must see is thrown.
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException and not FormatException)
        {
            return new TrialOutcome
            {
                Trial = task.Trial,
                Fold = task.Fold,
                Epochs = task.Epochs,
                IsDone = true,
                Seconds = clock.Elapsed.TotalSeconds,
                Error = e.Message,
            };
        }
    }

    /// <summary>The problem with the scores of a task, compared with the rows that its fold holds out; null for none.</summary>
    /// <param name="outcome">The task's outcome.</param>
    public abstract ScoresProblem? Problem(TrialOutcome outcome);

    /// <summary>Computes a trial's metrics on all held-out rows.</summary>
    /// <param name="folds">Its outcome on each fold.</param>
    public abstract TMetrics Measure(IReadOnlyList<TrialOutcome> folds);

    /// <summary>The pipeline's last estimator with a trial's options, to be fitted anew.</summary>
    public abstract IEstimator<ITransformer> Estimator(TrialRecord<TMetrics> trial);

    /// <summary>Whether the model is trained anew on all rows after the search.</summary>
    public abstract bool Refits { get; }

    /// <summary>Number of epochs of a trial's own training that take as long as training the model.</summary>
    /// <param name="trial">The trial.</param>
    public abstract double RefitEpochs(TrialRecord<TMetrics> trial);

    /// <summary>The model of a trial: that of its training, or one trained on all rows.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="state">The state of its paused training on the first of its folds; requested where needed.</param>
    /// <param name="cancellation">Ends a training on all rows; the model is then that of the complete members of an ensemble, or else that
    /// of the first fold.</param>
    public abstract ITransformer Model(TrialRecord<TMetrics> trial, Func<byte[]> state, CancellationToken cancellation);

    public abstract void Dispose();

    private protected abstract TrialOutcome Train(TrialTask task, int threads, CancellationToken cancellation);

    /// <summary>The seed of a trial's weights, order and dropout. The first trial has the experiment's.</summary>
    private protected static int SeedOf(int seed, int trial) => unchecked(seed + 1_000_003 * trial);

    /// <summary>Sets the options common to all trials.</summary>
    /// <param name="options">A copy of the given options.</param>
    /// <param name="parameters">The trial's choices.</param>
    /// <param name="seed">The trial's seed.</param>
    /// <param name="threads">Number of threads; null for that of the options.</param>
    /// <param name="cancellation">Ends it.</param>
    private protected static void Prepare(
        RnnTrainingOptions options,
        IReadOnlyDictionary<string, string> parameters,
        int seed,
        int? threads,
        CancellationToken cancellation
    )
    {
        Configuration.Apply(options, parameters);
        // A schedule that is planned over all epochs needs enough patience.
        options.EarlyStoppingPatience ??= Math.Max(ShortestPatience, options.MaxEpochs!.Value / 3);
        options.Seed = seed;
        options.Threads = threads ?? options.Threads;
        options.CancellationToken = cancellation;
        options.OnCancellation = CancellationBehavior.Throw;
        options.CheckpointPath = null;
        options.Progress = null;
    }

    /// <summary>The outcome of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="options">The trial's options.</param>
    /// <param name="isDone">Whether training is complete.</param>
    /// <param name="result">The result of the training.</param>
    /// <param name="state">The state of the paused training.</param>
    /// <param name="scores">The scores of the held-out rows.</param>
    private protected static TrialOutcome Outcome(
        TrialTask task,
        RnnTrainingOptions options,
        bool isDone,
        TrainingResult result,
        TrainingState state,
        byte[] scores
    ) =>
        new()
        {
            Trial = task.Trial,
            Fold = task.Fold,
            Epochs = task.Epochs,
            EpochsDone = result.History.Epochs.Count,
            IsDone = isDone,
            BestEpoch = result.History.BestEpoch,
            ValidationLoss = result.History.Epochs[result.History.BestEpoch - 1].ValidationLoss ?? double.NaN,
            Scores = scores,
            State = TrialState.Write(task, options.Seed!.Value, state),
        };

    /// <summary>Number of members of a model that is trained anew.</summary>
    /// <param name="options">The options.</param>
    /// <param name="ofFit">The number that a Fit chooses.</param>
    private protected static int RefittedNetworks(RnnTrainingOptions options, Func<int> ofFit) =>
        options.EnsembleSize ?? Math.Max(UsualNetworks, ofFit());

    private const int ShortestPatience = 10,
        UsualNetworks = 3;
}
