using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>A custom cell: registered, trained, scored.</summary>
public sealed class CustomCellTests
{
    private const string Name = "tests' gated";
    private static readonly NetworkShape Shape = RandomNetwork.Shape(CellKind.Lstm) with { CustomCell = Name };
    private static MiniBatch Batch => RandomNetwork.Batch(Shape, LossKind.Squared, [5, 1, 7]);

    /// <summary>The weights that an engine starts from, the user's cell's own among them.</summary>
    internal static NetworkWeights StartWeights(NetworkShape shape, int seed = 1)
    {
        using TorchEngine engine = TorchEngine.Create(Settings(shape, seed), out _);
        return engine.GetWeights();
    }

    [Test]
    public void Weights_AreNamedByLayerAndTheCellsOwnNames()
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden));

        NetworkWeights weights = StartWeights(Shape with { Layers = 2, Bidirectional = true });

        string[] own = ["forget.weight_0", "forget.weight_1", "forget.bias", "candidate.weight_0", "candidate.weight_1", "candidate.bias"];
        string[] expected =
        [
            .. new[] { "l0", "l0_reverse", "l1", "l1_reverse" }.SelectMany(layer => own.Select(name => $"rnn.{layer}.{name}")),
            "attention.weight",
            "head.0.weight",
            "head.0.bias",
            "head.1.weight",
            "head.1.bias",
        ];
        Assert.That(weights.Tensors.Select(t => t.Name), Is.EqualTo(expected));
        Assert.That(weights["rnn.l1.forget.bias"], Is.All.EqualTo(1), "biasStart");
        Assert.That(weights["rnn.l0.forget.weight_0"], Is.Not.EqualTo(weights["rnn.l0_reverse.forget.weight_0"]));
    }

    [Test]
    public void StartWeights_AreTheSeeds_WhateverTorchsOwnSeedIs()
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden));
        torch.manual_seed(1).Dispose();
        float[] first = StartWeights(Shape)["rnn.l0.candidate.weight_0"];
        torch.manual_seed(2).Dispose();

        Assert.That(StartWeights(Shape)["rnn.l0.candidate.weight_0"], Is.EqualTo(first));
        Assert.That(StartWeights(Shape, seed: 2)["rnn.l0.candidate.weight_0"], Is.Not.EqualTo(first));
    }

    [Test]
    public void Trains_AndScoresTheSameOnTheScorer([Values] bool bidirectional)
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden));
        NetworkShape shape = Shape with { Layers = 2, Bidirectional = bidirectional };
        using TorchEngine engine = TorchEngine.Create(Settings(shape) with { Optimizer = OptimizerKind.Adam }, out _);
        float first = engine.TrainStep(Batch, 0.02f),
            last = first;
        for (int step = 0; step < 60; step++)
            last = engine.TrainStep(Batch, 0.02f);
        var batched = new float[6];
        engine.Score(Batch, batched);

        using var scorer = ScorerFactory.Create(new TrainedNetwork(shape, engine.GetWeights(), null, null, Models.Histories.Empty));
        using IScoringSession session = scorer.NewSession();
        var alone = new float[6];
        for (int row = 0; row < 3; row++)
            session.Score(SequenceView.OfSteps(RandomNetwork.Steps(Batch, row), 3), alone.AsSpan(2 * row, 2));

        Assert.That(last, Is.LessThan(0.5f * first));
        Assert.That(alone, Is.EqualTo(batched).Within(1e-5));
        Assert.That(scorer, Is.TypeOf<TorchScorer>());
    }

    [Test]
    public void Scorer_StandardisesAndGoesBackToLabelUnits()
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden));
        NetworkWeights weights = StartWeights(Shape);
        var features = new FeatureScaling([1, 2, 3], [2, 4, 8]);
        var labels = new FeatureScaling([10, 20], [3, 5]);
        float[] raw = [1, 2, 3, 3, 6, 11],
            standardised = [0, 0, 0, 1, 1, 1];

        float[] plain = Score(new TorchScorer(new NetworkParameters(Shape, weights, null, null)), standardised);
        float[] scaled = Score(new TorchScorer(new NetworkParameters(Shape, weights, features, labels)), raw);

        Assert.That(scaled, Is.EqualTo(new[] { 10 + 3 * plain[0], 20 + 5 * plain[1] }).Within(1e-5));
    }

    [Test]
    public void Dropout_InTheCell_IsOffWhileScoring()
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new BufferedCell(input, hidden));
        using TorchEngine engine = TorchEngine.Create(Settings(Shape), out _);
        float[] first = new float[6],
            second = new float[6],
            third = new float[6];
        engine.Score(Batch, first);
        engine.Score(Batch, second);
        engine.TrainStep(Batch, 0);
        engine.Score(Batch, third);
        using var scorer = new TorchScorer(new NetworkParameters(Shape, engine.GetWeights(), null, null));
        float[] alone = Score(scorer, RandomNetwork.Steps(Batch, 0));

        Assert.That(second, Is.EqualTo(first));
        Assert.That(third, Is.EqualTo(first));
        Assert.That(alone, Is.EqualTo(first[..2]).Within(1e-5));
    }

    // To another device, for example. Here to another type: torch replaces the parameters for either.
    [Test]
    public void Moved_ItComputesWithTheParametersItHasThen()
    {
        AssertMoves(new GatedCell(2, 3));
        AssertMoves(new BufferedCell(2, 3));
        foreach (CellKind cell in RandomNetwork.Cells)
            AssertMoves(TorchCells.Of(cell).Stepped(2, 3));

        static void AssertMoves(RecurrentCell cell)
        {
            using (cell)
            using (var scope = torch.NewDisposeScope())
            {
                cell.eval();
                torch.Tensor x = torch.full(1, 2, 0.5f),
                    h = torch.full(1, cell.StateSize, 0.25f);
                float[] before = [.. cell.forward(x, h).data<float>()];
                cell.to(torch.float64);
                double[] after = [.. cell.forward(x.to(torch.float64), h.to(torch.float64)).data<double>()];
                Assert.That(after, Is.EqualTo(before).Within(1e-6), cell.GetName());
            }
        }
    }

    [Test]
    public void Unregistered_SaysWhichNameIsMissing()
    {
        using var other = new RegisteredCell("another", (input, hidden) => new GatedCell(input, hidden));

        Assert.That(
            () => TorchEngine.Create(Settings(Shape with { CustomCell = "missing" }), out _),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "No recurrent cell is registered under the name 'missing' (registered: another): call "
                    + "RecurrentCells.Register(\"missing\", ...) before training with it or loading a model that uses it."
            )
        );
    }

    [Test]
    public void Unregistered_IsSaidByTheScorerToo() =>
        Assert.That(
            () => ScorerFactory.Create(new TrainedNetwork(Shape, new NetworkWeights([]), null, null, Models.Histories.Empty)),
            Throws.InvalidOperationException.With.Message.StartsWith(
                $"No recurrent cell is registered under the name '{Name}' (registered: none)"
            )
        );

    [Test]
    public void AFactory_ThatMakesAnotherSize_IsTold()
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden + 1));

        Assert.That(
            () => TorchEngine.Create(Settings(Shape), out _),
            Throws.InvalidOperationException.With.Message.EqualTo(
                $"The cell registered under '{Name}' was requested with input size 3 and hidden size 4, but has 3 and 5."
            )
        );
    }

    [Test]
    public void AFactory_ThatMakesNothing_IsTold()
    {
        using var registered = new RegisteredCell(Name, (_, _) => null!);

        Assert.That(
            () => TorchEngine.Create(Settings(Shape), out _),
            Throws.InvalidOperationException.With.Message.EqualTo($"The factory of the cell registered under '{Name}' returned null.")
        );
    }

    [Test]
    public void AModel_WhoseCellHasOtherWeightsNow_IsTold()
    {
        NetworkWeights weights;
        using (new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden)))
            weights = StartWeights(Shape);
        using var registered = new RegisteredCell(Name, (input, hidden) => new BufferedCell(input, hidden));

        Assert.That(
            () => new TorchScorer(new NetworkParameters(Shape, weights, null, null)),
            Throws.InvalidOperationException.With.Message.StartsWith(
                $"The cell registered under '{Name}' does not have the weights of the model: it has rnn.l0.weight [3, 4], rnn.l0.decay "
                    + $"[4], attention.weight [1, 4], head.0.weight [5, 16], "
            )
        );
    }

    [Test]
    public void AModel_WhoseCellHasOtherShapesNow_IsTold()
    {
        using var registered = new RegisteredCell(Name, (input, hidden) => new BufferedCell(input, hidden));
        NetworkWeights weights = StartWeights(Shape);
        var altered = new NetworkWeights(
            weights.Tensors.Select(t => t.Name == "rnn.l0.decay" ? new NamedTensor(t.Name, [3], new float[3]) : t)
        );

        Assert.That(
            () => new TorchScorer(new NetworkParameters(Shape, altered, null, null)),
            Throws.InvalidOperationException.With.Message.Contains("the model has rnn.l0.weight [3, 4], rnn.l0.decay [3], ")
        );
    }

    [Test]
    public void Registry_AddsReplacesAndForgets()
    {
        Assert.That(() => RecurrentCells.Register(" ", (_, _) => null!), Throws.ArgumentException);
        Assert.That(() => RecurrentCells.Register(Name, null!), Throws.ArgumentNullException);
        Assert.That(RecurrentCells.IsRegistered(Name), Is.False);

        RecurrentCells.Register(Name, (input, hidden) => new GatedCell(input, hidden + 1));
        RecurrentCells.Register(Name, (input, hidden) => new GatedCell(input, hidden));

        Assert.That(RecurrentCells.IsRegistered(Name));
        Assert.That(() => StartWeights(Shape), Throws.Nothing, "the later one counts");
        Assert.That(RecurrentCells.Unregister(Name));
        Assert.That(RecurrentCells.Unregister(Name), Is.False);
    }

    private static EngineSettings Settings(NetworkShape shape, int seed = 1) =>
        new()
        {
            Shape = shape,
            InitialWeights = WeightInitializer.Create(shape, 1, seed),
            Loss = LossKind.Squared,
            Device = "cpu",
            Seed = seed,
        };

    private static float[] Score(TorchScorer scorer, float[] steps)
    {
        using (scorer)
        using (IScoringSession session = scorer.NewSession())
        {
            var outputs = new float[2];
            session.Score(SequenceView.OfSteps(steps, 3), outputs);
            return outputs;
        }
    }
}
