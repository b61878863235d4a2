using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>Writes a trained network as a safetensors file: its weights in PyTorch's names, and all else that its scores depend
/// on.</summary>
internal static class SafetensorsExport
{
    public const string FeatureMean = "feature_mean";
    public const string FeatureDeviation = "feature_deviation";
    public const string LabelMean = "label_mean";
    public const string LabelDeviation = "label_deviation";
    public const string StaticMean = "static_mean";
    public const string StaticDeviation = "static_deviation";
    public const string CategoryKeys = "category_keys";
    public const string CategoryMean = "category_mean";
    public const string CategoryDeviation = "category_deviation";

    /// <exception cref="InvalidOperationException">The network has a custom cell, or is an ensemble.</exception>
    public static void Check(TrainedNetwork network)
    {
        if (network.IsEnsemble)
            throw Contracts.Except(
                $"A safetensors file holds one network, and the model is an ensemble of {network.Members.Count}: train with EnsembleSize = "
                    + $"1, save it with ml.Model.Save, or take each network's weights from GetWeights."
            );
        if (network.Shape.CustomCell is string cell)
            throw Contracts.Except(
                $"A safetensors file holds networks of the built-in cells, and this one has the custom cell '{cell}': save it with "
                    + $"ml.Model.Save, or take its weights from GetWeights."
            );
    }

    public static void Write(Stream stream, SequenceTask task, TrainedNetwork network)
    {
        NamedTensor[] tensors =
        [
            .. network.Weights.Tensors,
            .. Scaling(network.FeatureScaling, FeatureMean, FeatureDeviation),
            .. Scaling(network.LabelScaling, LabelMean, LabelDeviation),
            .. Scaling(network.StaticScaling, StaticMean, StaticDeviation),
            .. Scaling(network.CategoryScaling),
        ];
        SafetensorsWriter.Write(stream, tensors, SafetensorsMetadata.Of(task, network));
    }

    private static IEnumerable<NamedTensor> Scaling(FeatureScaling? scaling, string mean, string deviation) =>
        scaling is null
            ? []
            : [new NamedTensor(mean, [scaling.Width], scaling.Mean), new NamedTensor(deviation, [scaling.Width], scaling.Deviation)];

    private static IEnumerable<NamedTensor> Scaling(CategoryScaling? scaling)
    {
        if (scaling is null)
            return [];
        int width = scaling.Scalings[0].Width;
        return
        [
            new NamedTensor(CategoryKeys, [scaling.Keys.Count, scaling.Columns.Count], [.. scaling.Keys.SelectMany(key => key)]),
            new NamedTensor(CategoryMean, [scaling.Keys.Count, width], [.. scaling.Scalings.SelectMany(one => one.Mean)]),
            new NamedTensor(CategoryDeviation, [scaling.Keys.Count, width], [.. scaling.Scalings.SelectMany(one => one.Deviation)]),
        ];
    }
}
