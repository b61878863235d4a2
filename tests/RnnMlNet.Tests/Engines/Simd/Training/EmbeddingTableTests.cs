using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

/// <summary>Embeddings whose tokens miss steps, beside the optimisers' equations in double precision, which no token misses.</summary>
[TestFixture]
public sealed class EmbeddingTableTests
{
    private const int Vocabulary = 30,
        Width = 6;

    // Token 0 has no batch, token 1 has one, the others the more the higher they are.
    private const int Absent = 0,
        Once = 1;

    [Test]
    public void Tokens_come_to_what_an_update_of_all_in_every_step_gives(
        [Values] OptimizerKind optimizer,
        [Values(0f, 0.05f)] float weightDecay,
        [Values(0f, 0.8f)] float momentum
    )
    {
        EngineSettings settings = Settings(optimizer, weightDecay, momentum) with { WeightAveraging = 0.98f };
        using var team = new ThreadTeam(2);
        var trained = new Trained(settings, team);
        var reference = new Reference(settings, trained.Table.Get(0));
        for (int step = 1; step <= 600; step++)
            reference.Step(step, trained.Rate(step), trained.Step());

        Assert.That(trained.Table.Get(0), Is.EqualTo(reference.Weights).Within(2e-5));
        Assert.That(trained.Table.Get(ParameterStep.Average), Is.EqualTo(reference.Average).Within(2e-5));
        for (int token = 0; token < Vocabulary; token++)
            Assert.That(
                trained.Table[token].ToArray(),
                Is.EqualTo(trained.Table.Get(0)[(token * Width)..((token + 1) * Width)]),
                $"token {token}"
            );
    }

    [Test, Pairwise]
    public void When_they_are_read_changes_no_bit(
        [Values] OptimizerKind optimizer,
        [Values(0f, 0.05f)] float weightDecay,
        [Values(0f, 0.999f)] float averaging
    )
    {
        EngineSettings settings = Settings(optimizer, weightDecay, momentum: 0.8f) with { WeightAveraging = averaging };
        using ThreadTeam alone = new(1),
            team = new(3);
        Trained unread = new(settings, alone),
            read = new(settings, team);
        // More steps than are remembered.
        for (int step = 1; step <= 4500; step++)
        {
            unread.Step();
            read.Step();
            if (step % 7 == 0)
                read.Table.Prepare([step % Vocabulary, 3, 3]);
            if (step % 1001 == 0)
                read.Table.Get(0);
        }
        for (int which = 0; which <= unread.Moments; which++)
            Assert.That(read.Table.Get(which), Is.EqualTo(unread.Table.Get(which)), $"{which}");
        if (averaging > 0)
            Assert.That(read.Table.Get(ParameterStep.Average), Is.EqualTo(unread.Table.Get(ParameterStep.Average)));
    }

    [Test]
    public void An_average_changes_no_bit_of_the_embeddings([Values] OptimizerKind optimizer, [Values(0f, 0.05f)] float weightDecay)
    {
        EngineSettings settings = Settings(optimizer, weightDecay, momentum: 0.8f);
        using var team = new ThreadTeam(1);
        Trained averaged = new(settings with { WeightAveraging = 0.9f }, team),
            plain = new(settings, team);
        for (int step = 1; step <= 300; step++)
        {
            averaged.Step();
            plain.Step();
        }
        for (int which = 0; which <= plain.Moments; which++)
            Assert.That(averaged.Table.Get(which), Is.EqualTo(plain.Table.Get(which)), $"{which}");
    }

    [Test]
    public void What_is_set_is_as_after_the_steps_before()
    {
        using var team = new ThreadTeam(1);
        var trained = new Trained(Settings(OptimizerKind.AdamW, 0.05f, momentum: 0), team);
        for (int step = 0; step < 50; step++)
            trained.Step();
        float[] values = [.. Enumerable.Range(0, Vocabulary * Width).Select(i => i * 0.01f)],
            moments = trained.Table.Get(1);
        trained.Table.Set(0, values);
        Assert.That(trained.Table.Get(0), Is.EqualTo(values));
        Assert.That(trained.Table.Get(1), Is.EqualTo(moments));
    }

