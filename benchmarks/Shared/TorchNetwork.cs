using RnnMlNet;
using RnnMlNet.Runtime.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Shared;

/// <summary>A case as libtorch computes it best: its fused layer, time-major, and a linear layer on the last state.</summary>
internal sealed class TorchNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _head;
    private readonly Func<Tensor, (Tensor States, Tensor Last)> _layer;

    public TorchNetwork(CellKind cell, int features, int units, int classes)
        : base(nameof(TorchNetwork))
    {
        (nn.Module layer, _layer) = Layer(cell, features, units);
        _head = nn.Linear(units, classes);
        register_module("rnn", layer);
        register_module("head", _head);
        eval();
    }

    /// <summary>A case's network with weights given in our names.</summary>
    public static TorchNetwork Of(Case @case, NetworkWeights weights)
    {
        var module = new TorchNetwork(@case.Cell, @case.Features, @case.Units, Case.Classes);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
            parameter.copy_(tensor(weights[name.Replace("head.", "head.0.", StringComparison.Ordinal)]).reshape(parameter.shape));
        return module;
    }

    /// <summary>[T, rows, F] to [rows, classes].</summary>
    public override Tensor forward(Tensor input) => _head.forward(_layer(input).States[-1]);

    /// <summary>
    /// The same, from the last state as the layer returns it beside those of all steps, as training loops are written; neither is faster.
    /// </summary>
    public Tensor Classify(Tensor input) => _head.forward(_layer(input).Last.squeeze(0));

    /// <summary>
    /// The same for rows that end after a number of steps of their own: <paramref name="lastSteps"/> [rows], the last of each.
    /// </summary>
    public Tensor Classify(Tensor input, Tensor rows, Tensor lastSteps) => _head.forward(_layer(input).States[lastSteps, rows]);

    private static (nn.Module, Func<Tensor, (Tensor, Tensor)>) Layer(CellKind cell, int features, int units)
    {
        switch (cell)
        {
            case CellKind.Lstm:
                var lstm = nn.LSTM(features, units);
                return (
                    lstm,
                    x =>
                    {
                        var (states, last, _) = lstm.forward(x);
                        return (states, last);
                    }
                );
            case CellKind.Gru:
                var gru = nn.GRU(features, units);
                return (gru, x => gru.forward(x, null));
            default:
                var rnn = nn.RNN(features, units);
                return (rnn, x => rnn.forward(x, null));
        }
    }
}
