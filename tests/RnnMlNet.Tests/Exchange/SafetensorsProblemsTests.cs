using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using static RnnMlNet.Tests.Exchange.SafetensorsBytes;

namespace RnnMlNet.Tests.Exchange;

/// <summary>All tensors that do not fit, in one error.</summary>
[TestFixture]
internal sealed class SafetensorsProblemsTests : SafetensorsImportFixture
{
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
}
