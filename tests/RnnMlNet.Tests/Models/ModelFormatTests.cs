using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

public sealed class ModelFormatTests
{
    [Test]
    public void WhatIsWritten_IsRead([Values] CellKind cell, [Values(1, 2)] int layers, [Values] bool bidirectional, [Values] bool tokens)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional);
        TrainedNetwork network = Networks.Of(tokens ? shape with { Features = 0, Vocabulary = 5, EmbeddingSize = 3 } : shape);
        byte[] bytes = SealedBytes.Of(network);

        TrainedNetwork read = SealedBytes.Read(bytes);

        Assert.That(SealedBytes.Of(read), Is.EqualTo(bytes), "the same bytes again");
        Assert.That(read.Shape, Is.EqualTo(network.Shape));
        Assert.That(read.Weights.Tensors.Select(t => t.Name), Is.EqualTo(network.Weights.Tensors.Select(t => t.Name)));
        Assert.That(read.Weights.Tensors.Select(t => t.Shape), Is.EqualTo(network.Weights.Tensors.Select(t => t.Shape)));
        Assert.That(read.Weights.Tensors.Select(t => t.Values), Is.EqualTo(network.Weights.Tensors.Select(t => t.Values)));
        Assert.That(read.FeatureScaling?.Mean, Is.EqualTo(network.FeatureScaling?.Mean));
        Assert.That(read.FeatureScaling?.Deviation, Is.EqualTo(network.FeatureScaling?.Deviation));
        Assert.That(read.LabelScaling!.Mean, Is.EqualTo(network.LabelScaling!.Mean));
        Assert.That(read.LabelScaling.Deviation, Is.EqualTo(network.LabelScaling.Deviation));
        Assert.That(read.HasVectorLabel);
        Assert.That(read.History.Epochs, Is.EqualTo(network.History.Epochs));
        Assert.That(read.History with { Epochs = [] }, Is.EqualTo(network.History with { Epochs = [] }));
    }

    [Test]
    public void WithoutScalingAndHistory_ThereIsNone()
    {
        TrainedNetwork read = SealedBytes.Read(SealedBytes.Of(Networks.Small with { FeatureScaling = null, LabelScaling = null, History = Histories.Empty, HasVectorLabel = false }));

        Assert.That(read.FeatureScaling, Is.Null);
        Assert.That(read.LabelScaling, Is.Null);
        Assert.That(read.HasVectorLabel, Is.False);
        Assert.That(read.History.Epochs, Is.Empty);
    }

    /// <summary>The seconds of two runs differ; the same seed and data are to give the same bytes.</summary>
    [Test]
    public void Seconds_AreNotInTheFile()
    {
        TrainingHistory slow = Histories.TwoEpochs with { Epochs = [.. Histories.TwoEpochs.Epochs.Select(epoch => epoch with { Seconds = 7 })] };

        Assert.That(SealedBytes.Of(Networks.Small with { History = slow }), Is.EqualTo(SealedBytes.Of(Networks.Small)));
    }

    /// <summary>The file holds the name of a user's cell and its weights, whatever they are called.</summary>
    [Test]
    public void AUsersCell_IsAName()
    {
        NetworkShape shape = Networks.Small.Shape with { CustomCell = "my cell, ä" };
        var own = new NamedTensor("rnn.l0.map.weight_0", [2, 1, 2], [1, 2, 3, 4]);
        var weights = new NetworkWeights([own, .. Networks.Small.Weights.Tensors.Where(t => t.Name.StartsWith("head", StringComparison.Ordinal))]);

        TrainedNetwork read = SealedBytes.Read(SealedBytes.Of(Networks.Small with { Shape = shape, Weights = weights }));

        Assert.That(read.Shape.CustomCell, Is.EqualTo("my cell, ä"));
        Assert.That(read.Weights[own.Name], Is.EqualTo(own.Values));
    }

    [Test]
    public void TheReader_StandsBehindTheBlock()
    {
        byte[] bytes = [.. SealedBytes.Of(Networks.Small), 1, 2, 3];
        using var reader = new BinaryReader(new MemoryStream(bytes));

        ModelFormat.Read(reader);

        Assert.That(reader.BaseStream.Length - reader.BaseStream.Position, Is.EqualTo(3));
    }

    [Test]
    public void MissingExtraAndMisshapenWeights_AreListed()
    {
        IEnumerable<NamedTensor> others = Networks.Small.Weights.Tensors.Where(t => t.Name is not "rnn.bias_hh_l0" and not "head.1.bias");
        var weights = new NetworkWeights([.. others, new NamedTensor("head.1.bias", [3], [1, 2, 3]), new NamedTensor("tail", [1], [1])]);

        AssertRefused(Networks.Small with { Weights = weights },
            "The model's weights do not fit its network: 'rnn.bias_hh_l0' [6] is missing; 'head.1.bias' is [3] where [2] was expected; 'tail' is not a weight of this network.");
    }

    [Test]
    public void AUsersCell_BringsNoWeightsButItsOwn()
    {
        NetworkShape shape = Networks.Small.Shape with { CustomCell = "mine" };
        NamedTensor[] head = [.. Networks.Small.Weights.Tensors.Where(t => t.Name.StartsWith("head", StringComparison.Ordinal))];

        AssertRefused(Networks.Small with { Shape = shape, Weights = new NetworkWeights([.. head, new NamedTensor("tail", [1], [1])]) },
            "The model's weights do not fit its network: 'tail' is not a weight of this network.");
        AssertRefused(Networks.Small with { Shape = shape, Weights = new NetworkWeights(head[1..]) },
            "The model's weights do not fit its network: 'head.0.weight' [3, 4] is missing.");
        AssertRefused(Networks.Small with { Shape = shape with { Layers = 60_000 }, Weights = new NetworkWeights([.. head, new NamedTensor("rnn.l0.w", [1], [1])]) },
            "The model's weights do not fit its network: the weights 'rnn.l59999.*' of its last layer are missing.");
    }

    [Test]
    public void WeightsThatAreNoNumbers_AreRefused([Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float value)
    {
        NetworkWeights weights = Networks.Small.Weights.Clone();
        weights["head.0.weight"][3] = value;

        AssertRefused(Networks.Small with { Weights = weights }, "The model's weight 'head.0.weight' holds a value that is not a finite number.");
    }

    private static readonly NetworkShape Good = Networks.Small.Shape;

    private static IEnumerable<NetworkShape> ImpossibleShapes =>
    [
        Good with { Cell = (CellKind)7 },
        Good with { Features = 0 },
        Good with { Features = -1 },
        Good with { Vocabulary = 5 },
        Good with { Vocabulary = -5 },
        Good with { EmbeddingSize = 5 },
        Good with { Features = 0, Vocabulary = 5 },
        Good with { HiddenSize = 0 },
        Good with { Layers = 0 },
        Good with { Layers = -1 },
        Good with { Outputs = 0 },
        Good with { Pooling = 0 },
        Good with { Pooling = (Pooling)8 },
        Good with { HeadHiddenSizes = [3, 0] },
    ];

    [TestCaseSource(nameof(ImpossibleShapes))]
    public void ImpossibleNetworks_AreRefused(object shape) =>
        Assert.That(() => SealedBytes.Read(SealedBytes.Of(Networks.Small with { Shape = (NetworkShape)shape })),
            Throws.TypeOf<FormatException>().With.Message.StartsWith("The model's network is impossible: cell ").And.Message.Contains($"{((NetworkShape)shape).Layers} layers, pooling "));

    [Test]
    public void AnImpossibleNetwork_IsTold() => AssertRefused(Networks.Small with { Shape = Good with { HiddenSize = 0 } },
        "The model's network is impossible: cell Gru, 2 features, vocabulary 0, embedding 0, hidden size 0, 1 layers, pooling Last, Max, head [3], 2 outputs.");

    [Test]
    public void NetworksBeyondWhatCanExist_AreRefused()
    {
        const string Message = "The model's network states sizes beyond what can exist.";
        AssertRefused(Networks.Small with { Shape = Good with { HiddenSize = int.MaxValue } }, Message);
        AssertRefused(Networks.Small with { Shape = Good with { Features = int.MaxValue } }, Message);
        AssertRefused(Networks.Small with { Shape = Good with { Layers = int.MaxValue } }, Message);
        AssertRefused(Networks.Small with { Shape = Good with { Layers = 60_000 } }, "The model's weights do not fit its network: 8 weights for 60000 layers.");
    }

    [Test]
    public void ScalingThatDoesNotFit_IsRefused()
    {
        AssertRefused(Networks.Small with { FeatureScaling = new FeatureScaling([0], [1]) }, "The model's feature scaling is for 1 columns, but its network has 2.");
        AssertRefused(Networks.Small with { LabelScaling = new FeatureScaling([0, 0, 0], [1, 1, 1]) }, "The model's label scaling is for 3 columns, but its network has 2.");
        AssertRefused(Networks.Small with { FeatureScaling = new FeatureScaling([0, float.NaN], [1, 1]) },
            "The model's feature scaling holds a mean that is not finite or a deviation that is not above 0.");
        AssertRefused(Networks.Small with { LabelScaling = new FeatureScaling([0, 0], [1, 0]) },
            "The model's label scaling holds a mean that is not finite or a deviation that is not above 0.");
    }

    [Test]
    public void AHistoryThatCannotBe_IsRefused()
    {
        AssertRefused(Networks.Small with { History = Histories.TwoEpochs with { BestEpoch = 3 } }, "The model's training history is damaged: best epoch 3 of 2, stop reason EarlyStopping.");
        AssertRefused(Networks.Small with { History = Histories.TwoEpochs with { StopReason = (StopReason)9 } }, "The model's training history is damaged: best epoch 1 of 2, stop reason 9.");
    }

    private static void AssertRefused(TrainedNetwork network, string message) =>
        Assert.That(() => SealedBytes.Read(SealedBytes.Of(network)), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));
}
