using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;

namespace RnnMlNet.Exchange;

/// <summary>A trained network as part of a pipeline that ML.NET's <c>ConvertToOnnx</c> converts.</summary>
internal static class ConverterExport
{
    /// <summary>Adds the score columns to the converter's model; nothing where the sequence columns are missing from it.</summary>
    public static void Add(
        OnnxContext context,
        string name,
        TrainedNetwork network,
        ScoreKind kind,
        SequenceBinding binding,
        SequenceColumns columns,
        IEnumerable<DataViewSchema.DetachedColumn> outputs,
        IReadOnlyList<float> thresholds
    )
    {
        if (columns.CharacterName is string words)
            throw Contracts.Except(
                $"The model cannot be converted to ONNX with its pipeline: it reads the characters of the words in column '{words}' "
                    + "(CharacterColumnName), and ONNX has no operator that gives the characters of a text. Save its network with "
                    + "SaveAsOnnx, whose input are characters as numbers, or the model with mlContext.Model.Save."
            );
        context.CheckOpSetVersion(NetworkNodes.OpSetOf(network), name);
        DataViewSchema.Column[] all = [.. binding.AllColumns];
        if (!Array.TrueForAll(all, column => context.ContainsColumn(column.Name)))
            return;

        string[] inputs = [.. all.Select((_, i) => $"column {i}")];
        var variables = inputs.Zip(all, (input, column) => (input, context.GetVariableName(column.Name))).ToDictionary();
        var graph = new Graph();
        TimeSteps steps = ColumnNodes.Add(graph, binding, columns, inputs) with
        {
            Statics = ColumnNodes.Statics(graph, binding.Static, inputs[^binding.Static.All.Count..]),
        };
        ScoreNodes scores = ScoreNodes.Add(graph, kind, NetworkNodes.Add(graph, network, steps), thresholds);
        foreach (DataViewSchema.DetachedColumn output in outputs)
        {
            graph.Rename(ColumnValue(graph, kind, scores, output.Name), output.Name);
            variables[output.Name] = context.AddIntermediateVariable(output.Type, output.Name);
        }
        ConverterNodes.Add(context, graph, variables);
    }

    private static string ColumnValue(Graph graph, ScoreKind kind, ScoreNodes scores, string column) =>
        column switch
        {
            DefaultColumnNames.Score => scores.Score,
            DefaultColumnNames.Probability => scores.Probability!,
            // A key is the class's index counted from 1.
            _ when kind == ScoreKind.Multiclass => graph.Cast(
                graph.Add("Add", [scores.PredictedLabel!, graph.Scalar(1L)]),
                ElementType.UInt32
            ),
            _ => scores.PredictedLabel!,
        };
}
