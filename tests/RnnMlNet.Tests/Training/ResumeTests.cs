using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

/// <summary>
/// A training that is interrupted after every batch, and resumed each time with a new engine and a new loop from the bytes of a checkpoint,
/// has bit-identical results to an uninterrupted one.
/// </summary>
[TestFixture]
public class ResumeTests
{
    private const int Rows = 20,
        ValidationRows = 8,
        BatchSize = 6;

    private bool _batchesAhead;

    [Test]
    public void Cut_after_every_batch_it_is_the_same_training([Values] OptimizerKind optimizer, [Values] LearningRateSchedule schedule)
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy) with { Schedule = schedule };
        AssertSame(
            CutAfterEveryBatch(plan, Settings(plan, optimizer), validate: true),
            Uninterrupted(plan, Settings(plan, optimizer), validate: true)
        );
    }

    [Test]
    public void It_is_the_same_for_every_loss_with_and_without_validation(
        [Values(nameof(LossKind.CrossEntropy), nameof(LossKind.Logistic), nameof(LossKind.Huber))] string loss,
        [Values] bool validate
    )
    {
        TrainingPlan plan = Plan(Enum.Parse<LossKind>(loss));
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        AssertSame(CutAfterEveryBatch(plan, settings, validate), Uninterrupted(plan, settings, validate));
    }

    // A rate that is too high makes the losses go up and down: patience is spent, the rate is reduced, the best epoch is not the last.
    [Test]
    public void It_is_patient_as_long_and_restores_the_same_epoch()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy) with
        {
            MaxEpochs = 60,
            LearningRate = 0.5f,
            Patience = 14,
            Schedule = LearningRateSchedule.ReduceOnPlateau,
        };
        EngineSettings settings = Settings(plan, OptimizerKind.RmsProp) with { GradientClipNorm = 0 };
        TrainingResult expected = Uninterrupted(plan, settings, validate: true);

        AssertSame(CutAfterEveryBatch(plan, settings, validate: true), expected);
        Assert.That(expected.History.StopReason, Is.EqualTo(StopReason.EarlyStopping));
        Assert.That(expected.History.BestEpoch, Is.LessThan(expected.History.Epochs.Count));
        Assert.That(expected.History.Epochs[^1].LearningRate, Is.LessThan(plan.LearningRate));
    }

    [Test]
    public void Batches_that_weigh_nothing_are_passed_over_as_before()
    {
        SequenceStore store = Stores.TwoClasses(Rows, seed: 3);
        var weighted = new SequenceStore(features: 2, labelWidth: 1);
        for (int row = 0; row < store.Count; row++)
            weighted.Add(store.View(row), store.Label(row), row % 7 == 0 ? 1 : 0);
        TrainingPlan plan = Plan(LossKind.CrossEntropy) with { BatchSize = 1 };
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);

        AssertSame(CutAfterEveryBatch(plan, settings, validate: false, weighted), Uninterrupted(plan, settings, validate: false, weighted));
    }

    // Of the four batches of an epoch three make a step, and the last one another.
    [Test]
    public void It_is_the_same_with_steps_of_several_batches()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy) with { BatchesPerStep = 3 };
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        TrainingResult expected = Uninterrupted(plan, settings, validate: true);

        AssertSame(CutAfterEveryBatch(plan, settings, validate: true), expected);
        Assert.That(
            expected.Weights["head.0.weight"],
            Is.Not.EqualTo(Uninterrupted(plan with { BatchesPerStep = 1 }, settings, validate: true).Weights["head.0.weight"])
        );
    }

    [Test]
    public void Batches_assembled_ahead_change_nothing_of_it()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy);
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        TrainingResult expected = Uninterrupted(plan, settings, validate: true);
        try
        {
            _batchesAhead = true;
            AssertSame(Uninterrupted(plan, settings, validate: true), expected);
            AssertSame(CutAfterEveryBatch(plan, settings, validate: true), expected);
        }
        finally
        {
            _batchesAhead = false;
        }
    }

    [Test]
    public void It_is_the_same_with_averaged_weights([Values] bool validate)
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy);
        EngineSettings settings = Settings(plan, OptimizerKind.AdamW) with { WeightAveraging = 0.8f };
        TrainingResult expected = Uninterrupted(plan, settings, validate);

        AssertSame(CutAfterEveryBatch(plan, settings, validate), expected);
        Assert.That(
            expected.Weights["head.0.weight"],
            Is.Not.EqualTo(Uninterrupted(plan, settings with { WeightAveraging = 0 }, validate).Weights["head.0.weight"])
        );
    }

    [Test]
    public void A_checkpoint_of_the_last_moment_gives_the_result_without_another_step()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy);
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        var checkpoints = new MemoryCheckpoints { IsDue = true };
        TrainingResult expected = Run(plan, settings, validate: true, new RecordingObserver(), checkpoints);

        var observer = new RecordingObserver();
        AssertSame(Run(plan, settings, validate: true, observer, checkpoints), expected);
        Assert.That(observer.Steps, Is.Empty);
    }

    [Test]
    public void A_checkpoint_is_asked_for_after_every_batch_and_every_epoch()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy) with { MaxEpochs = 3 };
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        var always = new MemoryCheckpoints { IsDue = true };
        var never = new MemoryCheckpoints();

        Run(plan, settings, validate: true, new RecordingObserver(), always);
        Run(plan, settings, validate: true, new RecordingObserver(), never);

        Assert.That((always.Saved, never.Saved), Is.EqualTo((3 * (4 + 1), 0)));
    }

    [Test]
    public void An_epochs_seconds_go_on_from_those_before()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy);
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        var checkpoints = new MemoryCheckpoints();
        Assert.That(() => Run(plan, settings, validate: true, CutAfter(2), checkpoints), Throws.InstanceOf<OperationCanceledException>());
        TrainingState left = checkpoints.Left!;
        checkpoints.Save(left with { Position = left.Position with { Seconds = 1000 } });

        Assert.That(
            Run(plan, settings, validate: true, new RecordingObserver(), checkpoints).History.Epochs[0].Seconds,
            Is.GreaterThan(1000)
        );
    }

    [Test]
    public void Weights_of_another_network_are_refused()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy);
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        var checkpoints = new MemoryCheckpoints { IsDue = true };
        Run(plan, settings, validate: true, new RecordingObserver(), checkpoints);
        NetworkShape wider = settings.Shape with { HeadHiddenSizes = [6] };

        Refused.Operation(
            () =>
                Run(
                    plan,
                    settings with
                    {
                        Shape = wider,
                        InitialWeights = RandomNetwork.Weights(wider),
                    },
                    validate: true,
                    new RecordingObserver(),
                    checkpoints
                ),
            "The weights that were saved are not those of this network. Missing: 'head.0.weight' [6, 8], "
        );
    }

    [Test]
    public void More_batches_than_an_epoch_has_are_refused()
    {
        TrainingPlan plan = Plan(LossKind.CrossEntropy);
        EngineSettings settings = Settings(plan, OptimizerKind.Adam);
        var checkpoints = new MemoryCheckpoints { IsDue = true };
        Run(plan, settings, validate: true, new RecordingObserver(), checkpoints);
        TrainingState left = checkpoints.Left!;
        checkpoints.Save(left with { Position = left.Position with { Batches = 5 } });

        Assert.That(
            () => Run(plan, settings, validate: true, new RecordingObserver(), checkpoints),
            Throws.TypeOf<FormatException>().With.Message.EqualTo("The state is that after 5 batches of an epoch, but an epoch has 4.")
        );
    }

    private static TrainingPlan Plan(LossKind loss) =>
        new()
        {
            Loss = loss,
            MaxEpochs = 5,
            BatchSize = BatchSize,
            LearningRate = 0.02f,
            Patience = 4,
            Seed = 3,
        };

    // Two layers, four dropouts: everything that draws random numbers.
    private static EngineSettings Settings(TrainingPlan plan, OptimizerKind optimizer)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, layers: 2, pooling: Pooling.Last | Pooling.Attention) with
        {
            Features = 2,
            Outputs = plan.Loss == LossKind.CrossEntropy ? 2 : 1,
        };
        return RandomNetwork.Settings(shape, plan.Loss) with
        {
            Optimizer = optimizer,
            WeightDecay = 0.01f,
            GradientClipNorm = 1,
            DropoutRates = new DropoutRates
            {
                Dropout = 0.2f,
                RecurrentDropout = 0.2f,
                InputDropout = 0.1f,
                HeadDropout = 0.3f,
            },
            Seed = 3,
            Threads = 1,
        };
    }

    private TrainingResult Uninterrupted(TrainingPlan plan, EngineSettings settings, bool validate, SequenceStore? rows = null) =>
        Run(plan, settings, validate, new RecordingObserver(), checkpoints: null, rows);

    private TrainingResult CutAfterEveryBatch(TrainingPlan plan, EngineSettings settings, bool validate, SequenceStore? rows = null)
    {
        var checkpoints = new MemoryCheckpoints();
        while (true)
        {
            try
            {
                return Run(plan, settings, validate, CutAfter(1), checkpoints, rows);
            }
            catch (OperationCanceledException)
            {
                // It resumes from the checkpoint that was written at the interruption.
            }
        }
    }

    private static RecordingObserver CutAfter(int steps)
    {
        var observer = new RecordingObserver();
        observer.OnStep = (_, _) =>
        {
            if (observer.Steps.Count == steps)
                throw new OperationCanceledException();
        };
        return observer;
    }

    private TrainingResult Run(
        TrainingPlan plan,
        EngineSettings settings,
        bool validate,
        RecordingObserver observer,
        MemoryCheckpoints? checkpoints,
        SequenceStore? rows = null
    )
    {
        SequenceSet training = SequenceSet.All(rows ?? Stores.TwoClasses(Rows, seed: 3));
        SequenceSet? validation = validate ? SequenceSet.All(Stores.TwoClasses(ValidationRows, seed: 4)) : null;
        ITrainingEngine torch = TorchEngine.Create(settings, out _);
        using ITrainingEngine engine = _batchesAhead ? new AheadEngine(torch) : torch;
        using var loop = new TrainingLoop(engine, plan, settings.Shape.Outputs, training, validation, observer, default)
        {
            Checkpoints = checkpoints,
        };
        if (checkpoints?.Left is TrainingState left)
            Assert.That(loop.Restore(left), Is.True);
        return loop.Run();
    }

    private static void AssertSame(TrainingResult actual, TrainingResult expected)
    {
        foreach (NamedTensor tensor in expected.Weights.Tensors)
            Assert.That(actual.Weights[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
        Assert.That(actual.History.Epochs.Select(WithoutClock), Is.EqualTo(expected.History.Epochs.Select(WithoutClock)));
        Assert.That(
            (actual.History.BestEpoch, actual.History.StopReason),
            Is.EqualTo((expected.History.BestEpoch, expected.History.StopReason))
        );
    }

    private static EpochReport WithoutClock(EpochReport report) => report with { Seconds = 0 };
}
