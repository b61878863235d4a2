using NUnit.Framework;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Kernels;

/// <summary>Normalisation beside its equations in double precision, and its gradients beside differences of them.</summary>
[TestFixture(typeof(ScalarLanes))]
[TestFixture(typeof(Lanes128))]
[TestFixture(typeof(Lanes256), Category = Categories.Wide)]
[TestFixture(typeof(Lanes512), Category = Categories.Wide)]
internal sealed class NormKernelTests<T>
    where T : unmanaged, ILanes<T>
{
    private const float Epsilon = 1e-3f;

    private static readonly int[] Widths = [.. RandomNetwork.OddLengths, 64, 100];

    [Test]
    public void A_vector_is_normalised([Values] bool isCentred, [ValueSource(nameof(Widths))] int width)
    {
        var (x, gain, bias) = Draw(isCentred, width);
        var y = new float[width];
        new NormKernel<T>(isCentred, Epsilon).Forward(x, gain, bias, y);
        Assert.That(y, Is.EqualTo(Normalized(isCentred, [.. x], gain, bias)).Within(1e-5));

        new NormKernel<T>(isCentred, Epsilon).Forward(x, gain, bias, x);
        Assert.That(x, Is.EqualTo(y), "in place");
    }

    [Test]
    public void Gradients_are_differences([Values] bool isCentred, [ValueSource(nameof(Widths))] int width)
    {
        const double Step = 1e-5;
        var (x, gain, bias) = Draw(isCentred, width);
        float[] back = RandomNetwork.Uniform(new Random(7), width, 1),
            gradient = [.. back],
            gainGradient = [.. Enumerable.Repeat(1f, width)],
            biasGradient = [.. bias.Select(_ => 2f)];

        new NormKernel<T>(isCentred, Epsilon).Backward(x, gain, gradient, gainGradient, biasGradient);

        for (int i = 0; i < width; i++)
        {
            Assert.That(gradient[i], Is.EqualTo((Loss(i, Step) - Loss(i, -Step)) / (2 * Step)).Within(2e-4), $"value {i}");
            double n = (Normalized(isCentred, [.. x], gain, bias)[i] - (isCentred ? bias[i] : 0)) / gain[i];
            Assert.That(gainGradient[i], Is.EqualTo(1 + back[i] * n).Within(1e-5), $"gain {i}");
        }
        Assert.That(biasGradient, Is.EqualTo(isCentred ? back.Select(value => 2 + value) : []).Within(1e-6));

        double Loss(int changed, double by) =>
            Normalized(isCentred, [.. x.Select((value, i) => value + (i == changed ? by : 0))], gain, bias)
                .Select((y, i) => y * back[i])
                .Sum();
    }

    [Test]
    public void Where_a_vector_begins_does_not_count([Values] bool isCentred)
    {
        const int Width = 100;
        var kernel = new NormKernel<T>(isCentred, Epsilon);
        var (x, gain, bias) = Draw(isCentred, Width);
        var expected = new float[Width];
        kernel.Forward(x, gain, bias, expected);
        var memory = new float[Width + 20];
        for (int start = 0; start < 20; start++)
        {
            Span<float> vector = memory.AsSpan(start, Width);
            x.CopyTo(vector);
            kernel.Forward(vector, gain, bias, vector);
            Assert.That(vector.ToArray(), Is.EqualTo(expected), $"from {start} on");
        }
    }

    private static (float[] X, float[] Gain, float[] Bias) Draw(bool isCentred, int width)
    {
        var random = new Random(width);
        return (
            [.. RandomNetwork.Uniform(random, width, 1).Select(value => value + 0.5f)],
            [.. RandomNetwork.Uniform(random, width, 0.5f).Select(value => value + 1)],
            isCentred ? RandomNetwork.Uniform(random, width, 1) : []
        );
    }

    private static double[] Normalized(bool isCentred, double[] x, float[] gain, float[] bias)
    {
        double mean = isCentred ? x.Average() : 0,
            deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + Epsilon);
        return [.. x.Select((value, i) => (value - mean) / deviation * gain[i] + (isCentred ? bias[i] : 0))];
    }
}
