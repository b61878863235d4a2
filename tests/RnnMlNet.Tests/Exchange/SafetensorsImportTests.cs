using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using static RnnMlNet.Tests.Exchange.SafetensorsBytes;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Which tensors of a file become which of the network's, and the one sentence that lists all that do not fit.</summary>
[TestFixture]
public class SafetensorsImportTests
{
    private const string Start = "The safetensors file does not hold the expected network: ";
    private const string Expected =
        " Expected: a network that reads 3 features per step, as column 'Features' has, cell Lstm, hidden size 4, 1 layer, one "
        + "direction, pooling Last.";

    /// <summary>
    /// An LSTM of 4 units over 3 features and a linear layer of 2 outputs, with some of its tensors replaced (null: left out) and some
    /// more.
    /// </summary>
    private static NamedTensor[] PyTorch(params (string Name, int[]? Shape)[] changes)
    {
        var shapes = new Dictionary<string, int[]?>
        {
            ["rnn_cell.weight_ih_l0"] = [16, 3],
            ["rnn_cell.weight_hh_l0"] = [16, 4],
            ["rnn_cell.bias_ih_l0"] = [16],
            ["rnn_cell.bias_hh_l0"] = [16],
            ["fc.weight"] = [2, 4],
            ["fc.bias"] = [2],
        };
        foreach (var (name, shape) in changes)
            shapes[name] = shape;
        return [.. shapes.Where(pair => pair.Value is not null).Select(pair => Tensor(pair.Key, pair.Value!))];
    }

    private static TrainedNetwork Import(NamedTensor[] tensors, RnnImportOptions? options = null) =>
        SafetensorsSamples.Import(Of(tensors), MemoryView.Singles(5, 3), options);

    private static string Refused(
        NamedTensor[] tensors,
        RnnImportOptions? options = null,
        SequenceTask task = SequenceTask.MulticlassClassification
    )
    {
        var exception = Assert.Throws<FormatException>(() =>
            SafetensorsSamples.Import(Of(tensors), MemoryView.Singles(5, 3), options, task)
        )!;
        Assert.That(exception.IsMarked(), Is.True);
        Assert.That(exception.Message, Does.StartWith(Start));
        return exception.Message[Start.Length..];
    }

    // ---- large files ----

    // Of each layer the others were looked through, and of each of those all others.
    [Test]
    public void A_head_of_more_layers_than_any_network_has()
    {
        NamedTensor[] many = [.. Enumerable.Range(0, 2000).Select(layer => Tensor($"net.{layer}.weight", 4, 4))];
        Assert.That(
            Refused([.. PyTorch(("fc.weight", null), ("fc.bias", null)), .. many]),
            Does.StartWith("it has 2000 linear layers, and a head of up to 1000 can be read")
        );
    }

    // A tensor's name takes a few bytes, and an error of megabytes is useless.
    [Test]
    public void Thousands_of_tensors_without_a_place()
    {
        NamedTensor[] many = [.. Enumerable.Range(0, 5000).Select(i => Tensor($"t{i}", 1))];
        string sentence = Refused([.. PyTorch(), .. many]);
        Assert.That(sentence, Does.StartWith("'t0' [1], 't1' [1], ").And.Contains(" and 4980 more have no place in the network."));
        Assert.That(sentence, Has.Length.LessThan(1000));
    }

    [Test]
    public void Thousands_of_layers_without_weights()
    {
        NamedTensor[] many = [.. Enumerable.Range(1, 3000).Select(layer => Tensor($"rnn_cell.weight_ih_l{layer}", 16, 4))];
        string sentence = Refused([.. PyTorch(), .. many]);
        Assert.That(sentence, Does.Contain(" more.").And.Contain("'rnn_cell.weight_hh_l1' [16, 4] is missing"));
        Assert.That(sentence, Has.Length.LessThan(20_000));
    }

