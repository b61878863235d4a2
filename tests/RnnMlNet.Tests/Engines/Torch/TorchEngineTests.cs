using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Engines.Torch;

public sealed class TorchEngineTests
{
    private static readonly NetworkShape Shape = RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional: true);

    private static readonly EngineSettings AllDropout = RandomNetwork.Settings(Shape) with
    {
        DropoutRates = new DropoutRates
        {
            Dropout = 0.3f,
            InputDropout = 0.2f,
            HeadDropout = 0.4f,
        },
    };

    // Fused layers, and the stepped ones that recurrent dropout needs.
    private static EngineSettings Dropouts(bool recurrent) =>
        AllDropout with
        {
            DropoutRates = AllDropout.DropoutRates with { RecurrentDropout = recurrent ? 0.25f : 0 },
        };

    private static MiniBatch Batch => RandomNetwork.Batch(Shape, LossKind.Squared, [5, 1, 7, 7]);

    [Test]
    public void SameSeed_SameWeights([Values] bool recurrent)
    {
        EngineSettings settings = Dropouts(recurrent);
        NetworkWeights first = Trained(settings, 4);

        AssertSame(Trained(settings, 4), first);
        Assert.That(
            Trained(settings with { Seed = 2 }, 4)["head.0.weight"],
            Is.Not.EqualTo(first["head.0.weight"]),
            "another seed drops others"
        );
        Assert.That(Trained(RandomNetwork.Settings(Shape), 4)["head.0.weight"], Is.Not.EqualTo(first["head.0.weight"]), "dropout matters");
    }

    [Test]
    public void TorchsGlobalRandomState_NeitherMattersNorChanges()
    {
        torch.manual_seed(1).Dispose();
        NetworkWeights first = Trained(AllDropout, 2);
        torch.manual_seed(77).Dispose();
        byte[] before = GlobalState();

        using (TorchEngine engine = TorchEngine.Create(AllDropout, out _))
        {
            Assert.That(GlobalState(), Is.EqualTo(before), "construction");
            engine.TrainStep(Batch, 0.01f);
            engine.TrainStep(Batch, 0.01f);
            Assert.That(GlobalState(), Is.EqualTo(before), "training");
            engine.Score(Batch, new float[8]);
            Assert.That(GlobalState(), Is.EqualTo(before), "scoring");
            AssertSame(engine.GetWeights(), first);
        }
        Assert.That(GlobalState(), Is.EqualTo(before), "disposal");
    }

    [Test]
    public void Score_HasNoDropoutAndChangesNothing([Values] bool recurrent)
    {
        using TorchEngine engine = TorchEngine.Create(Dropouts(recurrent), out _);
        engine.TrainStep(Batch, 0.01f);
        NetworkWeights weights = engine.GetWeights();
        float[] first = new float[8],
            second = new float[8];

        engine.Score(Batch, first);
        engine.Score(Batch, second);

        Assert.That(second, Is.EqualTo(first));
        AssertSame(engine.GetWeights(), weights);
    }

    [Test]
    public void RandomState_PutIntoAnotherEngine_GivesTheSameMasks([Values] bool recurrent)
    {
        EngineSettings settings = Dropouts(recurrent);
        using TorchEngine whole = TorchEngine.Create(settings, out _),
            second = TorchEngine.Create(settings with { Seed = 9 }, out _);
        whole.TrainStep(Batch, 0.01f);
        EngineState state = EngineState.Of(whole);
        whole.TrainStep(Batch, 0.01f);
        whole.TrainStep(Batch, 0.01f);

        Assert.That(state.RestoreTo(second), Is.True);
        second.TrainStep(Batch, 0.01f);
        second.TrainStep(Batch, 0.01f);

        AssertSame(second.GetWeights(), whole.GetWeights());
    }

    [Test]
    public void RandomState_OfAnotherGenerator_IsNotTaken()
    {
        using TorchEngine engine = TorchEngine.Create(AllDropout, out _);
        RandomState before = engine.GetRandomState();

        Assert.That(engine.TrySetRandomState(new RandomState("Torch on cuda", new byte[16])), Is.False);
        Assert.That(engine.GetRandomState().Bytes, Is.EqualTo(before.Bytes));
    }

    /// <summary>The mean over many masks is about the value without dropout: what is kept is enlarged.</summary>
    [Test]
    public void SeededDropout_KeepsTheMean_AndDropsItsShare()
    {
        using var scope = torch.NewDisposeScope();
        using var dropout = new SeededDropout(5, torch.CPU) { IsOn = true };
        torch.Tensor ones = torch.ones(100, 100);

        float[] dropped = dropout.Apply(ones, 0.25f).data<float>().ToArray();

        Assert.That(dropped.Distinct().Order(), Is.EqualTo(new[] { 0, 1 / 0.75f }));
        Assert.That(dropped.Average(), Is.EqualTo(1).Within(0.03));
        dropout.IsOn = false;
        Assert.That(dropout.Apply(ones, 0.25f), Is.SameAs(ones));
    }

    [Test]
    public void PendingLosses_AreThoseReadAtOnce()
    {
        using TorchEngine atOnce = TorchEngine.Create(RandomNetwork.Settings(Shape), out _);
        using TorchEngine late = TorchEngine.Create(RandomNetwork.Settings(Shape), out _);
        late.HasPendingLosses = true;
        var pending = new List<BatchLoss>();
        var expected = new List<float>();
        for (int step = 0; step < 3; step++)
        {
            expected.Add(atOnce.TrainStep(Batch, 0.01f));
            pending.Add(late.AddGradient(Batch));
            late.Update(0.01f);
        }

        Assert.That(pending.Select(loss => loss.IsPending), Is.All.True);
        Assert.That(pending.Select(loss => loss.Read()), Is.EqualTo(expected));
        AssertSame(late.GetWeights(), atOnce.GetWeights());
    }

    [TestCase(float.NaN, true)]
    [TestCase(float.NaN, false)]
    [TestCase(float.PositiveInfinity, false)]
    public void ALossThatIsNoNumber_LeavesTheWeightsAlone(float number, bool isPending)
    {
        using TorchEngine engine = TorchEngine.Create(RandomNetwork.Settings(Shape), out _);
        engine.HasPendingLosses = isPending;
        engine.TrainStep(Batch, 0.01f);
        NetworkWeights before = engine.GetWeights();
        MiniBatch batch = Batch;
        // No number among the steps; an infinite target, which makes the loss infinite.
        (float.IsNaN(number) ? batch.Steps : batch.Labels)[2] = number;

        Assert.That(float.IsFinite(engine.TrainStep(batch, 0.01f)), Is.False);
        AssertSame(engine.GetWeights(), before);
        Assert.That(engine.GetOptimizerState().Steps, Is.EqualTo(1));
    }

    [Test]
    public void TrainStep_ReturnsTheLossBeforeTheUpdate([Values] bool ragged)
    {
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, ragged ? [5, 1, 7, 7] : [4, 4]);
        using TorchEngine engine = TorchEngine.Create(RandomNetwork.Settings(Shape), out _);
        var outputs = new float[batch.Count * 2];
        engine.Score(batch, outputs);
        double weights = batch.Weights.Take(batch.Count).Sum();
        double expected =
            Enumerable
                .Range(0, batch.Count)
                .Sum(row =>
                    batch.Weights[row] * LossRegistry.Of(LossKind.Squared).Of(outputs.AsSpan(2 * row, 2), batch.Labels.AsSpan(2 * row, 2))
                ) / weights;

        Assert.That(engine.TrainStep(batch, 0.01f), Is.EqualTo(expected).Within(1e-5));
    }

    /// <summary>Gradients against the slope of the loss itself.</summary>
    [Test]
    public void Gradients_AreTheSlopeOfTheLoss([ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.RecurrentCells))] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, bidirectional: true, pooling: Pooling.Last | Pooling.Mean) with
        {
            HeadHiddenSizes = [],
        };
        EngineSettings settings = RandomNetwork.Settings(shape) with { Optimizer = OptimizerKind.Sgd, Momentum = 0 };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [4, 2]);
        using TorchEngine engine = TorchEngine.Create(settings, out _);
        NetworkWeights start = settings.InitialWeights;
        engine.TrainStep(batch, 1);
        NetworkWeights after = engine.GetWeights();

        const float Small = 1e-2f;
        foreach (string name in new[] { "rnn.weight_ih_l0", "rnn.weight_hh_l0_reverse", "rnn.bias_hh_l0", "head.0.weight" })
        {
            double slope = (Loss(name, Small) - Loss(name, -Small)) / (2 * Small);
            Assert.That(start[name][0] - after[name][0], Is.EqualTo(slope).Within(2e-3), name);
        }

        double Loss(string name, float change)
        {
            NetworkWeights changed = start.Clone();
            changed[name][0] += change;
            engine.SetWeights(changed);
            return engine.TrainStep(batch, 0);
        }
    }

    [Test]
    public void Weights_GoInAndOutUnchanged_InFileOrder([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true);
        using TorchEngine engine = TorchEngine.Create(RandomNetwork.Settings(shape), out _);
        NetworkWeights other = RandomNetwork.Weights(shape, seed: 4);

        AssertSame(engine.GetWeights(), RandomNetwork.Weights(shape));
        engine.SetWeights(other);

        AssertSame(engine.GetWeights(), other);
        Assert.That(engine.GetWeights().Tensors.Select(t => t.Name), Is.EqualTo(NetworkDefinition.TensorsOf(shape).Select(s => s.Name)));
        Assert.That(engine.GetWeights().Tensors.Select(t => t.Shape), Is.EqualTo(NetworkDefinition.TensorsOf(shape).Select(s => s.Shape)));
    }

    [Test]
    public void Weights_OfAnotherNetwork_AreTold()
    {
        using TorchEngine engine = TorchEngine.Create(RandomNetwork.Settings(Shape), out _);

        Assert.That(
            () => engine.SetWeights(new NetworkWeights([new NamedTensor("head.0.bias", [7], new float[7])])),
            Throws.ArgumentException.With.Message.StartsWith("The weight 'head.0.bias' is [7], but [5] was expected.")
        );
        Assert.That(
            () => engine.SetWeights(new NetworkWeights([new NamedTensor("tail", [7], new float[7])])),
            Throws.ArgumentException.With.Message.StartsWith("'tail' is not a weight of this network; it has rnn.weight_ih_l0, ")
        );
    }

    [Test]
    public void Threads_AreSetWhileItLives_AndSetBack()
    {
        int before = torch.get_num_threads();
        using (TorchEngine first = TorchEngine.Create(RandomNetwork.Settings(Shape) with { Threads = before + 1 }, out _))
        {
            Assert.That(torch.get_num_threads(), Is.EqualTo(before + 1));
            Assert.That(
                () => TorchEngine.Create(RandomNetwork.Settings(Shape) with { Shape = Shape with { CustomCell = "none such" } }, out _),
                Throws.Exception
            );
            Assert.That(torch.get_num_threads(), Is.EqualTo(before + 1));
        }
        Assert.That(torch.get_num_threads(), Is.EqualTo(before));
    }

    [Test]
    public void Description_NamesTheDevice()
    {
        using ITrainingEngine engine = EngineFactory.Create(EngineKind.Torch, RandomNetwork.Settings(Shape), out string? warning);

        Assert.That(engine.Description, Is.EqualTo("Torch on cpu"));
        Assert.That(warning, Is.Null);
    }

    private static byte[] GlobalState()
    {
        using torch.Tensor state = torch.get_rng_state();
        return state.data<byte>().ToArray();
    }

    private static NetworkWeights Trained(EngineSettings settings, int steps)
    {
        using TorchEngine engine = TorchEngine.Create(settings, out _);
        for (int step = 0; step < steps; step++)
            engine.TrainStep(Batch, 0.01f);
        return engine.GetWeights();
    }

    private static void AssertSame(NetworkWeights actual, NetworkWeights expected)
    {
        foreach (NamedTensor tensor in expected.Tensors)
            Assert.That(actual[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }
}
