using RnnMlNet.Runtime.Networks;
using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet.Models;

/// <summary>A trained network as text.</summary>
internal static class NetworkText
{
    /// <summary>Its input, its layers, its outputs, and the number of its weights.</summary>
    public static string Of(TrainedNetwork network)
    {
        NetworkShape shape = network.Shape;
        string reads = shape.UsesTokens
            ? $"{Words.Plural(shape.Vocabulary, "token")} embedded in {Words.Plural(shape.EmbeddingSize, "number")}{Characters(shape)}"
            : $"{Words.Plural(shape.Features, "number")} a step";
        string convolutions = string.Concat(shape.Convolutions.Select(convolution => $", a convolution of {convolution}"));
        string layers =
            $"{Words.Plural(shape.Layers, "layer")} of "
            + $"{Words.Plural(shape.HiddenSize, "unit")}{(shape.Bidirectional ? " in both directions" : "")} "
            + $"({shape.CustomCell ?? $"{shape.Cell}"}{BlocksOf(shape)})";
        string pooling = shape.PerStep ? "read at every step" : $"pooled by {shape.Pooling}";
        string head = shape.HeadHiddenSizes.Count == 0 ? "" : $", hidden layers of {string.Join(", ", shape.HeadHiddenSizes)}";
        string average = network.IsEnsemble ? $", {network.Members.Count} networks averaged" : "";
        long weights = network.Members.Sum(one => one.Weights.Tensors.Sum(tensor => (long)tensor.Values.Length));
        return FormattableString.Invariant(
            $"{reads}{convolutions}, {layers}, {pooling}{head}, {Words.Plural(shape.Outputs, "output")}{average}; {weights:#,0} weights"
        );
    }

    private static string Characters(NetworkShape shape) =>
        shape.Characters is null ? "" : $" and {Words.Plural(shape.Characters.Filters, "filter")} over its characters";

    private static string BlocksOf(NetworkShape shape) =>
        (shape.ResidualConnections ? ", residual" : "")
        + (shape.LayerNormalization == LayerNormalization.None ? "" : $", {shape.LayerNormalization}");
}
