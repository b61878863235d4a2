using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using RnnMlNet.Training.Losses;

namespace RnnMlNet.Tests.Training;

/// <summary>
/// What a new loss needs: a part, as the one here, and its line in the registry. Training in C# and validation take it as they take the
/// others.
/// </summary>
[TestFixture]
public class NewLossTests
{
    private const float Step = 2e-3f;
    private const LossKind Number = (LossKind)100;

    [OneTimeSetUp]
    public void Register() => LossRegistry.Add(Number, new TargetLoss<LogCosh>());

    // (log cosh 2 + log cosh 0.5) / 2
    [Test]
    public void It_is_that_of_its_equation() =>
        Assert.That(LossRegistry.Of(Number).Of([1, 2], [3, 2.5f]), Is.EqualTo(0.7225583).Within(1e-6));

    [Test]
    public void It_is_trained_with_and_validated_with()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru) with { Features = 2, HiddenSize = 3 };
        EngineSettings settings = RandomNetwork.Settings(shape, Number) with { Optimizer = OptimizerKind.Sgd, Momentum = 0, Threads = 1 };
        MiniBatch batch = RandomNetwork.Batch(shape, Number, [4, 1, 6, 2]);
        using SimdEngine engine = SimdEngine.Create(settings);
        float first = engine.TrainStep(batch, 1);
        float[] bias = engine.GetWeights()["head.1.bias"];
        for (int i = 0; i < bias.Length; i++)
        {
            double expected = (Loss(settings, batch, i, Step) - Loss(settings, batch, i, -Step)) / (2 * Step);
            Assert.That(settings.InitialWeights["head.1.bias"][i] - bias[i], Is.EqualTo(expected).Within(1e-3), $"{i}");
        }
        for (int step = 0; step < 100; step++)
            engine.TrainStep(batch, 0.1f);
        Assert.That(engine.TrainStep(batch, 0.1f), Is.LessThan(0.5 * first));
        Assert.That(TrainingPlan.MetricNameOf(Number), Is.EqualTo("RMSE"));
    }

    [Test]
    public void Torch_has_no_part_of_it() =>
        Assert.That(
            Assert.Throws<NotSupportedException>(() => TorchLoss.Of(Number))!.Message,
            Is.EqualTo("The loss 100 cannot be trained with by torch: leave Device null, or set it to \"cpu\", with Engine Simd.")
        );

    [Test]
    public void A_loss_that_is_not_registered_is_refused() =>
        Assert.That(
            () => LossRegistry.Of((LossKind)77),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(
                    "There is no loss 77: it must be one of CrossEntropy, Logistic, Squared, Absolute, Huber, Quantile"
                )
        );

    [Test]
    public void Each_option_is_a_loss()
    {
        foreach (RegressionLoss loss in Enum.GetValues<RegressionLoss>())
            Assert.That($"{LossRegistry.Named(loss)}", Is.EqualTo($"{loss}"));
        foreach (ForecastLoss loss in Enum.GetValues<ForecastLoss>())
            Assert.That($"{LossRegistry.Named(loss)}", Is.EqualTo($"{loss}"));
    }

    private static double Loss(EngineSettings settings, MiniBatch batch, int index, float by)
    {
        IEnumerable<NamedTensor> tensors = settings.InitialWeights.Tensors.Select(tensor =>
            tensor.Name == "head.1.bias"
                ? tensor with
                {
                    Values = [.. tensor.Values.Select((weight, i) => i == index ? weight + by : weight)],
                }
                : tensor
        );
        using SimdEngine engine = SimdEngine.Create(settings with { InitialWeights = new NetworkWeights(tensors) });
        return engine.TrainStep(batch, 1);
    }

    /// <summary>A loss that nobody needs: log cosh e.</summary>
    private readonly struct LogCosh : IErrorLoss
    {
        public static double Of(double error) => Math.Log(Math.Cosh(error));

        public static float Derivative(float error) => MathF.Tanh(error);
    }
}
