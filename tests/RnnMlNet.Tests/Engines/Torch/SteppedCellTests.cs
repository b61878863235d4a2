using System.Numerics;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Engines.Torch.Cells;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>The equations and the order of the gates, by hand: one input, one unit, every weight another number.</summary>
public sealed class SteppedCellTests
{
    private const float X = 0.5f,
        H = -0.3f,
        C = 0.8f;

    // By gate: a = w x + b (input), b = v h + d (state).
    private static readonly float[] W = [0.1f, 0.9f, -0.7f, 0.4f],
        V = [-0.6f, 0.35f, 0.8f, -0.2f],
        B = [0.05f, -0.15f, 0.25f, 0.6f],
        D = [0.3f, -0.4f, 0.12f, -0.22f],
        Unit = [-0.3f, 0.2f, 0.5f];

    [Test]
    public void Elman_IsTanhOfTheSum() =>
        Assert.That(Step(CellKind.Elman, 1, [H]), Is.EqualTo(new[] { Math.Tanh(Input(0) + State(0)) }).Within(1e-6));

    [Test]
    public void ElmanRelu_IsThePositivePart()
    {
        Assert.That(Step(CellKind.ElmanRelu, 1, [H]), Is.EqualTo(new[] { Input(0) + State(0) }).Within(1e-6));
        Assert.That(Step(CellKind.ElmanRelu, 1, [10]), Is.EqualTo(new[] { 0.0 }));
    }

    [Test]
    public void Gru_HasTheGatesResetUpdateNew()
    {
        double r = Sigmoid(Input(0) + State(0)),
            z = Sigmoid(Input(1) + State(1)),
            n = Math.Tanh(Input(2) + r * State(2));

        Assert.That(Step(CellKind.Gru, 3, [H]), Is.EqualTo(new[] { (1 - z) * n + z * H }).Within(1e-6));
    }

    [Test]
    public void Lstm_HasTheGatesInputForgetCellOutput()
    {
        double i = Sigmoid(Input(0) + State(0)),
            f = Sigmoid(Input(1) + State(1)),
            g = Math.Tanh(Input(2) + State(2)),
            o = Sigmoid(Input(3) + State(3));
        double c = f * C + i * g;

        Assert.That(Step(CellKind.Lstm, 4, [H, C]), Is.EqualTo(new[] { o * Math.Tanh(c), c }).Within(1e-6));
    }

    [Test]
    public void MinGru_HasTheGatesUpdateCandidate() =>
        Assert.That(
            Step(CellKind.MinGru, 2, [H]),
            Is.EqualTo(new[] { (1 - Sigmoid(Input(0))) * H + Sigmoid(Input(0)) * Input(1) }).Within(1e-6)
        );

    [Test]
    public void MinLstm_HasTheGatesForgetInputCandidate()
    {
        double f = Sigmoid(Input(0)),
            i = Sigmoid(Input(1));

        Assert.That(Step(CellKind.MinLstm, 3, [H]), Is.EqualTo(new[] { (f * H + i * Input(2)) / (f + i) }).Within(1e-6));
    }

    [Test]
    public void SLstm_HasTheGatesInputForgetCellOutput()
    {
        const float N = 1.5f,
            M = 0.2f;
        double i = Input(0) + State(0),
            kept = Math.Log(Sigmoid(Input(1) + State(1))) + M,
            m = Math.Max(i, kept);
        double c = Math.Exp(kept - m) * C + Math.Exp(i - m) * Math.Tanh(Input(2) + State(2)),
            n = Math.Exp(kept - m) * N + Math.Exp(i - m);

        Assert.That(
            Step(CellKind.SLstm, 4, [H, C, N, M]),
            Is.EqualTo(new[] { Sigmoid(Input(3) + State(3)) * c / n, c, n, m }).Within(1e-6)
        );
    }

    [Test]
    public void Lru_HasTheGatesRealImaginaryDirectOutput()
    {
        Complex s = Complex.Exp(new Complex(-Math.Exp(Unit[0]), Math.Exp(Unit[1]))) * new Complex(C, 0.4);
        s += Math.Exp(Unit[2]) * new Complex(Input(0), Input(1));

        Assert.That(
            Step(CellKind.Lru, 4, [H, C, 0.4f]),
            Is.EqualTo(new[] { Sigmoid(Input(3)) * (s.Real + Input(2)), s.Real, s.Imaginary }).Within(1e-6)
        );
    }

    [TestCase(-120f, -110f, 1)]
    [TestCase(-300f, -300f, 0.5)]
    public void MinLstm_ComparesGatesThatAreZeroToTheLastBit(float forget, float input, double share)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        SteppedCell cell = TorchCells.Of(CellKind.MinLstm).Stepped(1, 1);
        foreach (var (name, parameter) in cell.named_parameters())
            if (name == "bias_ih")
                parameter.copy_(tensor(new[] { forget, input, 2 }));

        float[] state = cell.forward(zeros(1, 1), zeros(1, 1)).data<float>().ToArray();

        Assert.That(state, Is.EqualTo(new[] { 2 * share }).Within(1e-3));
    }

    [Test]
    public void StateSize_IsHTimesTheStates()
    {
        using var scope = NewDisposeScope();
        Assert.That(TorchCells.Of(CellKind.Elman).Stepped(2, 5).StateSize, Is.EqualTo(5));
        Assert.That(TorchCells.Of(CellKind.Gru).Stepped(2, 5).StateSize, Is.EqualTo(5));
        Assert.That(TorchCells.Of(CellKind.Lstm).Stepped(2, 5).StateSize, Is.EqualTo(10));
        Assert.That(TorchCells.Of(CellKind.Lru).Stepped(2, 5).StateSize, Is.EqualTo(15));
        Assert.That(TorchCells.Of(CellKind.SLstm).Stepped(2, 5).StateSize, Is.EqualTo(20));
    }

    private static double Input(int gate) => W[gate] * X + B[gate];

    private static double State(int gate) => V[gate] * H + D[gate];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static float[] Step(CellKind kind, int gates, float[] state)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        SteppedCell cell = TorchCells.Of(kind).Stepped(1, 1);
        foreach (var (name, parameter) in cell.named_parameters())
            parameter.copy_(
                tensor(
                        (
                            name switch
                            {
                                "weight_ih" => W,
                                "weight_hh" => V,
                                "bias_ih" => B,
                                "unit" => Unit,
                                _ => D,
                            }
                        )[..(name == "unit" ? Unit.Length : gates)]
                    )
                    .reshape(parameter.shape)
            );
        return cell.forward(tensor(new[] { X }).reshape(1, 1), tensor(state).reshape(1, -1)).data<float>().ToArray();
    }
}
