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
        if (!network.Shape.StepColumns.ArePlain || network.Shape.StaticFeatures > 0 || network.CategoryScaling is not null)
            throw Contracts.Except(
                "A safetensors file holds networks that read numbers or tokens alone, and this one also reads "
                    + $"[{network.Shape.StepColumns}], {network.Shape.StaticFeatures} static values, or standardises within categories: "
                    + "save it with ml.Model.Save or SaveAsOnnx, or take its weights from GetWeights."
            );
    }

    public static void Write(Stream stream, PredictionKind task, TrainedNetwork network)
    {
        NamedTensor[] tensors =
        [
            .. network.Weights.Tensors,
            .. Scaling(network.FeatureScaling, FeatureMean, FeatureDeviation),
            .. Scaling(network.LabelScaling, LabelMean, LabelDeviation),
        ];
        SafetensorsWriter.Write(stream, tensors, SafetensorsMetadata.Of(task, network.Shape, network.HasVectorLabel));
    }

    private static IEnumerable<NamedTensor> Scaling(FeatureScaling? scaling, string mean, string deviation) =>
        scaling is null
            ? []
            : [new NamedTensor(mean, [scaling.Width], scaling.Mean), new NamedTensor(deviation, [scaling.Width], scaling.Deviation)];
}
