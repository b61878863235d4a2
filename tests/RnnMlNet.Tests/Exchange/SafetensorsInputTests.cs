using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using static RnnMlNet.Tests.Exchange.SafetensorsBytes;

namespace RnnMlNet.Tests.Exchange;

/// <summary>What the network reads: scaled numbers, or tokens by an embedding.</summary>
[TestFixture]
internal sealed class SafetensorsInputTests : SafetensorsImportFixture
{
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

    [Test]
    public void Convolutions_and_the_strides_of_the_metadata_go_together()
    {
        NamedTensor[] one =
        [
            .. PyTorch(("rnn_cell.weight_ih_l0", [16, 5])),
            Tensor("convolution.0.weight", 5, 3, 4),
            Tensor("convolution.0.bias", 5),
        ];
        Assert.That(Import(one).Shape.Convolutions, Is.EqualTo(new[] { new ConvolutionShape(5, 4, 1) }));
        Assert.That(
            () => SafetensorsSamples.Import(Of(one, Strides("1 2")), MemoryView.Singles(5, 3)),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.StartsWith(
                    Start
                        + "its metadata has the strides [1, 2], and there are 1 convolutions, 'convolution.0.weight' [filters, values of a "
                        + "step, steps] and so on."
                )
        );
        Assert.That(
            Refused([.. PyTorch(), Tensor("convolution.0.weight", 4, 3, 4), Tensor("convolution.0.bias", 4)]),
            Does.StartWith("'rnn_cell.weight_ih_l0' [16, 3] should be [16, 4].")
        );

        static string Strides(string strides) => $$"""{"rnnmlnet.convolution_strides":"{{strides}}"}""";
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
}
