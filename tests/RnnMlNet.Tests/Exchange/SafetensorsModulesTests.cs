using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using static RnnMlNet.Tests.Exchange.SafetensorsBytes;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Which tensors of a file become which modules of the network, whatever their names.</summary>
[TestFixture]
internal sealed class SafetensorsModulesTests : SafetensorsImportFixture
{
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
}
