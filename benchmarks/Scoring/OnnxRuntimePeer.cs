using Microsoft.ML.OnnxRuntime;
using RnnMlNet;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Networks;

namespace Scoring;

/// <summary>
/// ONNX Runtime at its best: the operator alone with a linear layer on the last state, time-major as it computes, and input and output values made
/// beforehand.
/// </summary>
internal sealed class OnnxRuntimePeer : IPeer
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly float[] _scores;
    private readonly int _rows;

    public OnnxRuntimePeer(Case @case, TrainedNetwork network, Row[] rows, int threads)
    {
        _rows = rows.Length;
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new InferenceSession(Model(@case, network), options);
        _scores = new float[rows.Length * Case.Classes];
        _input = OrtValue.CreateTensorValueFromMemory(TimeMajor(@case, rows), [@case.Steps, rows.Length, @case.Features]);
        _output = OrtValue.CreateTensorValueFromMemory(_scores, [rows.Length, Case.Classes]);
    }

    public string Name => "ONNX Runtime";

    public int FirstClass => Highest.Of(_scores.AsSpan(0, Case.Classes));

    public int Run()
    {
        _session.Run(_options, ["x"], [_input], ["y"], [_output]);
        return _rows;
    }

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    public static float[] TimeMajor(Case @case, Row[] rows)
    {
        var values = new float[rows.Length * @case.Steps * @case.Features];
        for (int t = 0; t < @case.Steps; t++)
            for (int b = 0; b < rows.Length; b++)
                rows[b].Steps.AsSpan(t * @case.Features, @case.Features).CopyTo(values.AsSpan((t * rows.Length + b) * @case.Features));
        return values;
    }

    private static byte[] Model(Case @case, TrainedNetwork network)
    {
        NetworkShape shape = network.Shape;
        OnnxWeights weights = OnnxWeights.Of(shape, network.Weights, 0);
        int rows = shape.Gates * shape.HiddenSize;
        var graph = new Graph();
        string w = graph.Floats("W", weights.W, 1, rows, shape.Features), r = graph.Floats("R", weights.R, 1, rows, shape.HiddenSize), b = graph.Floats("B", weights.B, 1, 2 * rows);
        var attributes = new List<GraphAttribute> { new GraphAttribute.Number("hidden_size", shape.HiddenSize) };
        if (shape.Cell == CellKind.Gru)
            attributes.Add(new GraphAttribute.Number("linear_before_reset", 1));
        string name = shape.Cell switch { CellKind.Lstm => "LSTM", CellKind.Gru => "GRU", _ => "RNN" };
        var (_, last) = graph.AddPair(name, ["x", w, r, b], [.. attributes]);
        string head = graph.Add("Gemm", [graph.Reshape(last, -1, shape.HiddenSize), graph.Floats("head.W", network.Weights["head.0.weight"], Case.Classes, shape.HiddenSize),
            graph.Floats("head.B", network.Weights["head.0.bias"], Case.Classes)], new GraphAttribute.Number("transB", 1));
        graph.Rename(head, "y");
        using var file = new MemoryStream();
        new OnnxFile(graph, [new GraphValue("x", ElementType.Float, ["time", "batch", $"{@case.Features}"])], [new GraphValue("y", ElementType.Float, ["batch", $"{Case.Classes}"])]).WriteTo(file);
        return file.ToArray();
    }
}
