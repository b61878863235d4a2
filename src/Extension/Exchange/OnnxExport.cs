using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Exchange;

/// <summary>
/// A trained network as an ONNX model with inputs <c>features</c> (or <c>tokens</c> and, where the characters of words are read,
/// <c>characters</c>), <c>lengths</c> and, where there are static values, <c>static</c>, and those of the outputs
/// <c>score</c>, <c>probability</c> and <c>predicted_label</c> that the task has.
/// </summary>
internal static class OnnxExport
{
    private const string Features = "features";
    private const string Tokens = "tokens";
    private const string Characters = "characters";
    private const string Lengths = "lengths";
    private const string Static = "static";
    private const string Batch = "batch";
    private const string Time = "time";

    /// <exception cref="InvalidOperationException">The network has a custom cell.</exception>
    public static OnnxFile ModelOf(
        TrainedNetwork network,
        ScoreKind kind,
        IReadOnlyList<string> classNames,
        IReadOnlyList<float> thresholds
    )
    {
        NetworkShape shape = network.Shape;
        if (shape.CustomCell is not null)
            throw Contracts.Except(
                $"The network cannot be saved as ONNX: its cell '{shape.CustomCell}' is a custom cell, and ONNX has operators "
                    + $"for {string.Join(", ", CellRegistry.All.Where(cell => cell.IsInOnnx).Select(cell => cell.Kind))} only. "
                    + "Save the model with mlContext.Model.Save, or train it with one of those cells."
            );

        if (shape.IsChained)
            throw Contracts.Except(
                "The network cannot be saved as ONNX: it scores the tags of a sequence together (ConditionalRandomField), and ONNX has no "
                    + "operator for that. Save the model with mlContext.Model.Save or SaveRuntimeModel, or train it without."
            );

        int features = shape.TimeStepValues;
        GraphValue sequence = shape.UsesTokens
            ? new(Tokens, ElementType.Int64, [Batch, Time])
            : new(Features, ElementType.Float, [Batch, Time, features.ToString(CultureInfo.InvariantCulture)]);
        var graph = new Graph();
        string raw = NetworkNodes.Add(
            graph,
            network,
            new TimeSteps(sequence.Name, Lengths, Statics: shape.StaticFeatures > 0 ? Static : null)
            {
                Characters = shape.Characters is null ? null : Characters,
            }
        );
        return new OnnxFile(
            graph,
            [
                sequence,
                .. shape.Characters is null
                    ? Array.Empty<GraphValue>()
                    : [new(Characters, ElementType.Int64, [Batch, Time, WordCharacters.Length.ToString(CultureInfo.InvariantCulture)])],
                new(Lengths, ElementType.Int64, [Batch]),
                .. shape.StaticFeatures == 0
                    ? Array.Empty<GraphValue>()
                    : [new(Static, ElementType.Float, [Batch, shape.StaticFeatures.ToString(CultureInfo.InvariantCulture)])],
            ],
            [.. Outputs(graph, kind, ScoreNodes.Add(graph, kind, raw, thresholds), shape.Outputs)]
        )
        {
            Metadata = classNames.Count == 0 ? [] : [("class_names", JsonSerializer.Serialize(classNames))],
        };
    }

    private static IEnumerable<GraphValue> Outputs(Graph graph, ScoreKind kind, ScoreNodes scores, int width)
    {
        if (kind == ScoreKind.SequenceTagger)
        {
            graph.Rename(scores.Score, "score");
            graph.Rename(scores.PredictedLabel!, "predicted_label");
            yield return new GraphValue("score", ElementType.Float, [Batch, Time, width.ToString(CultureInfo.InvariantCulture)]);
            yield return new GraphValue("predicted_label", ElementType.Int64, [Batch, Time]);
            yield break;
        }
        if (kind is ScoreKind.MultiLabel or ScoreKind.MultiLabelTagger)
        {
            string[] items = kind == ScoreKind.MultiLabelTagger ? [Batch, Time] : [Batch];
            yield return OfItem(graph, "score", scores.Score, items, width);
            yield return OfItem(graph, "probability", scores.Probability!, items, width);
            yield return OfItem(graph, "predicted_label", scores.PredictedLabel!, items, width, ElementType.Bool);
            yield break;
        }
        bool isVector = kind is ScoreKind.Multiclass or ScoreKind.MultiTargetRegression;
        yield return isVector
            ? OfItem(graph, "score", scores.Score, [Batch], width)
            : OfRow(graph, "score", scores.Score, ElementType.Float);
        if (scores.Probability is not null)
            yield return OfRow(graph, "probability", scores.Probability, ElementType.Float);
        if (scores.PredictedLabel is not null)
            yield return OfRow(
                graph,
                "predicted_label",
                scores.PredictedLabel,
                kind == ScoreKind.Binary ? ElementType.Bool : ElementType.Int64
            );
    }

    private static GraphValue OfItem(
        Graph graph,
        string name,
        string value,
        IEnumerable<string> items,
        int width,
        ElementType type = ElementType.Float
    )
    {
        graph.Rename(value, name);
        return new GraphValue(name, type, [.. items, width.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>One value a row: [batch, 1] becomes [batch].</summary>
    private static GraphValue OfRow(Graph graph, string name, string value, ElementType type)
    {
        graph.Rename(graph.Reshape(value, -1), name);
        return new GraphValue(name, type, [Batch]);
    }
}
