using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Experiments;
using RnnMlNet.Experiments.Trials;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Experiments;

/// <summary>A search that time ends: the model is not of a trial that went to its end while a better one had only begun.</summary>
[TestFixture]
public class AheadTests
{
    private sealed record Measured(double Value);

    [TestCase(false, 0.29, 0.96, 1)]
    [TestCase(false, 0.95, 0.97, 1)]
    [TestCase(false, 0.95, 0.96, 0)]
    [TestCase(false, 0.95, 0.2, 0)]
    [TestCase(false, 0.95, double.NaN, 0)]
    [TestCase(true, 10, 2, 1)]
    [TestCase(true, 10, 8, 0)]
    [TestCase(true, 10, 40, 0)]
    public void A_trial_measured_on_one_fold_is_the_best_where_it_is_clearly_better_on_it(
        bool isLowerBetter,
        double whole,
        double begun,
        int expected
    )
    {
        using var user = new CancellationTokenSource();
        using var clock = new ExperimentClock(86_400, user.Token);
        var journal = new MemoryJournal();
        // Trial 0 is measured on all folds, its first the worse; of the others the first comparison alone.
        var executor = new Executor(
            task =>
                task.Trial == 0 ? whole
                : task.Trial == 1 ? begun
                : isLowerBetter ? 1000
                : 0,
            tasks: 5,
            user
        );
        var plan = new ExperimentPlan<Measured>(
            SearchMethod.Bohb,
            SearchSpace.ForSequences().ClearInitialTrials(),
            new("Value", measured => measured.Value, isLowerBetter),
            27,
            100,
            86_400,
            Seed: 1
        );
        using var ground = new Ground();

        var run = new ExperimentRun<Measured>(ground, plan, journal, executor, clock, _ => { });
        run.Run();

        Assert.That(run.Best!.Number, Is.EqualTo(expected));
        Assert.That(run.Best.Folds, Is.EqualTo(expected == 0 ? 2 : 1));
        Assert.That(run.Progress[^1].Trial, Is.EqualTo(expected));
        Assert.That(journal.State(expected, 0), Is.Not.Null, "What the model is made of is kept.");
    }

    private sealed class Executor(Func<TrialTask, double> value, int tasks, CancellationTokenSource user) : ITrialExecutor
    {
        private static readonly NetworkWeights _weights = RandomNetwork.Weights(RandomNetwork.Shape(CellKind.Elman));
        private static readonly TrainingState _state = new(
            TrainingPosition.EpochStart(2, 1),
            [.. Histories.TwoEpochs.Epochs.Take(1)],
            new BestEpochState(1, 1, _weights),
            new EarlyStoppingState(1, 0),
            new PlateauState(1, 1, 0),
            new EngineState(_weights, new OptimizerState(1, new Dictionary<string, NetworkWeights>()), new RandomState("none", []))
        );
        private int _done;

        public int Slots => 1;

        public Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            if (++_done == tasks)
                user.Cancel();
            return Task.FromResult(
                new TrialOutcome
                {
                    Trial = task.Trial,
                    Fold = task.Fold,
                    Epochs = task.Epochs,
                    EpochsDone = task.Epochs,
                    IsDone = task.Epochs == 27,
                    BestEpoch = 1,
                    ValidationLoss = 1,
                    Seconds = 1,
                    Scores = BitConverter.GetBytes(value(task)),
                    State = TrialState.Write(task, seed: 1, _state),
                }
            );
        }
    }

    private sealed class Ground : TrialObjective<Measured>
    {
        public override string Experiment => "test";

        public override int MaxEpochs => 27;

        public override int Folds => 2;

        public override bool Refits => true;

        public override ScoresProblem? Problem(TrialOutcome outcome) => null;

        public override Measured Measure(IReadOnlyList<TrialOutcome> folds) =>
            new(folds.Average(fold => BitConverter.ToDouble(fold.Scores)));

        public override double RefitEpochs(TrialRecord<Measured> trial) => 1;

        public override IEstimator<ITransformer> Estimator(TrialRecord<Measured> trial) => throw new NotSupportedException();

        public override ITransformer Model(TrialRecord<Measured> trial, Func<byte[]> state, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public override void Dispose() { }

        private protected override TrialOutcome Train(TrialTask task, int threads, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
