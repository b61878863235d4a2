using System.Numerics.Tensors;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>Training in bfloat16 and with TensorFloat-32. On the CPU, which is exact enough to tell what is rounded.</summary>
[TestFixture]
public sealed class TrainingPrecisionTests
{
    private const int Steps = 60;

    /// <summary>How far the losses of a training in bfloat16 may be from those with 32 bits, as a share of the first.</summary>
    private const double Bound = 0.03;

    // Its state is neither bounded nor averaged over a tanh, and a ragged batch of it differs by .033.
    private const double BoundOfMinLstm = 0.05;

    [Test]
    public void In_bfloat16_the_losses_are_close_but_not_the_same([Values] CellKind cell, [Values] bool ragged)
    {
        float[] full = Losses(cell, ragged, TrainingPrecision.Full),
            rounded = Losses(cell, ragged, TrainingPrecision.BFloat16);

        Assert.That(rounded, Is.EqualTo(full).Within((cell == CellKind.MinLstm ? BoundOfMinLstm : Bound) * full[0]));
        Assert.That(rounded, Is.Not.EqualTo(full), "something is rounded");
        Assert.That(rounded[^1], Is.LessThan(0.8 * rounded[0]), "it learns");
    }

    [Test]
    public void In_bfloat16_every_weight_gets_its_gradient_and_keeps_its_bits(
        [Values] CellKind cell,
        [Values(StaticUse.Head, StaticUse.InitialState)] StaticUse use
    )
    {
        EngineSettings settings = Settings(cell, use) with { Optimizer = OptimizerKind.Sgd, Momentum = 0 };
        using ITrainingEngine engine = TorchEngine.Create(settings with { Precision = TrainingPrecision.BFloat16 }, out _),
            full = TorchEngine.Create(settings, out _);
        engine.TrainStep(Batch(settings, ragged: true), 1);
        full.TrainStep(Batch(settings, ragged: true), 1);

        NetworkWeights rounded = engine.GetWeights(),
            exact = full.GetWeights();
        foreach (NamedTensor before in settings.InitialWeights.Tensors)
        {
            // One step of plain descent: the difference is the gradient. Of eight bits, and rectifiers that switch, it is some % off;
            // missing or twice it would be 100 %.
            float[] expected = [.. exact[before.Name].Zip(before.Values, (now, was) => now - was)];
            float[] actual = [.. rounded[before.Name].Zip(before.Values, (now, was) => now - was)];
            Assert.That(
                TensorPrimitives.Distance(actual, expected),
                Is.LessThan(0.25 * TensorPrimitives.Norm(expected) + 1e-6),
                before.Name
            );
        }
        // Not a number of 8 significant bits, whose low 16 are zero.
        Assert.That(rounded["rnn.weight_ih_l0"].Any(w => (BitConverter.SingleToUInt32Bits(w) & 0xFFFF) != 0), Is.True);
    }

    [Test]
    public void Gradients_do_not_add_up_over_steps()
    {
        // At a rate of 0 every step is the same, so the moments of plain momentum tell whether old gradients were left.
        EngineSettings settings = Settings(CellKind.Gru) with
        {
            Precision = TrainingPrecision.BFloat16,
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0.5f,
        };
        using ITrainingEngine engine = TorchEngine.Create(settings, out _);
        float[] Moment()
        {
            engine.TrainStep(Batch(settings, ragged: false), 0);
            return engine.GetOptimizerState().Moments["momentum_buffer"]["rnn.weight_hh_l0"];
        }
        float[] first = Moment(),
            second = Moment();

        Assert.That(second, Is.EqualTo(first.Select(gradient => 1.5f * gradient)).Within(1e-6));
    }

    [Test]
    public void Scores_are_those_of_the_full_weights()
    {
        EngineSettings settings = Settings(CellKind.Lstm);
        using ITrainingEngine rounded = TorchEngine.Create(settings with { Precision = TrainingPrecision.BFloat16 }, out _),
            full = TorchEngine.Create(settings, out _);
        rounded.TrainStep(Batch(settings, ragged: true), 0.01f);
        full.SetWeights(rounded.GetWeights());

        Assert.That(Scores(rounded, settings), Is.EqualTo(Scores(full, settings)));
    }