    [Test]
    public void A_first_moment_ends_at_0_and_not_among_numbers_that_processors_are_slow_with()
    {
        using var team = new ThreadTeam(1);
        var trained = new Trained(Settings(OptimizerKind.AdamW, 0.05f, momentum: 0), team);
        for (int step = 0; step < 50; step++)
            trained.Step();
        Assert.That(Moment(trained), Has.None.EqualTo(0));
        for (int step = 0; step < 1000; step++)
            trained.Step();
        Assert.That(Moment(trained), Has.All.EqualTo(0));
    }

    private static float[] Moment(Trained trained) => trained.Table.Get(1)[(Once * Width)..((Once + 1) * Width)];

    private static EngineSettings Settings(OptimizerKind optimizer, float weightDecay, float momentum) =>
        RandomNetwork.Settings(RandomNetwork.Shape(CellKind.Gru)) with
        {
            Optimizer = optimizer,
            WeightDecay = weightDecay,
            Momentum = momentum,
        };

    /// <summary>A table, and steps with gradients by chance.</summary>
    private sealed class Trained
    {
        private readonly ParameterUpdate _update;
        private readonly Random _random = new(5);
        private int _steps;

        public Trained(EngineSettings settings, ThreadTeam team)
        {
            _update = ParameterUpdate.Create<Lanes128>(settings);
            Table = new EmbeddingTable(Vocabulary, Width, _update, team);
            float[] values = RandomNetwork.Uniform(new Random(4), Vocabulary * Width, 1);
            Table.Set(0, values);
            if (_update.Averages)
                Table.Set(ParameterStep.Average, values);
        }

        public EmbeddingTable Table { get; }

        public int Moments => _update.Moments.Count;

        public float Rate(int step) => 0.002f + 0.001f * MathF.Sin(step / 50f);

        /// <returns>[V, E], the step's gradients.</returns>
        public float[] Step()
        {
            _steps++;
            var gradients = new float[Vocabulary * Width];
            int[] tokens =
            [
                .. Enumerable
                    .Range(0, Vocabulary)
                    .Where(token => token == Once ? _steps == 3 : token != Absent && _random.NextDouble() < Math.Pow(token, 2) / 900),
            ];
            var microBatch = new EmbeddingGradient(Vocabulary, Width);
            foreach (int token in tokens)
            {
                float[] gradient = RandomNetwork.Uniform(_random, Width, 1);
                microBatch.Add(token, gradient);
                gradient.CopyTo(gradients, token * Width);
            }
            Table.Prepare(tokens);
            Table.Gather([microBatch]);
            _update.Begin(_steps, Rate(_steps));
            Table.Update(scale: 1);
            return gradients;
        }
    }

    /// <summary>PyTorch's equations, as its documentation has them, and the moving average.</summary>
    private sealed class Reference(EngineSettings settings, float[] weights)
    {
        private readonly double[] _first = new double[weights.Length],
            _second = new double[weights.Length];

        public double[] Weights { get; } = [.. weights.Select(weight => (double)weight)];

        public double[] Average { get; } = [.. weights.Select(weight => (double)weight)];

        public void Step(int step, double rate, float[] gradients)
        {
            double decay = Math.Min(settings.WeightAveraging, (1 + step) / (10.0 + step));
            for (int i = 0; i < Weights.Length; i++)
            {
                Weights[i] = Changed(step, rate, gradients[i], Weights[i], ref _first[i], ref _second[i]);
                Average[i] = decay * Average[i] + (1 - decay) * Weights[i];
            }
        }

        private double Changed(int step, double rate, double gradient, double weight, ref double first, ref double second)
        {
            double decay = settings.WeightDecay,
                momentum = settings.Momentum;
            if (settings.Optimizer == OptimizerKind.AdamW)
                weight -= rate * decay * weight;
            else
                gradient += decay * weight;
            switch (settings.Optimizer)
            {
                case OptimizerKind.Sgd:
                    first = momentum * first + gradient;
                    return weight - rate * first;
                case OptimizerKind.RmsProp:
                    second = 0.99 * second + 0.01 * gradient * gradient;
                    first = momentum * first + gradient / (Math.Sqrt(second) + 1e-8);
                    return weight - rate * first;
                default:
                    first = 0.9 * first + 0.1 * gradient;
                    second = 0.999 * second + 0.001 * gradient * gradient;
                    return weight - rate * first / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(second / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
    }
}
