using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Networks;

public sealed class WeightInitializerTests
{
    private const int H = 16;

    private static NetworkShape Shape(CellKind cell, Pooling pooling = Pooling.Last | Pooling.Mean | Pooling.Max) =>
        RandomNetwork.Shape(cell, layers: 2, bidirectional: true, pooling) with
        {
            HiddenSize = H,
            HeadHiddenSizes = [20],
        };

    [Test]
    public void RecurrentWeights_AreOrthogonal_GateByGate(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.RecurrentCells))] CellKind cell
    )
    {
        NetworkWeights weights = WeightInitializer.Create(Shape(cell), 1, seed: 1);

        foreach (NamedTensor tensor in weights.Tensors.Where(t => t.Name.StartsWith("rnn.weight_hh", StringComparison.Ordinal)))
            for (int gate = 0; gate < tensor.Shape[0] / H; gate++)
            for (int i = 0; i < H; i++)
            for (int j = 0; j < H; j++)
            {
                double dot = Enumerable
                    .Range(0, H)
                    .Sum(k => (double)tensor.Values[(gate * H + i) * H + k] * tensor.Values[(gate * H + j) * H + k]);
                Assert.That(dot, Is.EqualTo(i == j ? 1 : 0).Within(1e-6), $"{tensor.Name}, gate {gate}, rows {i} and {j}");
            }
    }

    [Test]
    public void InputWeights_AreGlorotUniform_GateByGate([Values] CellKind cell)
    {
        NetworkWeights weights = WeightInitializer.Create(Shape(cell), 1, seed: 1);

        AssertUniform(weights["rnn.weight_ih_l0"], Math.Sqrt(6.0 / (H + 3)));
        AssertUniform(weights["rnn.weight_ih_l1_reverse"], Math.Sqrt(6.0 / (H + 2 * H)));
        AssertUniform(weights["head.0.weight"], Math.Sqrt(6.0 / (20 + 6 * H)));
        AssertUniform(weights["head.1.weight"], Math.Sqrt(6.0 / (2 + 20)));
    }

    [Test]
    public void TheInitialState_IsOfAGlorotUniformMap_StateByState([Values] CellKind cell)
    {
        const int Statics = 40;
        NetworkShape shape = Shape(cell) with { StaticFeatures = Statics, StaticUse = StaticUse.InitialState };
        NetworkWeights weights = WeightInitializer.Create(shape, 1, seed: 1);

        foreach (string suffix in (string[])["l0", "l0_reverse"])
        {
            float[][] states = [.. weights[$"initial_state.{suffix}.weight"].Chunk(H * Statics)];
            Assert.That(states, Has.Length.EqualTo(cell is CellKind.Lstm or CellKind.SLstm or CellKind.Lru ? 2 : 1));
            foreach (float[] state in states)
                AssertUniform(state, Math.Sqrt(6.0 / (H + Statics)));
            Assert.That(weights[$"initial_state.{suffix}.bias"], Is.All.Zero);
        }
        Assert.That(weights["head.0.weight"], Has.Length.EqualTo(20 * 6 * H));
    }

    [Test]
    public void AConvolution_IsUniform_AsPyTorchsConv1d()
    {
        NetworkShape shape = Shape(CellKind.Gru) with { Convolutions = [new(100, 5, 1), new(90, 4, 2)] };
        NetworkWeights weights = WeightInitializer.Create(shape, 1, seed: 1);

        AssertUniform(weights["convolution.0.weight"], 1 / Math.Sqrt(3 * 5));
        AssertUniform(weights["convolution.1.weight"], 1 / Math.Sqrt(100 * 4));
        AssertUniform(weights["convolution.1.bias"], 1 / Math.Sqrt(100 * 4));
    }

    [Test]
    [Category(Categories.Slow)]
    public void Attention_IsUniform_AsPyTorchsLinear()
    {
        NetworkShape shape = Shape(CellKind.Gru, Pooling.Attention) with { HiddenSize = 200 };
        NetworkWeights weights = WeightInitializer.Create(shape, 1, seed: 1);

        AssertUniform(weights["attention.weight"], 1 / Math.Sqrt(400));
        Assert.That(weights["attention.weight"], Has.Length.EqualTo(400));
    }

    [Test]
    public void Biases_AreZero_ButTheForgetGates([Values] CellKind cell, [Values(0f, 1f, 2.5f)] float forgetBias)
    {
        NetworkWeights weights = WeightInitializer.Create(Shape(cell), forgetBias, seed: 1);

        foreach (NamedTensor bias in weights.Tensors.Where(t => t.Name.Contains("bias", StringComparison.Ordinal)))
        {
            int forgetGate = !bias.Name.StartsWith("rnn.bias_ih", StringComparison.Ordinal)
                ? -1
                : cell switch
                {
                    CellKind.Lstm or CellKind.SLstm => 1,
                    CellKind.MinLstm => 0,
                    _ => -1,
                };
            float[] expected = [.. Enumerable.Range(0, bias.Values.Length).Select(i => i / H == forgetGate ? forgetBias : 0)];
            Assert.That(bias.Values, Is.EqualTo(expected), bias.Name);
        }
    }

    [Test]
    public void LinearRecurrences_AreUniformOnTheDisc_AndNormalised()
    {
        const int Units = 2000;
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lru) with { HiddenSize = Units };
        double[] unit = [.. WeightInitializer.Create(shape, 1, seed: 1)["rnn.unit_l0"].Select(value => Math.Exp(value))];
        double[] radii = [.. unit.Take(Units).Select(decay => Math.Exp(-decay))];

        Assert.That(radii, Is.All.LessThan(1));
        Assert.That(radii.Average(radius => radius * radius), Is.EqualTo(0.5).Within(0.02), "as the share of the disc within");
        Assert.That(unit[Units..(2 * Units)], Is.All.InRange(0, 2 * Math.PI + 1e-5));
        Assert.That(unit[Units..(2 * Units)].Average(), Is.EqualTo(Math.PI).Within(0.1));
        Assert.That(unit[(2 * Units)..], Is.EqualTo(radii.Select(radius => Math.Sqrt(1 - radius * radius))).Within(1e-5));
    }

    [Test]
    public void Embeddings_AreNormal_OfAboutLengthOne()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru) with { Features = 0, Vocabulary = 500, EmbeddingSize = 25 };
        float[] values = WeightInitializer.Create(shape, 1, seed: 1)[WeightLayout.Embedding];

        Assert.That(values, Has.Length.EqualTo(500 * 25));
        Assert.That(values.Average(), Is.EqualTo(0).Within(0.01));
        Assert.That(values.Sum(v => v * v) / 500, Is.EqualTo(1).Within(0.05));
        Assert.That(values.Count(v => Math.Abs(v) > 0.2) / (double)values.Length, Is.EqualTo(0.3173).Within(0.02), "beyond one deviation");
    }

    [Test]
    public void SameSeed_SameWeights([Values] CellKind cell)
    {
        NetworkWeights first = WeightInitializer.Create(Shape(cell), 1, seed: 1),
            again = WeightInitializer.Create(Shape(cell), 1, seed: 1),
            other = WeightInitializer.Create(Shape(cell), 1, seed: 2);

        foreach (NamedTensor tensor in first.Tensors)
        {
            Assert.That(again[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
            if (tensor.Shape.Count == 2)
                Assert.That(other[tensor.Name], Is.Not.EqualTo(tensor.Values), tensor.Name);
        }
    }

    [Test]
    public void NamesAndShapes_AreTheLayouts([Values] CellKind cell)
    {
        NetworkShape shape = Shape(cell, RandomNetwork.AllPooling);
        NetworkWeights weights = WeightInitializer.Create(shape, 1, seed: 1);

        Assert.That(weights.Tensors.Select(t => t.Name), Is.EqualTo(NetworkDefinition.TensorsOf(shape).Select(s => s.Name)));
        Assert.That(weights.Tensors.Select(t => t.Shape), Is.EqualTo(NetworkDefinition.TensorsOf(shape).Select(s => s.Shape)));
        Assert.That(weights.Tensors.Select(t => (long)t.Values.Length), Is.EqualTo(NetworkDefinition.TensorsOf(shape).Select(s => s.Size)));
    }

    [Test]
    public void AUsersCell_BringsItsOwnRecurrentWeights()
    {
        NetworkWeights weights = WeightInitializer.Create(
            Shape(CellKind.Lstm, RandomNetwork.AllPooling) with
            {
                CustomCell = "own",
            },
            1,
            seed: 1
        );

        Assert.That(
            weights.Tensors.Select(t => t.Name),
            Is.EqualTo(new[] { "attention.weight", "head.0.weight", "head.0.bias", "head.1.weight", "head.1.bias" })
        );
    }

    /// <summary>A change of these changes what every seed means.</summary>
    [Test]
    public void Golden_FirstValues()
    {
        NetworkWeights weights = WeightInitializer.Create(Shape(CellKind.Lstm), 1, seed: 1);

        Assert.That(weights["rnn.weight_ih_l0"].Take(3), Is.EqualTo(new[] { -0.28247213f, -0.437486f, -0.037076794f }).Within(1e-6));
        Assert.That(weights["rnn.weight_hh_l0"].Take(3), Is.EqualTo(new[] { -0.20951991f, -0.29507074f, -0.112188995f }).Within(1e-6));
        Assert.That(weights["head.0.weight"].Take(3), Is.EqualTo(new[] { -0.03518325f, 0.030262688f, -0.09021427f }).Within(1e-6));
    }

    // Some blocks of rows, the last of them not full; and one row, and one block.
    [Test]
    [Category(Categories.Slow)]
    public void Recurrent_weights_are_what_Gram_and_Schmidt_make_of_the_same_numbers([Values(1, 2, 63, 64, 65, 130)] int units)
    {
        NetworkShape shape = new()
        {
            Cell = CellKind.Elman,
            Features = 1,
            HiddenSize = units,
            Outputs = 1,
        };

        float[] values = WeightInitializer.Create(shape, 1, seed: 3)["rnn.weight_hh_l0"];

        var random = new Random(3);
        for (int i = 0; i < units; i++)
            random.NextDouble();
        Assert.That(
            values,
            Is.EqualTo(
                    GramSchmidt(
                        units,
                        () => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
                    )
                )
                .Within(1e-6)
        );
    }

    [Test]
    [Category(Categories.Slow)]
    public void Weights_are_the_same_to_the_bit_with_any_number_of_threads()
    {
        NetworkShape shape = new()
        {
            Cell = CellKind.Gru,
            Features = 3,
            HiddenSize = 300,
            Outputs = 2,
        };
        NetworkWeights one = WeightInitializer.Create(shape, 1, seed: 1, threads: 1);
        foreach (int threads in new[] { 2, 3, 16 })
            Assert.That(
                WeightInitializer.Create(shape, 1, seed: 1, threads).Tensors.Select(tensor => tensor.Values),
                Is.EqualTo(one.Tensors.Select(tensor => tensor.Values))
            );
    }

    // Of 8192 units the whole would take minutes, so this test ends at all only where it can be ended.
    [TestCase(1, 1)]
    [TestCase(1, 100)]
    [TestCase(2, 500)]
    [Category(Categories.Slow)]
    public void A_large_network_s_can_be_ended_at_any_time(int threads, int checks)
    {
        int left = checks;
        void Check()
        {
            if (Interlocked.Decrement(ref left) <= 0)
                throw new OperationCanceledException();
        }
        NetworkShape shape = new()
        {
            Cell = CellKind.Elman,
            Features = 1,
            HiddenSize = 8192,
            Outputs = 1,
        };
        Assert.That(() => WeightInitializer.Create(shape, 1, seed: 1, threads, Check), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    [Category(Categories.Slow)]
    public void A_large_vocabulary_s_can_be_ended()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        NetworkShape shape = new()
        {
            Cell = CellKind.Elman,
            Vocabulary = 100_000,
            EmbeddingSize = 64,
            HiddenSize = 1,
            Outputs = 1,
        };
        Assert.That(
            () => WeightInitializer.Create(shape, 1, seed: 1, check: source.Token.ThrowIfCancellationRequested),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    private static float[] GramSchmidt(int size, Func<double> next)
    {
        var rows = new List<double[]>();
        for (int i = 0; i < size; i++)
        {
            double[] row = [.. Enumerable.Range(0, size).Select(_ => next())];
            for (int pass = 0; pass < 2; pass++)
                foreach (double[] other in rows)
                {
                    double product = row.Zip(other, (a, b) => a * b).Sum();
                    row = [.. row.Zip(other, (a, b) => a - product * b)];
                }
            double length = Math.Sqrt(row.Sum(value => value * value));
            rows.Add([.. row.Select(value => value / length)]);
        }
        return [.. rows.SelectMany(row => row).Select(value => (float)value)];
    }

    private static void AssertUniform(float[] values, double limit)
    {
        Assert.That(values, Has.All.InRange((float)-limit, (float)limit));
        Assert.That(values.Max(), Is.GreaterThan(0.8 * limit));
        Assert.That(values.Min(), Is.LessThan(-0.8 * limit));
        Assert.That(values.Average(), Is.EqualTo(0).Within(0.2 * limit));
    }
}