    [Test]
    public void TensorFloat32_is_set_while_an_engine_asks_and_set_back_after()
    {
        var before = TensorFloat32.Setting;
        EngineSettings settings = Settings(CellKind.Gru);
        foreach (bool allowed in new[] { true, false })
        {
            using (ITrainingEngine first = TorchEngine.Create(settings with { AllowTensorFloat32 = allowed }, out _))
            {
                Assert.That(TensorFloat32.Setting, Is.EqualTo((allowed, allowed)));
                using (ITrainingEngine second = TorchEngine.Create(settings with { AllowTensorFloat32 = !allowed }, out _))
                    Assert.That(TensorFloat32.Setting, Is.EqualTo((!allowed, !allowed)));
                first.Dispose();
            }
            Assert.That(TensorFloat32.Setting, Is.EqualTo(before), "disposed of twice, too");
        }
        using (TorchEngine.Create(settings, out _))
            Assert.That(TensorFloat32.Setting, Is.EqualTo(before), "null leaves it");
    }

    [Test, Category("Cuda")]
    public void On_CUDA_bfloat16_comes_close_to_32_bits_on_the_CPU([Values] CellKind cell, [Values] bool ragged)
    {
        Cuda.SkipWithout("cuda");
        float[] cpu = Losses(cell, ragged, TrainingPrecision.Full);
        Assert.That(Losses(cell, ragged, TrainingPrecision.BFloat16, "cuda:0"), Is.EqualTo(cpu).Within(Bound * cpu[0]));
    }

    [Test, Category("Cuda")]
    public void On_CUDA_losses_are_the_CPUs_and_with_TensorFloat32_near_them([Values] CellKind cell, [Values] bool ragged)
    {
        Cuda.SkipWithout("cuda");
        float[] cpu = Losses(cell, ragged, TrainingPrecision.Full);
        Assert.That(Losses(cell, ragged, TrainingPrecision.Full, "cuda:0", tensorFloat32: false), Is.EqualTo(cpu).Within(1e-3 * cpu[0]));
        Assert.That(Losses(cell, ragged, TrainingPrecision.Full, "cuda:0", tensorFloat32: true), Is.EqualTo(cpu).Within(0.01 * cpu[0]));
    }

    private static EngineSettings Settings(CellKind cell, StaticUse use = StaticUse.Head) =>
        RandomNetwork.Settings(
            RandomNetwork.Shape(cell, layers: 2, bidirectional: true) with
            {
                StaticFeatures = use == StaticUse.Head ? 0 : 2,
                StaticUse = use,
            }
        ) with
        {
            GradientClipNorm = 1,
        };

    private static MiniBatch Batch(EngineSettings settings, bool ragged) =>
        RandomNetwork.Batch(settings.Shape, settings.Loss, ragged ? [6, 0, 1, 3, 8] : [6, 6, 6, 6]);

    private static float[] Losses(
        CellKind cell,
        bool ragged,
        TrainingPrecision precision,
        string device = "cpu",
        bool? tensorFloat32 = null
    )
    {
        EngineSettings settings = Settings(cell) with { Precision = precision, Device = device, AllowTensorFloat32 = tensorFloat32 };
        MiniBatch batch = Batch(settings, ragged);
        using ITrainingEngine engine = TorchEngine.Create(settings, out _);
        return [.. Enumerable.Range(0, Steps).Select(_ => engine.TrainStep(batch, 0.005f))];
    }

    private static float[] Scores(ITrainingEngine engine, EngineSettings settings)
    {
        MiniBatch batch = Batch(settings, ragged: true);
        var scores = new float[batch.Count * settings.Shape.Outputs];
        engine.Score(batch, scores);
        return scores;
    }
}
