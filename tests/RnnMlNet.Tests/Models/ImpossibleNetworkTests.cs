using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>Files, their checksum right, whose sizes cannot be a network's.</summary>
public sealed class ImpossibleNetworkTests
{
    private static readonly NetworkShape Good = RandomNetwork.Shape(CellKind.Gru) with
    {
        Features = 2,
        HiddenSize = 2,
        HeadHiddenSizes = [3],
    };
    private static readonly TrainedNetwork Network = TrainedNetworks.Of(Good);

    private static IEnumerable<NetworkShape> ImpossibleShapes =>
        [
            Good with
            {
                Cell = (CellKind)99,
            },
            Good with
            {
                Features = 0,
            },
            Good with
            {
                Features = -1,
            },
            Good with
            {
                Vocabulary = 5,
            },
            Good with
            {
                Vocabulary = -5,
            },
            Good with
            {
                EmbeddingSize = 5,
            },
            Good with
            {
                Features = 0,
                Vocabulary = 5,
            },
            Good with
            {
                HiddenSize = 0,
            },
            Good with
            {
                Layers = 0,
            },
            Good with
            {
                Layers = -1,
            },
            Good with
            {
                Outputs = 0,
            },
            Good with
            {
                Pooling = (Pooling)16,
            },
            Good with
            {
                HeadHiddenSizes = [3, 0],
            },
        ];

    [TestCaseSource(nameof(ImpossibleShapes))]
    public void AnImpossibleSize_IsRefused(object shape) =>
        Assert.That(
            () => Blocks.Read(Blocks.Of(Network with { Shape = (NetworkShape)shape })),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.StartsWith("The model's network is impossible: cell ")
                .And.Message.Contains($"{((NetworkShape)shape).Layers} layers, pooling ")
        );

    [TestCase(0, 3, "ab")]
    [TestCase(1025, 3, "ab")]
    [TestCase(3, 1025, "ab")]
    [TestCase(3, 3, "ba")]
    [TestCase(3, 3, "aa")]
    [TestCase(3, 3, "\u0003")]
    [TestCase(3, 3, "ab", false)]
    public void ImpossibleCharacters_AreRefused(int size, int filters, string alphabet, bool tokens = true)
    {
        NetworkShape shape = tokens ? Good with { Features = 0, Vocabulary = 5, EmbeddingSize = 2 } : Good;
        shape = shape with { Characters = new CharacterShape(size, filters, alphabet) };
        AssertRefused(Network with { Shape = shape }, $"The model's network is impossible: {shape.Text}.");
    }

    [Test]
    public void AConvolutionThatCannotBe_IsRefused()
    {
        ConvolutionShape good = new(4, 3, 2);
        foreach (
            NetworkShape impossible in (NetworkShape[])
                [
                    Good with
                    {
                        Convolutions = [good, good with { Filters = 0 }],
                    },
                    Good with
                    {
                        Convolutions = [good with { KernelSize = 0 }],
                    },
                    Good with
                    {
                        Convolutions = [good with { Stride = 0 }],
                    },
                    Good with
                    {
                        Convolutions = [good with { Stride = 1 << 20 }, good with { Stride = 1 << 20 }],
                    },
                    Good with
                    {
                        Convolutions = [good],
                        Pooling = 0,
                    },
                    Good with
                    {
                        Convolutions = [good],
                        ProjectionSize = 2,
                    },
                ]
        )
            AssertRefused(Network with { Shape = impossible }, $"The model's network is impossible: {impossible.Text}.");
    }

    [Test]
    public void SizesBeyondWhatCanExist_AreRefused()
    {
        const string Message = "The model's network states sizes beyond what can exist.";
        AssertRefused(Network with { Shape = Good with { Features = int.MaxValue } }, Message);
        AssertRefused(Network with { Shape = Good with { Layers = int.MaxValue } }, Message);
        AssertRefused(Network with { Shape = Good with { HeadHiddenSizes = [int.MaxValue] } }, Message);
        AssertRefused(Network with { Shape = Good with { Convolutions = [new(1 << 20, 1 << 20, 1), new(1, 1 << 20, 1)] } }, Message);
    }

    [Test]
    public void AUsersCell_WithoutTheWeightsOfItsLastLayer_IsRefused()
    {
        IEnumerable<NamedTensor> others = Network.Weights.Tensors.Where(t => !t.Name.StartsWith("rnn.", StringComparison.Ordinal));
        AssertRefused(
            Network with
            {
                Shape = Good with { CustomCell = "mine", Layers = 60_000 },
                Weights = new NetworkWeights([.. others, new NamedTensor("rnn.l0.w", [1], [1])]),
            },
            "The model's weights do not fit its network: the weights 'rnn.l59999.*' of its last layer are missing."
        );
    }

    /// <summary>
    /// Any four bytes of the payload replaced, and the checksum made to fit: a network or a sentence, and no memory for what is not there.
    /// </summary>
    [Test]
    public void AnyLyingNumber_EndsInANetworkOrASentence([Values(-1, 0, 1, 65_536, 1 << 26, int.MaxValue)] int lie)
    {
        byte[] payload = Blocks.Payload(Blocks.Of(Network));
        for (int place = 0; place <= payload.Length - sizeof(int); place++)
        {
            byte[] block = Blocks.Seal(Blocks.With(payload, place, lie), NetworkFormat.Version);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Blocks.Read(block);
            }
            catch (FormatException e)
            {
                Assert.That(e.Message, Does.StartWith("The model"), $"{lie} at {place}");
            }
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20), $"{lie} at {place}");
        }
    }

    private static void AssertRefused(TrainedNetwork network, string message) =>
        Assert.That(() => Blocks.Read(Blocks.Of(network)), Throws.InstanceOf<FormatException>().With.Message.EqualTo(message));
}
