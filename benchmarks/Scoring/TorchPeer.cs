using RnnMlNet;
using RnnMlNet.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Scoring;

/// <summary>libtorch: its fused layer and a linear one, in inference mode, on a tensor made beforehand.</summary>
internal sealed class TorchPeer : IPeer
{
    private readonly nn.Module<Tensor, Tensor> _head;
    private readonly nn.Module _layer;
    private readonly Func<Tensor, Tensor> _states;
    private readonly Tensor _input;
    private readonly int _rows;

    public TorchPeer(Case @case, TrainedNetwork network, Row[] rows)
    {
        _rows = rows.Length;
        (_layer, _states) = Layer(@case);
        _head = nn.Linear(@case.Units, Case.Classes);
        using (no_grad())
        {
            foreach (var (name, parameter) in _layer.named_parameters())
                parameter.copy_(tensor(network.Weights[$"rnn.{name}"]).reshape(parameter.shape));
            foreach (var (name, parameter) in _head.named_parameters())
                parameter.copy_(tensor(network.Weights[$"head.0.{name}"]).reshape(parameter.shape));
        }
        _layer.eval();
        _input = tensor(OnnxRuntimePeer.TimeMajor(@case, rows)).reshape(@case.Steps, rows.Length, @case.Features);
    }

    public string Name => "libtorch";

    public int FirstClass { get; private set; }

    public int Run()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Tensor scores = _head.forward(_states(_input)[-1]);
        FirstClass = Highest.Of(scores.data<float>().ToArray().AsSpan(0, Case.Classes));
        return _rows;
    }

    public void Dispose()
    {
        _layer.Dispose();
        _head.Dispose();
        _input.Dispose();
    }

    private static (nn.Module, Func<Tensor, Tensor>) Layer(Case @case)
    {
        switch (@case.Cell)
        {
            case CellKind.Lstm:
                var lstm = nn.LSTM(@case.Features, @case.Units);
                return (lstm, x => lstm.forward(x).Item1);
            case CellKind.Gru:
                var gru = nn.GRU(@case.Features, @case.Units);
                return (gru, x => gru.forward(x, null).Item1);
            default:
                var rnn = nn.RNN(@case.Features, @case.Units);
                return (rnn, x => rnn.forward(x, null).Item1);
        }
    }
}
