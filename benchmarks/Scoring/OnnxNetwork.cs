using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using Shared;

namespace Scoring;

/// <summary>A case as ONNX Runtime computes it best: the operator alone, time-major, with a linear layer on the last state.</summary>
internal static class OnnxNetwork
{
    public const string Input = "x";
    public const string Output = "y";

    /// <summary>The model as a file: x [time, batch, F] to y [batch, classes].</summary>
    public static byte[] File(Case @case, TrainedNetwork network)
    {
        NetworkShape shape = network.Shape;
        var graph = new Graph();
        string last = RecurrentNodes.Layer(graph, network, prefix: "", layer: 0).Run(Input).Final.Hidden;
        string head = graph.Add(
            "Gemm",
            [
                graph.Reshape(last, -1, shape.HiddenSize),
                graph.Floats("head.W", network.Weights["head.0.weight"], Case.Classes, shape.HiddenSize),
                graph.Floats("head.B", network.Weights["head.0.bias"], Case.Classes),
            ],
            new GraphAttribute.Number("transB", 1)
        );
        graph.Rename(head, Output);
        using var file = new MemoryStream();
        new OnnxFile(
            graph,
            [new GraphValue(Input, ElementType.Float, ["time", "batch", $"{@case.Features}"])],
            [new GraphValue(Output, ElementType.Float, ["batch", $"{Case.Classes}"])]
        ).WriteTo(file);
        return file.ToArray();
    }

    /// <summary>Rows of T steps as the input, [T, rows, F].</summary>
    public static float[] TimeMajor(Case @case, Row[] rows)
    {
        var values = new float[rows.Length * @case.Steps * @case.Features];
        for (int t = 0; t < @case.Steps; t++)
        for (int b = 0; b < rows.Length; b++)
            rows[b].Steps.AsSpan(t * @case.Features, @case.Features).CopyTo(values.AsSpan((t * rows.Length + b) * @case.Features));
        return values;
    }
}
