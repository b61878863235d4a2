using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>
/// What all trials of an experiment share: the rows, read once, how they are split, and how what they come to is measured. Safe to use from
/// several threads.
/// </summary>
/// <typeparam name="TMetrics">What trials are measured by.</typeparam>
internal abstract class TrialObjective<TMetrics> : IDisposable
    where TMetrics : class
{
    /// <summary>Of data, options and seed: where it is the same, so is what tasks come to.</summary>
    public abstract string Experiment { get; }

    /// <summary>Epochs of a trial that goes on to its end.</summary>
    public abstract int MaxEpochs { get; }

    /// <summary>Splits of the rows that each trial is trained and measured on.</summary>
    public abstract int Folds { get; }

    /// <summary>The usual space without what the rows have none of.</summary>
    public virtual SearchSpace Fitting(SearchSpace usual) => usual;

    /// <summary>Does a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <param name="cancellation">Ends it at its next batch.</param>
    /// <returns>What it came to; of a training that failed, why.</returns>
    /// <exception cref="InvalidOperationException">The task is of another experiment.</exception>
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
        // What a configuration does to a training is a result too; what the user has to know is thrown.
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

    /// <summary>What is wrong with the scores of a task, compared with the rows that its fold holds out; null where nothing is.</summary>
    /// <param name="outcome">What the task came to.</param>
    public abstract ScoresProblem? Problem(TrialOutcome outcome);

    /// <summary>Measures a trial on all that was held out.</summary>
    /// <param name="folds">What it came to on each fold.</param>
    public abstract TMetrics Measure(IReadOnlyList<TrialOutcome> folds);

    /// <summary>The pipeline's last step with the options that a trial has, to be fitted anew.</summary>
    public abstract IEstimator<ITransformer> Estimator(TrialRecord<TMetrics> trial);

    /// <summary>Whether the model is trained anew on all rows when the search is over.</summary>
    public abstract bool Refits { get; }

    /// <summary>How many epochs of a trial's own training take as long as the model's.</summary>
    /// <param name="trial">The trial.</param>
    public abstract double RefitEpochs(TrialRecord<TMetrics> trial);

    /// <summary>The model of a trial: that of its training, or one trained on all rows.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="state">Where its training on the first of its folds was paused; asked for where that is needed.</param>
    /// <param name="cancellation">Ends a training on all rows; the model is then that of the epochs done, or else that of the first
    /// fold.</param>
    public abstract ITransformer Model(TrialRecord<TMetrics> trial, Func<byte[]> state, CancellationToken cancellation);

    public abstract void Dispose();

    private protected abstract TrialOutcome Train(TrialTask task, int threads, CancellationToken cancellation);

    /// <summary>The seed of a trial's weights, order and dropout. The first trial's is that of the experiment.</summary>
    private protected static int SeedOf(int seed, int trial) => unchecked(seed + 1_000_003 * trial);

    /// <summary>Sets what a trial's options have in common.</summary>
    /// <param name="options">A copy of the options given.</param>
    /// <param name="parameters">The trial's choices.</param>
    /// <param name="seed">Of the trial.</param>
    /// <param name="threads">Threads; null as the options say.</param>
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
        // A schedule that is planned over all epochs needs its time before it is given up.
        options.EarlyStoppingPatience ??= Math.Max(ShortestPatience, options.MaxEpochs!.Value / 3);
        options.Seed = seed;
        options.Threads = threads ?? options.Threads;
        options.CancellationToken = cancellation;
        options.OnCancellation = CancellationBehavior.Throw;
        options.CheckpointPath = null;
        options.Progress = null;
    }

    /// <summary>What a task came to.</summary>
    /// <param name="task">The task.</param>
    /// <param name="options">The trial's.</param>
    /// <param name="isDone">Whether there is nothing left to train.</param>
    /// <param name="result">What training came to.</param>
    /// <param name="state">Where it was paused.</param>
    /// <param name="scores">Of what was held out.</param>
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

    /// <summary>Members of the model that is trained anew.</summary>
    /// <param name="options">The options.</param>
    /// <param name="ofFit">How many a Fit chooses.</param>
    private protected static int RefittedNetworks(RnnTrainingOptions options, Func<int> ofFit) =>
        options.EnsembleSize ?? Math.Max(UsualNetworks, ofFit());

    private const int ShortestPatience = 10,
        UsualNetworks = 3;
}
