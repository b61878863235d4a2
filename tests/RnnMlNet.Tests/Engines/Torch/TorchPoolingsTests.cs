using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

public sealed class TorchPoolingsTests
{
    // [T = 3, B = 3, N = 2]; rows of 3, 1 and 0 steps, 99 where a row has ended.
    private static readonly float[] States =
    [
        1,
        -5, /**/
        7,
        -8, /**/
        99,
        99,
        4,
        -1, /**/
        99,
        99, /**/
        99,
        99,
        -2,
        -3, /**/
        99,
        99, /**/
        99,
        99,
    ];

    private static readonly float[] Final = [-2, -3, 7, -8, 0, 0];

    [TestCase(Pooling.Last, new float[] { -2, -3, 7, -8, 0, 0 })]
    [TestCase(Pooling.Mean, new float[] { 1, -3, 7, -8, 0, 0 })]
    [TestCase(Pooling.Max, new float[] { 4, -1, 7, -8, 0, 0 })]
    [TestCase(Pooling.Last | Pooling.Max, new float[] { -2, -3, 4, -1, 7, -8, 7, -8, 0, 0, 0, 0 })]
    [TestCase(Pooling.Max | Pooling.Mean | Pooling.Last, new float[] { -2, -3, 1, -3, 4, -1, 7, -8, 7, -8, 7, -8, 0, 0, 0, 0, 0, 0 })]
    public void RaggedRows_CountValidStepsOnly(Pooling pooling, float[] expected)
    {
        using var scope = NewDisposeScope();
        var valid = new ValidSteps(tensor(new long[] { 3, 1, 0 }), 3);

        Tensor pooled = Pool(pooling, tensor(States).reshape(3, 3, 2), tensor(Final).reshape(3, 2), valid);

        Assert.That(pooled.shape, Is.EqualTo(new long[] { 3, expected.Length / 3 }));
        Assert.That(pooled.contiguous().data<float>().ToArray(), Is.EqualTo(expected).Within(1e-6));
    }

    [TestCase(Pooling.Last, new float[] { 9, 8 })]
    [TestCase(Pooling.Mean, new float[] { 1, -3 })]
    [TestCase(Pooling.Max, new float[] { 4, -1 })]
    [TestCase(Pooling.Last | Pooling.Mean | Pooling.Max, new float[] { 9, 8, 1, -3, 4, -1 })]
    public void EvenRows_CountAllSteps(Pooling pooling, float[] expected)
    {
        using var scope = NewDisposeScope();

        Tensor pooled = Pool(
            pooling,
            tensor(new float[] { 1, -5, 4, -1, -2, -3 }).reshape(3, 1, 2),
            tensor(new float[] { 9, 8 }).reshape(1, 2),
            null
        );

        Assert.That(pooled.contiguous().data<float>().ToArray(), Is.EqualTo(expected).Within(1e-6));
    }

    // Scores of the first row: 2 tanh(1), 2 tanh(4), 2 tanh(-2).
    [Test]
    public void Attention_CountsValidStepsOnly()
    {
        using var scope = NewDisposeScope();
        var valid = new ValidSteps(tensor(new long[] { 3, 1, 0 }), 3);

        Tensor pooled = Pool(
            Pooling.Last | Pooling.Attention,
            tensor(States).reshape(3, 3, 2),
            tensor(Final).reshape(3, 2),
            valid,
            tensor(new float[] { 2, 0 }).reshape(1, 2)
        );

        double[] powers = [Math.Exp(2 * Math.Tanh(1)), Math.Exp(2 * Math.Tanh(4)), Math.Exp(2 * Math.Tanh(-2))];
        double first = (powers[0] + 4 * powers[1] - 2 * powers[2]) / powers.Sum(),
            second = (-5 * powers[0] - powers[1] - 3 * powers[2]) / powers.Sum();
        Assert.That(
            pooled.contiguous().data<float>().ToArray(),
            Is.EqualTo(new[] { -2, -3, first, second, 7, -8, 7, -8, 0, 0, 0, 0 }).Within(1e-6)
        );
    }

    private static Tensor Pool(Pooling pooling, Tensor states, Tensor final, ValidSteps? valid, Tensor? attention = null) =>
        new StatePooling(pooling, width: 2).Pool(states, final, valid, _ => attention!);

    [Test]
    public void ValidSteps_ReverseWithinEachRow()
    {
        using var scope = NewDisposeScope();
        var valid = new ValidSteps(tensor(new long[] { 3, 2, 0 }), 3);
        Tensor values = tensor(new float[] { 1, 10, 100, 2, 20, 200, 3, 30, 300 }).reshape(3, 3, 1);

        Tensor reversed = valid.Reverse(values);

        Assert.That(
            reversed.data<float>().ToArray(),
            Is.EqualTo(new float[] { 3, 20, 100, 2, 10, 200, 1, 30, 300 }),
            "padding stays where it is"
        );
        Assert.That(valid.Reverse(reversed).data<float>().ToArray(), Is.EqualTo(values.data<float>().ToArray()), "its own inverse");
        Assert.That(valid.Last(values).data<float>().ToArray(), Is.EqualTo(new float[] { 3, 20, 0 }));
        Assert.That(valid.Zeroed(values).data<float>().ToArray(), Is.EqualTo(new float[] { 1, 10, 0, 2, 20, 0, 3, 0, 0 }));
    }
}
