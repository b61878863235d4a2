using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>The round trip of a network's file, and its errors.</summary>
[TestFixture]
public class ModelFormatTests
{
    private static readonly TrainedNetwork _network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Elman));

    [Test]
    public void What_was_written_is_read([Values] Sample sample)
    {
        TrainedNetwork network = sample.Network();

        TrainedNetwork read = Blocks.Read(Blocks.Of(network));

        Assert.That(read.Shape, Is.EqualTo(network.Shape));
        Assert.That(
            read.Weights.Tensors.Select(t => (t.Name, string.Join(',', t.Shape))),
            Is.EqualTo(network.Weights.Tensors.Select(t => (t.Name, string.Join(',', t.Shape))))
        );
        Assert.That(read.Weights.Tensors.Select(t => t.Values), Is.EqualTo(network.Weights.Tensors.Select(t => t.Values)));
        Assert.That(
            (read.FeatureScaling?.Mean, read.FeatureScaling?.Deviation),
            Is.EqualTo((network.FeatureScaling?.Mean, network.FeatureScaling?.Deviation))
        );
        Assert.That(
            (read.LabelScaling?.Mean, read.LabelScaling?.Deviation),
            Is.EqualTo((network.LabelScaling?.Mean, network.LabelScaling?.Deviation))
        );
        Assert.That(read.HasVectorLabel, Is.EqualTo(network.HasVectorLabel));
        Assert.That(read.History.Epochs, Is.EqualTo(network.History.Epochs));
        Assert.That(read.History.Options, Is.EqualTo(network.History.Options));
        Assert.That(read.History with { Epochs = network.History.Epochs, Options = network.History.Options }, Is.EqualTo(network.History));
        Assert.That(
            read.OtherMembers.Select(other => other.Weights.Tensors.SelectMany(t => t.Values)),
            Is.EqualTo(network.OtherMembers.Select(other => other.Weights.Tensors.SelectMany(t => t.Values)))
        );
    }

    [Test]
    public void There_is_one_version()
    {
        foreach (Sample sample in Enum.GetValues<Sample>())
            Assert.That(Blocks.VersionOf(Blocks.Of(sample.Network())), Is.EqualTo(9));
        Refused(
            Blocks.Seal(Blocks.Payload(Blocks.Of(_network)), 8),
            "The model file's part 'network' has format version 8, which this RnnMlNet does not read any more: train the model again."
        );
    }

    // Each has the most that a part of a file can hold to itself.
    [Test]
    public void Each_network_of_an_average_is_a_block_of_its_own()
    {
        byte[] file = Blocks.Of(Sample.Average.Network());
        for (int network = 0; network < 3; network++)
        {
            Assert.That(BitConverter.ToInt32(Blocks.Payload(file)), Is.EqualTo(network == 0 ? 2 : 0));
            file = Blocks.Rest(file);
        }
        Assert.That(file, Is.Empty);
    }

    [Test]
    public void A_number_of_networks_that_is_none_or_not_that_of_the_file()
    {
        byte[] file = Blocks.Of(Sample.Average.Network()),
            payload = Blocks.Payload(file),
            rest = Blocks.Rest(file);
        byte[] With(int further) => [.. Blocks.Seal(Blocks.With(payload, 0, further), NetworkFormat.Version), .. rest];
        Assert.That(Blocks.Read(With(2)).Members, Has.Count.EqualTo(3));
        Refused(With(-1), "The model file's part 'network' is damaged: it states -1 further networks.");
        foreach (int further in new[] { 3, int.MaxValue })
            Refused(With(further), "The model file's part 'network' is truncated: the file ends before it does.");
        // One of an average is none itself.
        Refused(
            [.. Blocks.Seal(payload, NetworkFormat.Version), .. file],
            "The model file's part 'network' is damaged: its networks are not of the same sizes."
        );
    }

    [Test]
    public void An_average_of_networks_of_other_sizes() =>
        Refused(
            TrainedNetwork.AverageOf([_network, TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru))]),
            "The model file's part 'network' is damaged: its networks are not of the same sizes."
        );

    [Test]
    public void A_read_network_writes_the_same_bytes([Values] Sample sample)
    {
        byte[] block = Blocks.Of(sample.Network());
        Assert.That(Blocks.Of(Blocks.Read(block)), Is.EqualTo(block));
    }

    [Test]
    public void The_clock_is_not_written()
    {
        EpochReport[] timed = [.. Histories.TwoEpochs.Epochs.Select(report => report with { Seconds = 1.5 })];

        byte[] block = Blocks.Of(_network with { History = Histories.TwoEpochs with { Epochs = timed } });

        Assert.That(block, Is.EqualTo(Blocks.Of(_network with { History = Histories.TwoEpochs })));
        Assert.That(Blocks.Read(block).History.Epochs.Select(report => report.Seconds), Is.All.Zero);
    }

    [Test]
    public void A_newer_file() =>
        Refused(
            Blocks.Seal(Blocks.Payload(Blocks.Of(_network)), NetworkFormat.Version + 1),
            "The model file's part 'network' has format version 10, but this RnnMlNet reads versions up to 9: update RnnMlNet."
        );

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite(float value) =>
        Refused(
            WithWeights(t => t.Name == "head.0.bias" ? t with { Values = [.. t.Values[1..], value] } : t),
            "The model's weight 'head.0.bias' holds a value that is not a finite number."
        );

    [Test]
    public void Weights_that_are_missing() =>
        Refused(
            _network with
            {
                Weights = new NetworkWeights(_network.Weights.Tensors.Where(t => t.Name is not ("rnn.bias_hh_l0" or "head.1.weight"))),
            },
            "The model's weights do not fit its network: 'rnn.bias_hh_l0' [4] is missing; 'head.1.weight' [2, 5] is missing."
        );

    [Test]
    public void Weights_that_are_too_many() =>
        Refused(
            _network with
            {
                Weights = new NetworkWeights([
                    .. _network.Weights.Tensors,
                    new NamedTensor("rnn.weight_ih_l1", [1], [0]),
                    new NamedTensor("extra", [2], [0, 0]),
                ]),
            },
            "The model's weights do not fit its network: 'rnn.weight_ih_l1' is not a weight of this network; 'extra' is not a weight of "
                + "this network."
        );

    [Test]
    public void A_weight_of_another_shape() =>
        Refused(
            WithWeights(t => t.Name == "rnn.weight_ih_l0" ? t with { Shape = [3, 4] } : t),
            "The model's weights do not fit its network: 'rnn.weight_ih_l0' is [3, 4] where [4, 3] was expected."
        );

    [Test]
    public void A_weight_under_another_name() =>
        Refused(
            WithWeights(t => t.Name == "head.1.bias" ? t with { Name = "head.2.bias" } : t),
            "The model's weights do not fit its network: 'head.1.bias' [2] is missing; 'head.2.bias' is not a weight of this network."
        );

    [Test]
    public void A_custom_cells_network_still_needs_its_head()
    {
        TrainedNetwork network = Sample.CustomCell.Network();
        Refused(
            network with
            {
                Weights = new NetworkWeights(
                    network.Weights.Tensors.Where(t => t.Name != "head.0.bias").Append(new NamedTensor("other", [1], [1]))
                ),
            },
            "The model's weights do not fit its network: 'head.0.bias' [5] is missing; 'other' is not a weight of this network."
        );
    }

    [Test]
    public void A_scaling_for_another_width() =>
        Refused(
            _network with
            {
                FeatureScaling = new FeatureScaling([0, 0], [1, 1]),
            },
            "The model's feature scaling is for 2 columns, but its network has 3."
        );

    [Test]
    public void A_label_scaling_for_another_width() =>
        Refused(
            _network with
            {
                LabelScaling = new FeatureScaling([0], [1]),
            },
            "The model's label scaling is for 1 columns, but its network has 2."
        );

    [TestCase(float.NaN, 1)]
    [TestCase(0, 0)]
    [TestCase(0, -1)]
    [TestCase(0, float.PositiveInfinity)]
    public void A_scaling_that_is_none(float mean, float deviation) =>
        Refused(
            _network with
            {
                LabelScaling = new FeatureScaling([0, mean], [1, deviation]),
            },
            "The model's label scaling holds a mean that is not finite or a deviation that is not above 0."
        );

    [Test]
    public void A_best_epoch_that_was_not_run() =>
        Refused(
            _network with
            {
                History = Histories.TwoEpochs with { BestEpoch = 3 },
            },
            "The model's training history is damaged: best epoch 3 of 2, stop reason EarlyStopping."
        );

    [Test]
    public void A_best_epoch_among_those_that_trained_on_from_it() =>
        Refused(
            _network with
            {
                History = Histories.TwoEpochs with { RefitEpochs = 2 },
            },
            "The model's training history is damaged: best epoch 1 of 2, the last 2 with the held-out steps, stop reason EarlyStopping."
        );

    [Test]
    public void An_unknown_stop_reason() =>
        Refused(
            _network with
            {
                History = Histories.TwoEpochs with { StopReason = (StopReason)9 },
            },
            "The model's training history is damaged: best epoch 1 of 2, stop reason 9."
        );

    [Test]
    public void Parameters_of_units_that_give_no_finite_number()
    {
        NetworkShape shape = _network.Shape with { Cell = CellKind.Lru };
        Refused(
            _network with
            {
                Shape = shape,
                Weights = new NetworkWeights(
                    RandomNetwork
                        .Weights(shape)
                        .Tensors.Select(tensor =>
                            tensor.Name == "rnn.unit_l0" ? tensor with { Values = [.. tensor.Values.Select(_ => 800f)] } : tensor
                        )
                ),
            },
            "The model's weight 'rnn.unit_l0' holds parameters of which the cell Lru makes no finite number."
        );
    }

    [Test]
    public void An_impossible_shape()
    {
        Refused(
            _network with
            {
                Shape = _network.Shape with { Cell = (CellKind)99, Pooling = 0 },
            },
            "The model's network is impossible: cell 99, 3 features, vocabulary 0, embedding 0, hidden size 4, 1 layers, pooling 0, head "
                + "[5], 2 outputs."
        );
        Refused(
            _network with
            {
                Shape = _network.Shape with { Vocabulary = 4 },
            },
            "The model's network is impossible: cell Elman, 3 features, vocabulary 4, embedding 0, hidden size 4, 1 layers, pooling "
                + "Last, Mean, Max, Attention, head [5], 2 outputs."
        );
    }

    private static TrainedNetwork WithWeights(Func<NamedTensor, NamedTensor> change) =>
        _network with
        {
            Weights = new NetworkWeights(_network.Weights.Tensors.Select(change)),
        };

    private static void Refused(TrainedNetwork network, string sentence) => Refused(Blocks.Of(network), sentence);

    private static void Refused(byte[] block, string sentence)
    {
        var exception = Assert.Throws<FormatException>(() => Blocks.Read(block))!;
        Assert.That(exception.Message, Is.EqualTo(sentence));
        Assert.That(exception.IsMarked(), Is.True, "ML.NET knows its own exceptions by their mark.");
    }
}
