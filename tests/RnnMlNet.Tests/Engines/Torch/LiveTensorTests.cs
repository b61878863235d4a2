using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>No native tensor outlives its use.</summary>
public sealed class LiveTensorTests
{
    // Not Tensor.TotalCount: that goes up by one for good with every nn.Parameter, whose native tensor changes hands. This thread's count
    // does not, and what the finalizer disposes of other tests' tensors does not count in it.
    private static long LiveTensors => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Test]
    public void Engine_LeavesNothing([Values] CellKind cell, [Values] OptimizerKind optimizer, [Values] bool inUsersScope)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true);
        EngineSettings settings = RandomNetwork.Settings(shape) with
        {
            Optimizer = optimizer,
            DropoutRates = new DropoutRates { Dropout = 0.1f },
            GradientClipNorm = 1,
        };
        Use(
            settings,
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 1, 0]),
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 4]),
            inUsersScope
        );
    }

    [Test]
    public void Engine_WithRecurrentDropout_LeavesNothing([Values] CellKind cell, [Values] bool inUsersScope)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true);
        Use(
            RandomNetwork.Settings(shape) with
            {
                DropoutRates = new DropoutRates { RecurrentDropout = 0.2f },
            },
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 1, 0]),
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 4]),
            inUsersScope
        );
    }

    [Test]
    public void Engine_WithAnInitialState_LeavesNothing([Values] CellKind cell, [Values(0, 0.2f)] float dropout, [Values] bool inUsersScope)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true) with
        {
            StaticFeatures = 2,
            StaticUse = StaticUse.InitialState,
        };
        Use(
            RandomNetwork.Settings(shape) with
            {
                DropoutRates = new DropoutRates { RecurrentDropout = dropout },
            },
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 1, 0]),
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 4]),
            inUsersScope
        );
    }

    [Test]
    public void Engine_OfTokens_LeavesNothing([Values] bool inUsersScope)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru) with { Features = 0, Vocabulary = 5, EmbeddingSize = 3 };
        EngineSettings settings = RandomNetwork.Settings(shape, LossKind.CrossEntropy);
        Use(
            settings,
            RandomNetwork.Batch(shape, LossKind.CrossEntropy, [4, 1, 0]),
            RandomNetwork.Batch(shape, LossKind.CrossEntropy, [4, 4]),
            inUsersScope
        );
    }

    [Test]
    public void Engine_OfAUsersCell_LeavesNothing([Values] bool inUsersScope)
    {
        using var registered = new RegisteredCell("live", (input, hidden) => new GatedCell(input, hidden));
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, bidirectional: true) with { CustomCell = "live" };
        var settings = new EngineSettings
        {
            Shape = shape,
            InitialWeights = WeightInitializer.Create(shape, 1, 1),
            Loss = LossKind.Squared,
            Device = "cpu",
        };
        Use(
            settings,
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 1, 0]),
            RandomNetwork.Batch(shape, LossKind.Squared, [4, 4]),
            inUsersScope
        );
    }

    [Test]
    public void Engine_ThatCannotBeMade_LeavesNothing()
    {
        using var registered = new RegisteredCell("wrong", (input, hidden) => new GatedCell(input, hidden + 1));
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm) with { CustomCell = "wrong" };
        long before = LiveTensors;

        Assert.That(
            () => TorchEngine.Create(RandomNetwork.Settings(shape) with { Shape = shape }, out _),
            Throws.InvalidOperationException
        );

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void Scorer_LeavesNothing_AndOutlivesTheScopeItWasMadeIn([Values] bool inUsersScope)
    {
        using var registered = new RegisteredCell("buffered", (input, hidden) => new BufferedCell(input, hidden));
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm) with { CustomCell = "buffered" };
        NetworkWeights weights = CustomCellTests.StartWeights(shape);
        long before = LiveTensors;

        TorchScorer scorer;
        using (inUsersScope ? torch.NewDisposeScope() : null)
            scorer = new TorchScorer(new NetworkParameters(shape, weights, null, null));
        using (IScoringSession session = scorer.NewSession())
        {
            var outputs = new float[2];
            session.Score(SequenceView.OfSteps(new float[6], 3), outputs);
            long afterOne = LiveTensors;
            for (int i = 0; i < 5; i++)
                session.Score(SequenceView.OfSteps(new float[3 * i], 3), outputs);
            Assert.That(LiveTensors, Is.EqualTo(afterOne), "after more scores");
        }
        scorer.Dispose();
        scorer.Dispose();

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void A_pending_loss_is_gone_once_it_is_read_or_its_engine_is_disposed()
    {
        EngineSettings settings = RandomNetwork.Settings(RandomNetwork.Shape(CellKind.Gru));
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, settings.Loss, [4, 2]);
        long before = LiveTensors;
        TorchEngine engine = TorchEngine.Create(settings, out _);
        engine.HasPendingLosses = true;
        engine.TrainStep(batch, 0.01f);
        long afterOne = LiveTensors;

        engine.AddGradient(batch);
        engine.Update(0.01f);
        Assert.That(LiveTensors, Is.EqualTo(afterOne + 1));
        engine.Dispose();

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    private static void Use(EngineSettings settings, MiniBatch ragged, MiniBatch even, bool inUsersScope)
    {
        long before = LiveTensors;
        TorchEngine engine;
        using (inUsersScope ? torch.NewDisposeScope() : null)
            engine = TorchEngine.Create(settings, out _);

        long afterOne = 0;
        for (int step = 0; step < 4; step++)
        {
            engine.TrainStep(ragged, 0.01f);
            engine.TrainStep(even, 0.01f);
            engine.Score(ragged, new float[6]);
            engine.SetWeights(engine.GetWeights());
            engine.SetOptimizerState(engine.GetOptimizerState());
            engine.TrySetRandomState(engine.GetRandomState());
            if (step == 0)
                afterOne = LiveTensors;
        }
        Assert.That(LiveTensors, Is.EqualTo(afterOne), "after more steps");
        engine.Dispose();
        engine.Dispose();

        Assert.That(LiveTensors, Is.EqualTo(before));
    }
}
