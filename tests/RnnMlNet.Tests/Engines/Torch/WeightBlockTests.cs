using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

[TestFixture("cpu")]
[TestFixture("cuda", Category = Cuda.Category)]
public sealed class WeightBlockTests(string device)
{
    private DisposeScope _scope = null!;
    private Device _device = null!;

    [SetUp]
    public void SetUp()
    {
        Cuda.SkipWithout(device);
        _device = TorchDevice.Resolve(device, fallbackToCpu: false, out _);
        _scope = NewDisposeScope();
    }

    [TearDown]
    public void TearDown() => _scope?.Dispose();

    [Test]
    public void What_is_done_to_the_block_is_done_to_each_weight()
    {
        using var block = WeightBlock.New(
            [
                [2, 3],
                [4],
            ],
            _device
        );
        Assert.That(block.Parts.Select(part => part.Parameter.shape), Is.EqualTo(new[] { new long[] { 2, 3 }, [4] }));
        Assert.That(block.Parts.Select(part => part.Parameter.is_leaf && part.Parameter.requires_grad), Is.All.True);

        using (no_grad())
            block.Weights.fill_(5);

        Assert.That(block.Parts.SelectMany(part => Values(part.Parameter)), Is.All.EqualTo(5).And.Exactly(10).Items);
    }

    [Test]
    public void Gradients_of_each_weight_are_added_up_in_the_blocks()
    {
        using var block = WeightBlock.New(
            [
                [2, 3],
                [4],
            ],
            _device
        );
        Assert.That(block.Gradient, Is.Null);
        block.ZeroGradient();

        for (int time = 0; time < 2; time++)
            (block.Parts[0].Parameter.sum() + (block.Parts[1].Parameter * tensor(new[] { 1f, 2, 3, 4 }, device: _device)).sum()).backward();

        float[] gradient = Values(block.Gradient!);
        Assert.That(gradient[..6], Is.All.EqualTo(2));
        int second = (int)block.Parts[1].Offset;
        Assert.That(gradient[second..(second + 4)], Is.EqualTo(new[] { 2, 4, 6, 8 }));
        Assert.That(gradient.Sum(), Is.EqualTo(32), "Between the weights there is nothing.");
        block.ZeroGradient();
        Assert.That(Values(block.Parts[1].Parameter.grad!), Is.All.Zero);
    }

    [Test]
    public void Weights_that_lie_side_by_side_are_one_block()
    {
        Tensor memory = zeros(10, device: _device);
        Parameter[] parameters = [nn.Parameter(memory.narrow(0, 0, 6).view(2, 3)), nn.Parameter(memory.narrow(0, 6, 4))];

        WeightBlock block = WeightBlock.Of(parameters).Single();

        using (no_grad())
            block.Weights.copy_(arange(10, device: _device));
        Assert.That(Values(parameters[1]), Is.EqualTo(new[] { 6, 7, 8, 9 }));
        Assert.That(Values(WeightBlock.Part(block.Weights, parameters[0], block.Parts[0].Offset)), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
    }

    [Test]
    public void Others_are_a_block_each_whose_gradient_is_torchs()
    {
        Tensor memory = zeros(10, device: _device);
        Parameter[] apart = [nn.Parameter(zeros(3, device: _device)), nn.Parameter(zeros(2, device: _device))];
        Parameter[] withGap = [nn.Parameter(memory.narrow(0, 0, 3)), nn.Parameter(memory.narrow(0, 4, 4))];

        foreach (Parameter[] parameters in new[] { apart, withGap })
        {
            IReadOnlyList<WeightBlock> blocks = WeightBlock.Of(parameters);
            Assert.That(blocks.Select(block => block.Weights), Is.EqualTo(parameters).Using<Tensor>(ReferenceEquals));
            parameters[0].sum().backward();
            Assert.That(blocks.Select(block => block.Gradient is null), Is.EqualTo(new[] { false, true }));
        }
    }

    [Test]
    public void A_layer_of_cuDNN_is_one_block([Values(1, 7)] int inputs)
    {
        LSTM lstm = nn.LSTM(inputs, 5, device: _device);
        lstm.flatten_parameters();

        IReadOnlyList<WeightBlock> blocks = WeightBlock.Of([.. lstm.named_parameters().Select(p => p.parameter)]);

        Assert.That(blocks, Has.Count.EqualTo(device == "cpu" ? 4 : 1));
        Assert.That(blocks.SelectMany(block => block.Parts).Sum(part => part.Parameter.numel()), Is.EqualTo(20 * (inputs + 5 + 2)));
    }

    private static float[] Values(Tensor tensor) => tensor.detach().cpu().reshape(-1).data<float>().ToArray();
}
