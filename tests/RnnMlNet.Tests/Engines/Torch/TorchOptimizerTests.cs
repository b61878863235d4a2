using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>
/// The optimisers, through the engine: what a step does to a weight, and that their memory can be taken out and put back.
/// </summary>
public sealed class TorchOptimizerTests
{
    private static readonly NetworkShape Shape = RandomNetwork.Shape(CellKind.Lstm, bidirectional: true);

    [Test]
    public void Training_ReducesTheLoss([Values] OptimizerKind optimizer, [Values(0f, 0.01f)] float weightDecay)
    {
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, [5, 2, 7, 7]);
        using TorchEngine engine = Engine(optimizer, weightDecay);

        float first = engine.TrainStep(batch, Rate(optimizer)),
            last = first;
        for (int step = 0; step < 60; step++)
            last = engine.TrainStep(batch, Rate(optimizer));

        Assert.That(last, Is.LessThan(0.5f * first));
    }

    [Test]
    public void State_PutIntoAnotherEngine_GoesOnAsIfNeverInterrupted([Values] OptimizerKind optimizer, [Values(0f, 0.9f)] float momentum)
    {
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, [5, 2, 7, 7]);
        using TorchEngine whole = Engine(optimizer, momentum: momentum),
            firstHalf = Engine(optimizer, momentum: momentum),
            secondHalf = Engine(optimizer, momentum: momentum);
        Train(whole, batch, optimizer, 10);

        Train(firstHalf, batch, optimizer, 5);
        // The second engine has a past of its own, of which nothing must stay.
        Train(secondHalf, RandomNetwork.Batch(Shape, LossKind.Squared, [3, 3], seed: 9), optimizer, 2);
        secondHalf.SetWeights(firstHalf.GetWeights());
        secondHalf.SetOptimizerState(firstHalf.GetOptimizerState());
        Train(secondHalf, batch, optimizer, 5);

        AssertSame(secondHalf.GetWeights(), whole.GetWeights());
        Assert.That(secondHalf.GetOptimizerState().Steps, Is.EqualTo(10));
    }

    [Test]
    public void State_OfAFreshEngine_StartsAnew([Values] OptimizerKind optimizer)
    {
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, [5, 2, 7, 7]);
        using TorchEngine fresh = Engine(optimizer),
            used = Engine(optimizer);
        Train(used, batch, optimizer, 3);

        used.SetWeights(fresh.GetWeights());
        used.SetOptimizerState(fresh.GetOptimizerState());
        Train(fresh, batch, optimizer, 3);
        Train(used, batch, optimizer, 3);

        AssertSame(used.GetWeights(), fresh.GetWeights());
    }

    [TestCase(OptimizerKind.Adam, "exp_avg", "exp_avg_sq")]
    [TestCase(OptimizerKind.AdamW, "exp_avg", "exp_avg_sq")]
    [TestCase(OptimizerKind.Sgd, "momentum_buffer")]
    [TestCase(OptimizerKind.RmsProp, "momentum_buffer", "square_avg")]
    public void State_IsACopyNamedByWeight(OptimizerKind optimizer, params string[] moments)
    {
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, [5, 2, 7, 7]);
        using TorchEngine engine = Engine(optimizer);
        Train(engine, batch, optimizer, 1);
        OptimizerState state = engine.GetOptimizerState();
        float[] before = [.. state.Moments[moments[0]]["head.0.weight"]];

        Train(engine, batch, optimizer, 1);

        Assert.That(state.Steps, Is.EqualTo(1));
        Assert.That(state.Moments.Keys, Is.EquivalentTo(moments));
        Assert.That(state.Moments[moments[0]]["head.0.weight"], Is.EqualTo(before));
        foreach (string moment in moments)
            Assert.That(
                state.Moments[moment].Tensors.Select(t => t.Name),
                Is.EqualTo(NetworkDefinition.TensorsOf(Shape).Select(s => s.Name))
            );
    }

    /// <summary>One weight w under the loss (w - label)², several steps at changing rates, beside the same in double precision.</summary>
    [Test]
    public void Steps_ArePyTorchs([Values] OptimizerKind optimizer, [Values(0f, 0.3f)] float weightDecay, [Values(0f, 0.8f)] float momentum)
    {
        // For a row without steps the output is the head's bias alone; all other weights stay 0.
        var shape = new NetworkShape
        {
            Cell = CellKind.ElmanRelu,
            Features = 1,
            HiddenSize = 1,
            Outputs = 1,
        };
        var weights = new NetworkWeights(
            NetworkDefinition.TensorsOf(shape).Select(s => new NamedTensor(s.Name, s.Shape, [s.Name == "head.0.bias" ? 1.5f : 0f]))
        );
        using TorchEngine engine = TorchEngine.Create(
            RandomNetwork.Settings(shape) with
            {
                InitialWeights = weights,
                Optimizer = optimizer,
                WeightDecay = weightDecay,
                Momentum = momentum,
            },
            out _
        );
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [0]);
        double w = 1.5,
            first = 0,
            second = 0;
        float[] labels = [0, 2, -1, 0.5f, 1, 1],
            rates = [0.1f, 0.1f, 0.05f, 0.05f, 0.2f, 0.01f];
        for (int t = 1; t <= labels.Length; t++)
        {
            batch.Labels[0] = labels[t - 1];
            float rate = rates[t - 1];
            double g = 2 * (w - labels[t - 1]);
            if (optimizer == OptimizerKind.AdamW)
                w -= rate * weightDecay * w;
            else
                g += weightDecay * w;
            switch (optimizer)
            {
                case OptimizerKind.Sgd:
                    first = momentum * first + g;
                    w -= rate * first;
                    break;
                case OptimizerKind.RmsProp:
                    second = 0.99 * second + 0.01 * g * g;
                    first = momentum * first + g / (Math.Sqrt(second) + 1e-8);
                    w -= rate * first;
                    break;
                default:
                    first = 0.9 * first + 0.1 * g;
                    second = 0.999 * second + 0.001 * g * g;
                    w -= rate * (first / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(second / (1 - Math.Pow(0.999, t))) + 1e-8);
                    break;
            }

            engine.TrainStep(batch, rate);

            Assert.That(engine.GetWeights()["head.0.bias"][0], Is.EqualTo(w).Within(1e-5), $"step {t}");
        }
    }

    [Test]
    public void GradientClipNorm_BoundsTheNormOfAllGradients()
    {
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, [5, 2, 7, 7]);
        Array.Fill(batch.Labels, 100, 0, 8);

        Assert.That(StepLength(clip: 0), Is.GreaterThan(10));
        Assert.That(StepLength(clip: 0.5f), Is.EqualTo(0.5).Within(1e-4));
        Assert.That(StepLength(clip: 1e9f), Is.EqualTo(StepLength(clip: 0)), "a bound that is not reached changes nothing");

        // Without momentum, SGD at the rate 1 moves by the gradient itself.
        double StepLength(float clip)
        {
            var settings = RandomNetwork.Settings(Shape) with { Optimizer = OptimizerKind.Sgd, Momentum = 0, GradientClipNorm = clip };
            using TorchEngine engine = TorchEngine.Create(settings, out _);
            NetworkWeights before = engine.GetWeights();
            engine.TrainStep(batch, 1);
            NetworkWeights after = engine.GetWeights();
            return Math.Sqrt(before.Tensors.Sum(t => t.Values.Zip(after[t.Name], (a, b) => (double)(a - b) * (a - b)).Sum()));
        }
    }

    private static float Rate(OptimizerKind optimizer) => optimizer == OptimizerKind.RmsProp ? 0.002f : 0.02f;

    private static TorchEngine Engine(OptimizerKind optimizer, float weightDecay = 0, float momentum = 0.9f) =>
        TorchEngine.Create(
            RandomNetwork.Settings(Shape) with
            {
                Optimizer = optimizer,
                WeightDecay = weightDecay,
                Momentum = momentum,
            },
            out _
        );

    private static void Train(TorchEngine engine, MiniBatch batch, OptimizerKind optimizer, int steps)
    {
        for (int step = 0; step < steps; step++)
            engine.TrainStep(batch, Rate(optimizer));
    }

    private static void AssertSame(NetworkWeights actual, NetworkWeights expected)
    {
        foreach (NamedTensor tensor in expected.Tensors)
            Assert.That(actual[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }
}
