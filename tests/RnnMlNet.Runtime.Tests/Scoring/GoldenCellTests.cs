using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

/// <summary>One unit, numbers small enough to follow by hand.</summary>
[TestFixture]
public class GoldenCellTests
{
    private const double Tolerance = 1e-6;

    // The bias for which a gate is 3/4 or 1/4: σ(±ln 3).
    private static readonly float _threeQuarters = MathF.Log(3);
    private static readonly float _oneQuarter = -MathF.Log(3);

    private static NetworkShape Shape(CellKind cell) =>
        new()
        {
            Cell = cell,
            Features = 1,
            HiddenSize = 1,
            Pooling = Pooling.Last,
        };

    private static float State(NetworkParameters network, params float[] x) =>
        Scored.By(network, [.. x.Select(value => new[] { value })]).Single();

    [Test]
    public void Elman()
    {
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.Elman),
            ("weight_ih_l0", [0.5f]),
            ("weight_hh_l0", [0.25f]),
            ("bias_ih_l0", [0.1f]),
            ("bias_hh_l0", [0.2f])
        );

        double h1 = Math.Tanh(0.8),
            h2 = Math.Tanh(1 + 0.25 * h1 + 0.3);
        Assert.That(State(network, 1), Is.EqualTo(h1).Within(Tolerance));
        Assert.That(State(network, 1, 2), Is.EqualTo(h2).Within(Tolerance));
    }

    [Test]
    public void Elman_with_a_rectifier()
    {
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.ElmanRelu),
            ("weight_ih_l0", [0.5f]),
            ("weight_hh_l0", [0.25f]),
            ("bias_ih_l0", [0.1f]),
            ("bias_hh_l0", [0.2f])
        );

        Assert.That(State(network, 1), Is.EqualTo(0.8).Within(Tolerance));
        Assert.That(State(network, 1, 2), Is.EqualTo(1.5).Within(Tolerance));
        Assert.That(State(network, 1, 2, -2), Is.Zero, "-1 + 0.375 + 0.3 is below zero");
    }

    [Test]
    public void Gru()
    {
        // r = 3/4, z = 1/4, n = tanh(0.1 + x + r (h + 0.4))
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.Gru),
            ("weight_ih_l0", [0, 0, 1]),
            ("weight_hh_l0", [0, 0, 1]),
            ("bias_ih_l0", [_threeQuarters, _oneQuarter, 0.1f]),
            ("bias_hh_l0", [0, 0, 0.4f])
        );

        double h1 = 0.75 * Math.Tanh(0.4),
            h2 = 0.75 * Math.Tanh(0.6 + 0.75 * h1) + 0.25 * h1;
        Assert.That(State(network, 0), Is.EqualTo(h1).Within(Tolerance));
        Assert.That(State(network, 0, 0.2f), Is.EqualTo(h2).Within(Tolerance));
    }

    [Test]
    public void Lstm()
    {
        // i = 3/4, f = 1/2, g = tanh(atanh 1/2) = 1/2, o = 1/4
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.Lstm),
            ("weight_ih_l0", [0, 0, 0, 0]),
            ("weight_hh_l0", [0, 0, 0, 0]),
            ("bias_ih_l0", [_threeQuarters, 0, 0, 0]),
            ("bias_hh_l0", [0, 0, MathF.Atanh(0.5f), _oneQuarter])
        );

        Assert.That(State(network, 7), Is.EqualTo(0.25 * Math.Tanh(0.375)).Within(Tolerance));
        Assert.That(State(network, 7, 7), Is.EqualTo(0.25 * Math.Tanh(0.5 * 0.375 + 0.375)).Within(Tolerance));
    }

    [Test]
    public void MinGru()
    {
        // z = 3/4, h̃ = 2 x + 0.1
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.MinGru),
            ("weight_ih_l0", [0, 2]),
            ("bias_ih_l0", [_threeQuarters, 0.1f])
        );

        Assert.That(State(network, 1), Is.EqualTo(0.75 * 2.1).Within(Tolerance));
        Assert.That(State(network, 1, -1), Is.EqualTo(0.25 * 0.75 * 2.1 + 0.75 * -1.9).Within(Tolerance));
    }

    [Test]
    public void MinLstm()
    {
        // f = 3/4 and i = 1/4 give the shares 3/4 and 1/4; h̃ = 2 x + 0.1
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.MinLstm),
            ("weight_ih_l0", [0, 0, 2]),
            ("bias_ih_l0", [_threeQuarters, _oneQuarter, 0.1f])
        );

        Assert.That(State(network, 1), Is.EqualTo(0.25 * 2.1).Within(Tolerance));
        Assert.That(State(network, 1, -1), Is.EqualTo(0.75 * 0.25 * 2.1 + 0.25 * -1.9).Within(Tolerance));
    }

    [TestCase(-60, -40, 1)]
    [TestCase(-40, -60, 0)]
    [TestCase(-70, -70, 0.5)]
    [TestCase(60, 40, 0.5)]
    public void MinLstm_compares_gates_that_are_nearly_0_or_1(float forget, float input, double share)
    {
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.MinLstm),
            ("weight_ih_l0", [0, 0, 1]),
            ("bias_ih_l0", [forget, input, 0])
        );

        Assert.That(State(network, 2), Is.EqualTo(2 * share).Within(Tolerance));
    }

    [Test]
    public void SLstm()
    {
        // i = exp(x), f = 3/4, z = tanh(2 x), o = 1/4: an average of z, of which the first step alone is all
        NetworkParameters network = OfInput(input: 1);

        double z1 = Math.Tanh(1),
            z2 = Math.Tanh(-2),
            i1 = 0.75 * Math.Exp(0.5),
            i2 = Math.Exp(-1);
        Assert.That(State(network, 0.5f), Is.EqualTo(0.25 * z1).Within(Tolerance));
        Assert.That(State(network, 0.5f, -1), Is.EqualTo(0.25 * (i1 * z1 + i2 * z2) / (i1 + i2)).Within(Tolerance));
    }

    [TestCase(new float[] { -1 }, -1)]
    [TestCase(new float[] { -1, 1 }, 1)]
    [TestCase(new float[] { 1, -1 }, 1)]
    [TestCase(new float[] { -1, -1, -1, 1, -1 }, 1)]
    public void SLstm_compares_exponentials_beyond_all_numbers(float[] x, float heaviest)
    {
        Assert.That(State(OfInput(input: 300), x), Is.EqualTo(0.25 * Math.Tanh(2 * heaviest)).Within(Tolerance));
    }

    [Test]
    public void SLstms_state_reaches_every_gate()
    {
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.SLstm),
            ("weight_ih_l0", [0, 0, 1, 0]),
            ("weight_hh_l0", [1, 2, 3, 4]),
            ("bias_ih_l0", [0, 0, 0, 0]),
            ("bias_hh_l0", [0, 0, 0, 0])
        );

        double z1 = Math.Tanh(1),
            h1 = 0.5 * z1,
            i2 = Math.Exp(h1),
            f2 = Sigmoid(2 * h1);
        double h2 = Sigmoid(4 * h1) * (f2 * z1 + i2 * Math.Tanh(3 * h1)) / (f2 + i2);
        Assert.That(State(network, 1, 0), Is.EqualTo(h2).Within(Tolerance));
    }

    [Test]
    public void Lru()
    {
        // λ = i/2, γ = 3, a = x, b = 2 x, d = x/2 + 0.1, o = 3/4
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.Lru),
            ("weight_ih_l0", [1, 2, 0.5f, 0]),
            ("bias_ih_l0", [0, 0, 0.1f, _threeQuarters]),
            ("unit_l0", [MathF.Log(MathF.Log(2)), MathF.Log(MathF.PI / 2), MathF.Log(3)])
        );

        // s1 = 3 + 6 i, s2 = (-3 + 1.5 i) + (-3 - 6 i), s3 = i/2 s2 + (6 + 12 i)
        Assert.That(State(network, 1), Is.EqualTo(0.75 * (3 + 0.6)).Within(Tolerance));
        Assert.That(State(network, 1, -1), Is.EqualTo(0.75 * (-6 - 0.4)).Within(Tolerance));
        Assert.That(State(network, 1, -1, 2), Is.EqualTo(0.75 * (2.25 + 6 + 1.1)).Within(Tolerance));
    }

    [Test]
    public void The_lstms_state_and_input_reach_every_gate()
    {
        // One step of x = 1 with i = f = g's argument = o's argument = 0, then gates moved by the state h1 alone, each by its own weight.
        NetworkParameters network = RandomParameters.OfStates(
            Shape(CellKind.Lstm),
            ("weight_ih_l0", [0, 0, 1, 0]),
            ("weight_hh_l0", [1, 2, 3, 4]),
            ("bias_ih_l0", [0, 0, 0, 0]),
            ("bias_hh_l0", [0, 0, 0, 0])
        );

        double c1 = 0.5 * Math.Tanh(1),
            h1 = 0.5 * Math.Tanh(c1);
        double c2 = Sigmoid(2 * h1) * c1 + Sigmoid(h1) * Math.Tanh(3 * h1),
            h2 = Sigmoid(4 * h1) * Math.Tanh(c2);
        Assert.That(State(network, 1, 0), Is.EqualTo(h2).Within(Tolerance));
    }

    [Test]
    public void Both_directions_pooled_every_way()
    {
        // h = relu(x + h forwards) and relu(x + 2 h backwards) over 1, 2, 3: states 1 3 6 and 17 8 3.
        NetworkShape shape = Shape(CellKind.ElmanRelu) with
        {
            Bidirectional = true,
            Pooling = RandomNetwork.AllPooling,
        };
        NetworkParameters network = RandomParameters.OfStates(
            shape,
            ("weight_ih_l0", [1]),
            ("weight_hh_l0", [1]),
            ("bias_ih_l0", [0]),
            ("bias_hh_l0", [0]),
            ("weight_ih_l0_reverse", [1]),
            ("weight_hh_l0_reverse", [2]),
            ("bias_ih_l0_reverse", [0]),
            ("bias_hh_l0_reverse", [0]),
            (WeightLayout.Attention, [0, 0])
        );

        // Weights of zero attend to all steps alike.
        Assert.That(
            Scored.By(
                network,
                [
                    [1],
                    [2],
                    [3],
                ]
            ),
            Is.EqualTo(new[] { 6, 17, 10 / 3f, 28 / 3f, 6, 17, 10 / 3f, 28 / 3f }).Within(Tolerance)
        );
    }

    [Test]
    public void Attention_is_a_mean_with_learnt_weights()
    {
        // h = relu(x) forwards and backwards; w · tanh(h) = 6 tanh(x) - 2 tanh(x), which is 2, 0 and 1 where tanh(x) is 1/2, 0 and 1/4.
        NetworkShape shape = Shape(CellKind.ElmanRelu) with
        {
            Bidirectional = true,
            Pooling = Pooling.Attention,
        };
        NetworkParameters network = RandomParameters.OfStates(
            shape,
            ("weight_ih_l0", [1]),
            ("weight_hh_l0", [0]),
            ("bias_ih_l0", [0]),
            ("bias_hh_l0", [0]),
            ("weight_ih_l0_reverse", [1]),
            ("weight_hh_l0_reverse", [0]),
            ("bias_ih_l0_reverse", [0]),
            ("bias_hh_l0_reverse", [0]),
            (WeightLayout.Attention, [6, -2])
        );
        float half = MathF.Atanh(0.5f),
            quarter = MathF.Atanh(0.25f);

        double expected = (Math.Exp(2) * half + Math.E * quarter) / (Math.Exp(2) + 1 + Math.E);
        Assert.That(
            Scored.By(
                network,
                [
                    [half],
                    [0],
                    [quarter],
                ]
            ),
            Is.EqualTo(new[] { expected, expected }).Within(Tolerance)
        );
        Assert.That(Scored.By(network, []), Is.EqualTo(new[] { 0, 0 }));
    }

    // An sLSTM of f = 3/4 and o = 1/4.
    private static NetworkParameters OfInput(float input) =>
        RandomParameters.OfStates(
            Shape(CellKind.SLstm),
            ("weight_ih_l0", [input, 0, 2, 0]),
            ("weight_hh_l0", [0, 0, 0, 0]),
            ("bias_ih_l0", [0, _threeQuarters, 0, 0]),
            ("bias_hh_l0", [0, 0, 0, _oneQuarter])
        );

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
