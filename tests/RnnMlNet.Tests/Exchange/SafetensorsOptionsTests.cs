using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using static RnnMlNet.Tests.Exchange.SafetensorsBytes;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The options of an import, and the file's metadata.</summary>
[TestFixture]
internal sealed class SafetensorsOptionsTests : SafetensorsImportFixture
{
    [Test]
    public void Given_sizes_that_differ_are_refused_with_both() =>
        Assert.That(
            Refused(
                PyTorch(),
                new RnnImportOptions
                {
                    Cell = CellKind.Gru,
                    HiddenSize = 8,
                    Layers = 2,
                    Bidirectional = true,
                }
            ),
            Is.EqualTo(
                "Cell is Gru, but 'rnn_cell.weight_hh_l0' [16, 4] has the 4 gates of Lstm; HiddenSize is 8, but 'rnn_cell.weight_hh_l0' "
                    + "[16, 4] has 4 units; Layers is 2, but the module 'rnn_cell' has 1; "
                    + "Bidirectional is True, but the module 'rnn_cell' has no weights of the backward direction (..._reverse)."
                    + Expected
            )
        );

    [Test]
    public void Given_sizes_that_agree_change_nothing() =>
        AssertWeights(
            Import(
                PyTorch(),
                new RnnImportOptions
                {
                    Cell = CellKind.Lstm,
                    HiddenSize = 4,
                    Layers = 1,
                    Bidirectional = false,
                    Pooling = Pooling.Last,
                }
            ),
            PyTorch()
        );

    [Test]
    public void One_gate_needs_its_cell_to_be_given()
    {
        NamedTensor[] elman = PyTorch(
            ("rnn_cell.weight_ih_l0", [4, 3]),
            ("rnn_cell.weight_hh_l0", [4, 4]),
            ("rnn_cell.bias_ih_l0", [4]),
            ("rnn_cell.bias_hh_l0", [4])
        );
        Assert.That(
            Refused(elman),
            Does.StartWith(
                "'rnn_cell.weight_hh_l0' [4, 4] has one gate, which is an Elman network's, with tanh or with a rectifier: set Cell to "
                    + "Elman or to ElmanRelu. "
            )
        );
        Assert.That(Import(elman, new RnnImportOptions { Cell = CellKind.ElmanRelu }).Shape.Cell, Is.EqualTo(CellKind.ElmanRelu));
    }

    [Test]
    public void Two_gates_are_no_cell() =>
        Assert.That(
            Refused(PyTorch(("rnn_cell.weight_hh_l0", [8, 4]))),
            Is.EqualTo(
                "the cell is unknown: 'rnn_cell.weight_hh_l0' [8, 4] should have 4 (LSTM), 3 (GRU) or 1 (Elman) times as many rows "
                    + "as columns."
            )
        );