    [Test]
    public void A_head_of_hundreds_of_layers_is_one_chain()
    {
        NamedTensor[] many =
        [
            .. Enumerable
                .Range(0, 900)
                .SelectMany(layer =>
                    new[] { Tensor($"net.{layer}.weight", layer == 899 ? 2 : 4, 4), Tensor($"net.{layer}.bias", layer == 899 ? 2 : 4) }
                ),
        ];
        TrainedNetwork network = Import([.. PyTorch(("fc.weight", null), ("fc.bias", null)), .. many]);
        Assert.That(network.Shape.HeadHiddenSizes, Has.Count.EqualTo(899).And.All.EqualTo(4));
        Assert.That(network.Weights["head.898.weight"], Is.EqualTo(many.Single(tensor => tensor.Name == "net.898.weight").Values));
    }

    // ---- names ----

    // Whatever the modules are called, the same tensors come out.
    [TestCase("lstm", "linear")]
    [TestCase("model.encoder.rnn", "model.head.out")]
    [TestCase("", "fc")]
    [TestCase("rnn", "")]
    public void Modules_are_found_whatever_they_are_called(string recurrent, string head)
    {
        string Renamed(string name) =>
            name.StartsWith("rnn_cell", StringComparison.Ordinal)
                ? recurrent + name["rnn_cell".Length..] is var r && recurrent.Length == 0
                    ? r[1..]
                    : r
                : head + name["fc".Length..] is var h && head.Length == 0
                    ? h[1..]
                    : h;
        TrainedNetwork network = Import([.. PyTorch().Select(tensor => tensor with { Name = Renamed(tensor.Name) })]);
        AssertWeights(network, PyTorch());
    }

    // PyTorch's nn.LSTMCell, whose names have no layer.
    [Test]
    public void A_single_cell_is_a_module_of_one_layer() =>
        AssertWeights(Import([.. PyTorch().Select(tensor => tensor with { Name = tensor.Name.Replace("_l0", "") })]), PyTorch());

    [Test]
    public void Names_may_be_given()
    {
        NamedTensor[] tensors = PyTorch(
            ("other.weight_ih_l0", [4, 1]),
            ("attention.weight", [4, 4]),
            ("criterion.weight", [2]),
            ("steps", [])
        );
        TrainedNetwork network = Import(
            tensors,
            new RnnImportOptions
            {
                RecurrentName = "rnn_cell",
                HeadNames = ["fc"],
                IgnoredNames = ["other", "attention", "criterion.weight", "steps"],
            }
        );
        AssertWeights(network, PyTorch());
    }

    [Test]
    public void A_given_head_is_taken_in_its_order()
    {
        TrainedNetwork network = Import(
            PyTorch(("b.weight", [4, 4]), ("b.bias", [4]), ("a.weight", [4, 4]), ("a.bias", [4])),
            new RnnImportOptions { HeadNames = ["b", "a", "fc"] }
        );
        Assert.That(network.Shape.HeadHiddenSizes, Is.EqualTo(new[] { 4, 4 }));
        Assert.That(network.Weights["head.2.weight"], Has.Length.EqualTo(8));
    }

    // 4 to 6 by z, 6 to 5 by b, 5 to 2 by m.
    [Test]
    public void A_head_is_ordered_by_its_sizes_before_its_names()
    {
        TrainedNetwork network = Import(
            PyTorch(
                ("fc.weight", null),
                ("fc.bias", null),
                ("z.weight", [6, 4]),
                ("z.bias", [6]),
                ("b.weight", [5, 6]),
                ("b.bias", [5]),
                ("m.weight", [2, 5]),
                ("m.bias", [2])
            )
        );
        Assert.That(network.Shape.HeadHiddenSizes, Is.EqualTo(new[] { 6, 5 }));
    }

    [Test]
    public void A_layer_that_ends_the_head_is_not_taken_before_its_end()
    {
        TrainedNetwork network = Import(PyTorch(("hidden.weight", [4, 4]), ("hidden.bias", [4])));
        Assert.That(network.Shape.HeadHiddenSizes, Is.EqualTo(new[] { 4 }));
        Assert.That(network.Weights["head.1.bias"], Has.Length.EqualTo(2));
    }

    [Test]
    public void A_head_that_sizes_and_numbers_leave_open_is_refused() =>
        Assert.That(
            Refused(PyTorch(("a.weight", [4, 4]), ("a.bias", [4]), ("b.weight", [4, 4]), ("b.bias", [4]))),
            Is.EqualTo(
                "the linear layers 'a.weight' [4, 4], 'b.weight' [4, 4], 'fc.weight' [2, 4] do not form one chain from the 4 values of "
                    + "the pooled state: name those of the head in their order in HeadNames."
                    + Expected
            )
        );

