using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using static RnnMlNet.Tests.Exchange.SafetensorsBytes;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The file of a small LSTM of PyTorch's, and its import.</summary>
internal abstract class SafetensorsImportFixture
{
    private protected const string Start = "The safetensors file does not hold the expected network: ";
    private protected const string Expected =
        " Expected: a network that reads 3 features per step, as column 'Features' has, cell Lstm, hidden size 4, 1 layer, one "
        + "direction, pooling Last.";

    /// <summary>
    /// An LSTM of 4 units over 3 features and a linear layer of 2 outputs, with some of its tensors replaced (null: left out) and some
    /// more.
    /// </summary>
    private protected static NamedTensor[] PyTorch(params (string Name, int[]? Shape)[] changes)
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

    private protected static TrainedNetwork Import(NamedTensor[] tensors, RnnImportOptions? options = null) =>
        SafetensorsSamples.Import(Of(tensors), MemoryView.Singles(5, 3), options);

    private protected static string Refused(
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

    // In our order and our names, with the values of the file.
    private protected static void AssertWeights(TrainedNetwork network, NamedTensor[] file) =>
        Assert.That(network.Weights.Tensors.Select(tensor => tensor.Values), Is.EqualTo(file.Select(tensor => tensor.Values)));
}
