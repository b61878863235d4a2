using RnnMlNet;
using RnnMlNet.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Scoring;

/// <summary>A case as libtorch computes it best: its fused layer, time-major, and a linear layer on the last state.</summary>
internal sealed class TorchNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _head;
    private readonly Func<Tensor, Tensor> _states;

    public TorchNetwork(CellKind cell, int features, int units, int classes)
        : base(nameof(TorchNetwork))
    {
        (nn.Module layer, _states) = Layer(cell, features, units);
        _head = nn.Linear(units, classes);
        register_module("rnn", layer);
        register_module("head", _head);
        eval();
    }

    /// <summary>A case's network with its weights.</summary>
    public static TorchNetwork Of(Case @case, TrainedNetwork network)
    {
        var module = new TorchNetwork(@case.Cell, @case.Features, @case.Units, Case.Classes);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
            parameter.copy_(tensor(network.Weights[name.Replace("head.", "head.0.", StringComparison.Ordinal)]).reshape(parameter.shape));
        return module;
    }

    /// <summary>[T, rows, F] to [rows, classes].</summary>
    public override Tensor forward(Tensor input) => _head.forward(_states(input)[-1]);

    private static (nn.Module, Func<Tensor, Tensor>) Layer(CellKind cell, int features, int units)
    {
        switch (cell)
        {
            case CellKind.Lstm:
                var lstm = nn.LSTM(features, units);
                return (lstm, x => lstm.forward(x).Item1);
            case CellKind.Gru:
                var gru = nn.GRU(features, units);
                return (gru, x => gru.forward(x, null).Item1);
            default:
                var rnn = nn.RNN(features, units);
                return (rnn, x => rnn.forward(x, null).Item1);
        }
    }
}