    [Test]
    public void The_pooling_says_what_the_head_reads()
    {
        Assert.That(
            Import(PyTorch(("fc.weight", [2, 8])), new RnnImportOptions { Pooling = Pooling.Mean | Pooling.Max }).Shape.Pooling,
            Is.EqualTo(Pooling.Mean | Pooling.Max)
        );
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { Pooling = Pooling.Mean | Pooling.Max }),
            Does.StartWith("'fc.weight' [2, 4] should be [2, 8]. ").And.EndsWith("pooling Mean, Max.")
        );
    }

    [TestCase("attention")]
    [TestCase("attn.score")]
    public void Attention_is_found_whatever_it_is_called(string name)
    {
        var options = new RnnImportOptions { Pooling = Pooling.Attention };
        TrainedNetwork network = Import(PyTorch(($"{name}.weight", [1, 4])), options);
        Assert.That(network.Shape.Pooling, Is.EqualTo(Pooling.Attention));
        Assert.That(
            network.Weights["attention.weight"],
            Is.EqualTo(PyTorch(($"{name}.weight", [1, 4])).Single(tensor => tensor.Name == $"{name}.weight").Values)
        );

        Assert.That(Refused(PyTorch(), options), Does.StartWith("'attention.weight' [1, 4] is missing. "));
        Assert.That(
            Refused(PyTorch((name + ".weight", [1, 4]))),
            Does.Contain($"'{name}.weight' [1, 4]"),
            "without the pooling it has no place"
        );
    }

    [Test]
    public void Attention_of_several_is_chosen_by_its_name()
    {
        NamedTensor[] two = PyTorch(("a.weight", [1, 4]), ("b.weight", [1, 4]));
        Assert.That(
            Refused(two, new RnnImportOptions { Pooling = Pooling.Attention }),
            Does.StartWith("each of 'a.weight' [1, 4], 'b.weight' [1, 4] may be the attention: set AttentionName; ")
        );
        TrainedNetwork network = Import(
            two,
            new RnnImportOptions
            {
                Pooling = Pooling.Attention,
                AttentionName = "b",
                IgnoredNames = ["a"],
            }
        );
        Assert.That(network.Weights["attention.weight"], Is.EqualTo(two.Single(tensor => tensor.Name == "b.weight").Values));
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { Pooling = Pooling.Attention, AttentionName = "c" }),
            Does.StartWith("'c.weight' [1, 4] is missing. ")
        );
    }

    [Test]
    public void Outputs_are_those_of_the_task()
    {
        Assert.That(
            Refused(PyTorch(), null, SequenceTask.BinaryClassification),
            Does.StartWith("a binary classifier has 1 output, and this network has 2: import it with ml.MulticlassClassification.")
        );
        Assert.That(
            Refused(PyTorch(("fc.weight", [1, 4]), ("fc.bias", [1]))),
            Does.StartWith(
                "a multiclass classifier has an output for each class, and this network has 1: import it with ml.BinaryClassification."
            )
        );
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { ClassNames = ["a", "b", "c"] }),
            Does.StartWith("ClassNames has 3 names, but the network has 2 outputs.")
        );
    }

    [Test]
    public void Metadata_of_ours_says_what_options_may_not_contradict()
    {
        byte[] Tagged(string entries) => Of(PyTorch(), $"{{{entries}}}");
        void Throws(string entries, string message) =>
            Assert.That(
                () => SafetensorsSamples.Import(Tagged(entries), MemoryView.Singles(5, 3), new RnnImportOptions { Pooling = Pooling.Mean }),
                NUnit.Framework.Throws.InstanceOf<FormatException>().With.Message.Contains(message)
            );

        Assert.That(
            SafetensorsSamples
                .Import(Tagged("\"rnnmlnet.pooling\":\"Max\",\"pooling\":\"none of ours\""), MemoryView.Singles(5, 3))
                .Shape.Pooling,
            Is.EqualTo(Pooling.Max)
        );
        Throws("\"rnnmlnet.pooling\":\"Max\"", "Pooling is Mean, but the file states Max");
        Throws(
            "\"rnnmlnet.pooling\":\"4\"",
            "The safetensors file's rnnmlnet.pooling is '4'; it must be one of Last, Mean, Max, Attention."
        );
        Throws(
            "\"rnnmlnet.pooling\":\"8\"",
            "The safetensors file's rnnmlnet.pooling is '8'; it must be one of Last, Mean, Max, Attention."
        );
        Throws(
            "\"rnnmlnet.cell\":\"lstm\"",
            "The safetensors file's rnnmlnet.cell is 'lstm'; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        Throws(
            "\"rnnmlnet.cell\":\"\"",
            "The safetensors file's rnnmlnet.cell is ''; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        Throws(
            "\"rnnmlnet.static_use\":\"Head, Both\"",
            "The safetensors file's rnnmlnet.static_use is 'Head, Both'; it must be one of Head, InitialState, Both."
        );
        Throws(
            "\"rnnmlnet.static_use\":\"Both\"",
            "its network reads static values, StaticUse is Both, and StaticColumnNames names no columns of them"
        );
        Throws(
            "\"rnnmlnet.layer_normalization\":\"BatchNorm\"",
            "The safetensors file's rnnmlnet.layer_normalization is 'BatchNorm'; it must be one of None, LayerNorm, RmsNorm."
        );
        Throws("\"rnnmlnet.vector_label\":\"yes\"", "The safetensors file's rnnmlnet.vector_label is 'yes'; it must be true or false.");
        Throws(
            "\"rnnmlnet.version\":\"2\"",
            "The safetensors file's rnnmlnet.version is '2', but this RnnMlNet reads version 1: update RnnMlNet."
        );
    }

    [Test]
    public void Residual_connections_and_normalised_layers_are_as_the_options_say()
    {
        NamedTensor[] tensors =
        [
            .. PyTorch(),
            Tensor("rnn_cell.weight_ih_l1", 16, 4),
            Tensor("rnn_cell.weight_hh_l1", 16, 4),
            Tensor("rnn_cell.bias_ih_l1", 16),
            Tensor("rnn_cell.bias_hh_l1", 16),
            Tensor("norm.0.weight", 4),
            Tensor("norm.0.bias", 4),
            Tensor("norm.1.weight", 4),
            Tensor("norm.1.bias", 4),
        ];
        NetworkShape shape = Import(
            tensors,
            new RnnImportOptions { ResidualConnections = true, LayerNormalization = LayerNormalization.LayerNorm }
        ).Shape;
        Assert.That((shape.ResidualConnections, shape.LayerNormalization), Is.EqualTo((true, LayerNormalization.LayerNorm)));
        Assert.That(
            Refused(tensors),
            Does.StartWith("'norm.0.bias' [4], 'norm.0.weight' [4], 'norm.1.bias' [4], 'norm.1.weight' [4] have no place in the network.")
        );
        Assert.That(
            Refused(tensors, new RnnImportOptions { LayerNormalization = LayerNormalization.RmsNorm }),
            Does.StartWith("'norm.0.bias' [4], 'norm.1.bias' [4] have no place in the network.")
        );
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { ResidualConnections = true }),
            Does.StartWith("ResidualConnections is true, but the module 'rnn_cell' has one layer, which has none below.")
        );
    }
}
