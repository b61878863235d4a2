using RnnMlNet;
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
        OnnxWeights weights = OnnxWeights.Of(shape, network.Weights, 0);
        int rows = shape.Gates * shape.HiddenSize;
        var graph = new Graph();
        string w = graph.Floats("W", weights.W, 1, rows, shape.Features),
            r = graph.Floats("R", weights.R, 1, rows, shape.HiddenSize),
            b = graph.Floats("B", weights.B, 1, 2 * rows);
        var attributes = new List<GraphAttribute> { new GraphAttribute.Number("hidden_size", shape.HiddenSize) };
        if (shape.Cell == CellKind.Gru)
            attributes.Add(new GraphAttribute.Number("linear_before_reset", 1));
        string name = shape.Cell switch
        {
            CellKind.Lstm => "LSTM",
            CellKind.Gru => "GRU",
            _ => "RNN",
        };
        var (_, last) = graph.AddPair(name, [Input, w, r, b], [.. attributes]);
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
