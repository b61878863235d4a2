using NUnit.Framework;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Kernels;

/// <summary>The activations' error bounds, for every width of vectors, and without.</summary>
[TestFixture(typeof(ScalarLanes))]
[TestFixture(typeof(Lanes128))]
[TestFixture(typeof(Lanes256), Category = Categories.Wide)]
[TestFixture(typeof(Lanes512), Category = Categories.Wide)]
internal sealed unsafe class ActivationsTests<T>
    where T : unmanaged, ILanes<T>
{
    private const float Log2E = 1.44269504088896341f;

    // All floats of a coarse grid of exponents and mantissas, both signs, and a fine grid where the curves bend.
    private static IEnumerable<float> Arguments()
    {
        yield return 0;
        for (uint bits = 1; bits < 0x7F800000; bits += 0x2711)
        {
            yield return BitConverter.UInt32BitsToSingle(bits);
            yield return -BitConverter.UInt32BitsToSingle(bits);
        }
        for (int i = -200_000; i <= 200_000; i++)
            yield return i * 1e-4f;
    }

    [Test, Category(Categories.Slow)]
    public void Sigmoid_is_within_1_5e_7() =>
        AssertWithin(1.5e-7, Activations.SigmoidScale, Activations.Sigmoid, a => 1 / (1 + Math.Exp(-a)), -Log2E);

    [Test, Category(Categories.Slow)]
    public void Tanh_is_within_2e_7() => AssertWithin(2e-7, Activations.TanhScale, Activations.Tanh, Math.Tanh, -2 * Log2E);

    [Test, Category(Categories.Slow)]
    public void The_logarithm_of_a_sigmoid_is_within_2e_7_or_a_rounding()
    {
        double worst = 0;
        foreach (float x in Arguments().Where(x => Math.Abs(x) < 1e6f))
        {
            double exact = Math.Max(x, 0) + Math.Log2(1 + Math.Pow(2, -Math.Abs(x)));
            worst = Math.Max(worst, Math.Abs(Of(Activations.MinusLog2Sigmoid, x) - exact) / (2e-7 + 1e-7 * exact));
        }
        Assert.That(worst, Is.LessThan(1));
    }

    [Test]
    public void Tanh_of_0_is_0() => Assert.That(Of(Activations.Tanh, 0), Is.Zero);

    [Test]
    public void A_NaN_stays_a_NaN()
    {
        Assert.That(Of(Activations.Tanh, float.NaN), Is.NaN);
        Assert.That(Of(Activations.Sigmoid, float.NaN), Is.NaN);
    }

    [TestCase(float.PositiveInfinity, 0, -1)]
    [TestCase(float.NegativeInfinity, 1, 1)]
    public void Infinities_give_the_limit_or_NaN(float x, float sigmoid, float tanh)
    {
        Assert.That(Of(Activations.Sigmoid, x), Is.NaN.Or.EqualTo(sigmoid).Within(1e-7));
        Assert.That(Of(Activations.Tanh, x), Is.NaN.Or.EqualTo(tanh).Within(1e-7));
    }

    [Test]
    public void The_largest_numbers_give_the_limits()
    {
        Assert.That(Of(Activations.Sigmoid, float.MinValue), Is.EqualTo(1).Within(1e-7));
        Assert.That(Of(Activations.Sigmoid, float.MaxValue), Is.EqualTo(0).Within(1e-7));
        Assert.That(Of(Activations.Tanh, float.MinValue), Is.EqualTo(1).Within(1e-7));
        Assert.That(Of(Activations.Tanh, float.MaxValue), Is.EqualTo(-1).Within(1e-7));
    }

    [Test]
    public void Lanes_do_not_mix()
    {
        float* values = stackalloc float[T.Count],
            results = stackalloc float[T.Count];
        for (int i = 0; i < T.Count; i++)
            values[i] = (i - 3) * 0.7f;
        T.Store(Activations.Tanh(T.Load(values)), results);
        for (int i = 0; i < T.Count; i++)
            Assert.That(results[i], Is.EqualTo(Of(Activations.Tanh, values[i])), $"lane {i}");
    }

    private static void AssertWithin(double bound, float scale, Func<T, T> activation, Func<double, double> exact, double exactScale)
    {
        double worst = 0;
        float at = 0;
        foreach (float x in Arguments())
        {
            // The kernels' argument is an already scaled sum; the unscaled one is x / scale.
            double error = Math.Abs(Of(activation, x) - exact(x / exactScale));
            if (!(error <= worst))
                (worst, at) = (error, x);
        }
        Assert.That(scale, Is.EqualTo(exactScale).Within(1e-6));
        Assert.That(worst, Is.LessThanOrEqualTo(bound), $"at {at}");
    }

    private static float Of(Func<T, T> activation, float x)
    {
        float* result = stackalloc float[T.Count];
        T.Store(activation(T.Create(x)), result);
        return result[0];
    }
}
