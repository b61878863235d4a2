using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

public sealed class LinearMapTests
{
    private DisposeScope _scope = null!;

    [SetUp]
    public void OpenScope() => _scope = NewDisposeScope();

    [TearDown]
    public void CloseScope() => _scope.Dispose();

    [Test]
    public void OneInput_IsXWPlusB()
    {
        using LinearMap map = With(
            new LinearMap(2, 3),
            weights:
            [
                [1, 2, 3, 10, 20, 30],
            ],
            bias: [0.5f, 0, -1]
        );

        Tensor y = map.call(Rows(2, 1, 1, 2, -1));

        Assert.That(y.shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(y.data<float>().ToArray(), Is.EqualTo(new float[] { 11.5f, 22, 32, -7.5f, -16, -25 }));
    }

    [Test]
    public void SeveralInputs_AddUp()
    {
        using LinearMap map = With(
            new LinearMap([1, 2], 2),
            weights:
            [
                [1, 2],
                [10, 20, 100, 200],
            ],
            bias: [0.5f, 0]
        );

        Tensor y = map.Map(Rows(1, 3), Rows(2, 1, -1));

        Assert.That(y.data<float>().ToArray(), Is.EqualTo(new float[] { 3 + 10 - 100 + 0.5f, 6 + 20 - 200 }));
    }

    [Test]
    public void WithoutBias_ThereIsNone()
    {
        using LinearMap map = With(
            new LinearMap(1, 1, bias: false),
            weights:
            [
                [2],
            ],
            bias: null
        );

        Assert.That(map.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "weight_0" }));
        Assert.That(map.call(Rows(1, 0)).item<float>(), Is.Zero);
        Assert.That(map.call(Rows(1, 3)).item<float>(), Is.EqualTo(6));
    }

    [TestCase(0f)]
    [TestCase(1f)]
    public void Bias_StartsAtBiasStart(float biasStart)
    {
        using LinearMap map = biasStart == 0 ? new LinearMap([2, 3], 4) : new LinearMap([2, 3], 4, biasStart: biasStart);

        Assert.That(map.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "weight_0", "weight_1", "bias" }));
        Assert.That(map.get_parameter("bias")!.data<float>().ToArray(), Is.EqualTo(Enumerable.Repeat(biasStart, 4)));
    }

    [Test]
    public void Weights_StartUniformWithinOneOverTheRootOfAllWidths()
    {
        using var map = new LinearMap([4, 12], 50);
        float[] values = [.. new[] { "weight_0", "weight_1" }.SelectMany(name => map.get_parameter(name)!.data<float>().ToArray())];

        Assert.That(values, Has.All.InRange(-0.25f, 0.25f));
        Assert.That(values.Max(), Is.GreaterThan(0.24));
        Assert.That(values.Min(), Is.LessThan(-0.24));
    }

    [Test]
    public void Gradients_ReachEveryParameter()
    {
        using var map = new LinearMap([2, 3], 4);

        map.Map(ones(5, 2), ones(5, 3)).sum().backward();

        Assert.That(map.get_parameter("bias")!.grad!.data<float>().ToArray(), Is.All.EqualTo(5));
        Assert.That(map.get_parameter("weight_1")!.grad!.data<float>().ToArray(), Is.All.EqualTo(5));
    }

    [Test]
    public void WrongWidths_AreTold()
    {
        Assert.That(() => new LinearMap(null!, 2), Throws.ArgumentNullException);
        Assert.That(
            () => new LinearMap([], 2),
            Throws.ArgumentException.With.Message.StartsWith("Expected one or more input widths of at least 1, received [].")
        );
        Assert.That(
            () => new LinearMap([3, 0], 2),
            Throws.ArgumentException.With.Message.StartsWith("Expected one or more input widths of at least 1, received [3, 0].")
        );
        Assert.That(
            () => new LinearMap(3, 0),
            Throws.ArgumentException.With.Message.StartsWith("Expected an output width of at least 1, received 0.")
        );
    }

    [Test]
    public void WrongInputs_AreTold()
    {
        using var map = new LinearMap([2, 3], 4);
        Tensor two = ones(5, 2);

        AssertRefused(() => map.Map(null!), "Expected 2 inputs [batch, width], received none.");
        AssertRefused(() => map.Map(), "Expected 2 inputs [batch, width], received none.");
        AssertRefused(() => map.Map(two), "Expected 2 inputs, received 1.");
        AssertRefused(() => map.call(two), "Expected 2 inputs, received 1.");
        AssertRefused(() => map.Map(two, null!), "Expected input 1 of shape [batch, 3], received null.");
        AssertRefused(() => map.Map(two, ones(3)), "Expected input 1 of shape [batch, 3], received [3].");
        AssertRefused(() => map.Map(ones(1, 5, 2), ones(5, 3)), "Expected input 0 of shape [batch, 2], received [1, 5, 2].");
        AssertRefused(() => map.Map(two, ones(5, 4)), "Expected input 1 of shape [batch, 3], received [5, 4].");
    }

    private static void AssertRefused(Func<Tensor> map, string message) =>
        Assert.That(
            () =>
            {
                map();
            },
            Throws.ArgumentException.With.Message.StartsWith(message)
        );

    private static Tensor Rows(int width, params float[] values) => tensor(values).reshape(-1, width);

    private static LinearMap With(LinearMap map, float[][] weights, float[]? bias)
    {
        using var noGradient = no_grad();
        for (int i = 0; i < weights.Length; i++)
            map.get_parameter($"weight_{i}")!.copy_(tensor(weights[i]).reshape(map.get_parameter($"weight_{i}")!.shape));
        if (bias is not null)
            map.get_parameter("bias")!.copy_(tensor(bias));
        return map;
    }
}
