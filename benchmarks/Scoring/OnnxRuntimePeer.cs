using Microsoft.ML.OnnxRuntime;
using RnnMlNet.Models;
using Shared;

namespace Scoring;

/// <summary>ONNX Runtime at its best: the operator alone on values made beforehand, its output written where it is wanted.</summary>
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
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        _session = new InferenceSession(OnnxNetwork.File(@case, network), options);
        _scores = new float[rows.Length * Case.Classes];
        _input = OrtValue.CreateTensorValueFromMemory(OnnxNetwork.TimeMajor(@case, rows), [@case.Steps, rows.Length, @case.Features]);
        _output = OrtValue.CreateTensorValueFromMemory(_scores, [rows.Length, Case.Classes]);
    }

    public string Name => "ONNX Runtime";

    public int FirstClass => Highest.Of(_scores.AsSpan(0, Case.Classes));

    public int Run()
    {
        _session.Run(_options, [OnnxNetwork.Input], [_input], [OnnxNetwork.Output], [_output]);
        return _rows;
    }

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