    [Test]
    public void Several_recurrent_modules_are_refused() =>
        Assert.That(
            Refused(PyTorch(("second.weight_ih_l0", [16, 4]))),
            Is.EqualTo(
                "it has several recurrent modules, 'rnn_cell', 'second', and a network here has one, of one or more layers: choose one "
                    + "with RecurrentName, and name in IgnoredNames what does not belong to it."
            )
        );

    [Test]
    public void No_recurrent_module_is_refused() =>
        Assert.That(
            Refused([Tensor("fc.weight", 2, 4), Tensor("fc.bias", 2)]),
            Is.EqualTo(
                "no tensor is named like those of PyTorch's nn.RNN, nn.GRU or nn.LSTM (weight_ih_l0, rnn.weight_ih_l0, ...); there are "
                    + "'fc.bias' [2], 'fc.weight' [2, 4]."
            )
        );

    [Test]
    public void A_name_that_is_not_there_is_refused()
    {
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { RecurrentName = "lstm" }),
            Is.EqualTo("RecurrentName is 'lstm', but the recurrent modules are 'rnn_cell'.")
        );
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { HeadNames = ["fc", "out"] }),
            Is.EqualTo("the matrix 'out.weight' of HeadNames is missing." + Expected)
        );
    }

    // ---- missing, extra, misshapen ----

    [Test]
    public void All_that_is_wrong_stands_in_one_error()
    {
        NamedTensor[] tensors = PyTorch(
            ("rnn_cell.bias_hh_l0", null),
            ("rnn_cell.weight_ih_l0", [16, 5]),
            ("fc.weight", [2, 7]),
            ("norm.weight", [4]),
            ("norm.bias", [4])
        );
        Assert.That(
            Refused(tensors),
            Is.EqualTo(
                "'rnn_cell.weight_ih_l0' [16, 5] should be [16, 3]; 'rnn_cell.bias_hh_l0' [16] is missing; 'fc.weight' [2, 7] should be "
                    + "[2, 4]; 'norm.bias' [4], 'norm.weight' [4] have no place in the network."
                    + Expected
            )
        );
    }

    [Test]
    public void Every_tensor_that_is_left_out_is_missed()
    {
        foreach (string name in PyTorch().Select(tensor => tensor.Name))
        {
            string expected = name switch
            {
                "rnn_cell.weight_hh_l0" => "the hidden size cannot be inferred: there is no matrix 'rnn_cell.weight_hh_l0'",
                "fc.weight" =>
                    "the head is missing: there is no linear layer, such as 'fc.weight' [outputs, 4] and 'fc.bias' [outputs]; 'fc.bias' "
                        + "[2] has no place in the network",
                "fc.bias" => "",
                _ => $"'{name}' [{string.Join(", ", PyTorch().Single(tensor => tensor.Name == name).Shape)}] is missing",
            };
            if (expected.Length > 0)
                Assert.That(Refused(PyTorch((name, null))), Does.StartWith(expected + "."), name);
        }
    }

    [Test]
    public void A_missing_layer_is_listed_tensor_by_tensor() =>
        Assert.That(
            Refused(
                PyTorch(
                    ("rnn_cell.weight_ih_l2", [16, 4]),
                    ("rnn_cell.weight_hh_l2", [16, 4]),
                    ("rnn_cell.bias_ih_l2", [16]),
                    ("rnn_cell.bias_hh_l2", [16])
                )
            ),
            Does.StartWith(
                "'rnn_cell.weight_ih_l1' [16, 4] is missing; 'rnn_cell.weight_hh_l1' [16, 4] is missing; 'rnn_cell.bias_ih_l1' [16] is "
                    + "missing; 'rnn_cell.bias_hh_l1' [16] is missing. Expected: "
            )
        );

    [Test]
    public void A_layer_of_a_huge_number_does_not_make_a_huge_list()
    {
        string message = Refused(PyTorch(("rnn_cell.weight_ih_l999999999", [16, 4])));
        Assert.That(message, Does.Contain("'rnn_cell.weight_ih_l999999999' [16, 4] has no place in the network"));
        Assert.That(message, Has.Length.LessThan(2000));
    }

    [Test]
    public void Only_backward_weights_are_missed_forwards() =>
        Assert.That(
            Refused(PyTorch(("rnn_cell.weight_ih_l0_reverse", [16, 3]))),
            Does.Contain("'rnn_cell.weight_hh_l0_reverse' [16, 4] is missing; 'rnn_cell.bias_ih_l0_reverse' [16] is missing")
                .And.Contain("both directions")
        );

    [Test]
    public void A_type_without_numbers_of_ours_is_refused()
    {
        byte[] file = Of(
            """{"fc.bias":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}"""
                + ""","fc.weight":{"dtype":"F8_NEW","shape":[2,4],"data_offsets":[8,8]}"""
                + ""","rnn.weight_hh_l0":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}"""
                + ""","rnn.weight_ih_l0":{"dtype":"F32","shape":[1,3],"data_offsets":[12,24]}}""",
            new byte[24]
        );
        Assert.That(
            () => SafetensorsSamples.Import(file, MemoryView.Singles(5, 3), new RnnImportOptions { Cell = CellKind.Elman }),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.StartsWith(
                    Start + "'fc.weight' [2, 4] should be [2, 1]; 'fc.bias' is of type I32, and F32, F16, BF16 and F64 can be read."
                )
        );
    }

    [Test]
    public void Values_that_are_not_finite_are_refused()
    {
        NamedTensor[] tensors = PyTorch();
        tensors[1].Values[3] = float.NaN;
        tensors[4].Values[0] = float.NegativeInfinity;
        Assert.That(
            () => Import(tensors),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.EqualTo(
                    "The safetensors file holds values that are not finite numbers, in 'rnn_cell.weight_hh_l0', 'fc.weight'."
                )
        );
    }

    // ---- biases, projections ----

    [Test]
    public void Biases_that_are_all_absent_are_zeros()
    {
        TrainedNetwork network = Import(PyTorch(("rnn_cell.bias_ih_l0", null), ("rnn_cell.bias_hh_l0", null), ("fc.bias", null)));
        Assert.That(
            new[] { "rnn.bias_ih_l0", "rnn.bias_hh_l0", "head.0.bias" }.SelectMany(name => network.Weights[name]),
            Has.Exactly(34).Zero
        );
    }

    [Test]
    public void A_bias_that_some_linear_layers_have_is_missed_in_the_others() =>
        Assert.That(Refused(PyTorch(("out.weight", [2, 2]))), Does.StartWith("'out.bias' [2] is missing. "));

    [Test]
    public void Projections_are_refused() =>
        Assert.That(
            Refused(PyTorch(("rnn_cell.weight_hh_l0", [16, 2]), ("rnn_cell.weight_hr_l0", [2, 4]))),
            Is.EqualTo(
                "the module 'rnn_cell' is an LSTM with projections (proj_size; 'rnn_cell.weight_hr_l0'), which RnnMlNet does not "
                    + "support: train it with proj_size=0."
            )
        );

    // ---- the options and the file's metadata ----

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
            "The safetensors file's rnnmlnet.cell is 'lstm'; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm."
        );
        Throws(
            "\"rnnmlnet.cell\":\"\"",
            "The safetensors file's rnnmlnet.cell is ''; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm."
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

    // ---- between the layers ----

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

    // ---- scaling ----

    [Test]
    public void Scaling_is_read_from_the_file_or_given()
    {
        NamedTensor[] scaled = [.. PyTorch(), new("feature_mean", [3], [1, 2, 3]), new("feature_deviation", [3], [4, 5, 6])];
        TrainedNetwork given = Import(PyTorch(), new RnnImportOptions { FeatureMeans = [1, 2, 3], FeatureDeviations = [4, 5, 6] }),
            read = Import(scaled);
        foreach (TrainedNetwork network in new[] { given, read })
            Assert.That(
                (network.FeatureScaling!.Mean, network.FeatureScaling.Deviation),
                Is.EqualTo((new float[] { 1, 2, 3 }, new float[] { 4, 5, 6 }))
            );
        Assert.That(read.LabelScaling, Is.Null);

        Assert.That(
            Refused(scaled, new RnnImportOptions { FeatureMeans = [1, 2, 3], FeatureDeviations = [4, 5, 6] }),
            Does.StartWith(
                "FeatureMeans is set, but the file has 'feature_mean' of its own: leave FeatureMeans null, or name 'feature_mean' and "
                    + "'feature_deviation' in IgnoredNames."
            )
        );
        Assert.That(
            Refused(PyTorch(), new RnnImportOptions { FeatureMeans = [1], FeatureDeviations = [4] }),
            Does.StartWith("FeatureMeans has 1 values where 3 were expected.")
        );
        Assert.That(Refused(scaled[..^1]), Does.StartWith("'feature_deviation' [3] is missing."));
        Assert.That(
            Refused([.. PyTorch(), new("label_mean", [1], [0]), new("label_deviation", [2], [1, 1])]),
            Does.StartWith("'label_mean' [1] should be [2].")
        );
        Assert.That(
            () => Import([.. PyTorch(), new("label_mean", [2], [0, 0]), new("label_deviation", [2], [1, 0])]),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.EqualTo("The safetensors file's 'label_deviation' holds a deviation that is not above 0.")
        );
    }

    // ---- tokens ----

    private static NamedTensor[] Tokens(params (string Name, int[]? Shape)[] changes) => PyTorch([("emb.weight", [7, 3]), .. changes]);

    [Test]
    public void An_embedding_is_the_matrix_without_a_bias()
    {
        TrainedNetwork network = SafetensorsSamples.Import(Of(Tokens()), MemoryView.Keys<uint>(7));
        Assert.That((network.Shape.Vocabulary, network.Shape.EmbeddingSize, network.Shape.Features), Is.EqualTo((7, 3, 0)));
        Assert.That(network.Weights["embedding.weight"], Is.EqualTo(Tensor("emb.weight", 7, 3).Values));
    }

    [Test]
    public void Of_several_matrices_without_a_bias_the_fitting_one_is_the_embedding()
    {
        TrainedNetwork network = SafetensorsSamples.Import(Of(Tokens(("fc.bias", null))), MemoryView.Keys<uint>(7));
        Assert.That(network.Weights["embedding.weight"], Has.Length.EqualTo(21));
        Assert.That(network.Weights["head.0.weight"], Has.Length.EqualTo(8));
    }

    [Test]
    public void An_embedding_that_cannot_be_told_is_refused()
    {
        string Refused(NamedTensor[] tensors) =>
            Assert.Throws<FormatException>(() => SafetensorsSamples.Import(Of(tensors), MemoryView.Keys<uint>(7)))!.Message;

        Assert.That(
            Refused(Tokens(("positions.weight", [7, 3]))),
            Does.StartWith(Start + "each of 'emb.weight' [7, 3], 'positions.weight' [7, 3] may be the embedding: set EmbeddingName;")
        );
        Assert.That(
            Refused(Tokens(("emb.weight", [8, 3]))),
            Does.StartWith(
                Start
                    + "'emb.weight' [8, 3] should be [7, 3]. Expected: a network that reads a vector of keys with 7 values, as column "
                    + "'Features' has,"
            )
        );
        Assert.That(Refused(PyTorch()), Does.StartWith(Start + "'embedding.weight' [7, 3] is missing."));
        Assert.That(
            Refused(Tokens(("rnn_cell.weight_ih_l0", null))),
            Does.StartWith(Start + "the width of the embedding cannot be inferred: there is no matrix 'rnn_cell.weight_ih_l0'.")
        );
        Assert.That(
            SafetensorsSamples
                .Import(
                    Of(Tokens(("positions.weight", [7, 3]))),
                    MemoryView.Keys<uint>(7),
                    new RnnImportOptions { EmbeddingName = "emb", IgnoredNames = ["positions"] }
                )
                .Shape.Vocabulary,
            Is.EqualTo(7)
        );
    }

    [Test]
    public void A_network_of_tokens_is_refused_for_a_column_of_numbers() =>
        Assert.That(Refused(Tokens()), Does.Contain("'emb.weight' [7, 3]").And.EndsWith(Expected));

    // In our order and our names, with the values of the file.
    private static void AssertWeights(TrainedNetwork network, NamedTensor[] file) =>
        Assert.That(network.Weights.Tensors.Select(tensor => tensor.Values), Is.EqualTo(file.Select(tensor => tensor.Values)));
}
