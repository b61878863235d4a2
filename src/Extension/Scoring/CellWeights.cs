using RnnMlNet.Networks;

namespace RnnMlNet.Scoring;

/// <summary>One layer's cell in one direction: its input and recurrent maps, and the step.</summary>
internal sealed class CellWeights
{
    private readonly CellKind _cell;
    private readonly int _hiddenSize;
    private readonly DenseLayer _fromInput;
    private readonly DenseLayer _fromState;

    public CellWeights(NetworkShape shape, NetworkWeights weights, int layer, int direction)
    {
        string suffix = WeightLayout.Suffix(layer, direction);
        int rows = shape.Gates * shape.HiddenSize;
        _cell = shape.Cell;
        _hiddenSize = shape.HiddenSize;
        _fromInput = new DenseLayer(weights[$"rnn.weight_ih_{suffix}"], weights[$"rnn.bias_ih_{suffix}"], shape.LayerInputSize(layer), rows);
        _fromState = new DenseLayer(weights[$"rnn.weight_hh_{suffix}"], weights[$"rnn.bias_hh_{suffix}"], shape.HiddenSize, rows);
    }

    /// <summary>One step: h and c (LSTM only) are replaced by what follows them after input x.</summary>
    /// <param name="x">The step's input.</param>
    /// <param name="h">[H] the state.</param>
    /// <param name="c">[H] the LSTM's cell state.</param>
    /// <param name="gates">Scratch, two times gates x H.</param>
    public void Step(ReadOnlySpan<float> x, Span<float> h, Span<float> c, Span<float> gates)
    {
        Span<float> fromInput = gates[.._fromInput.Output];
        Span<float> fromState = gates.Slice(_fromInput.Output, _fromState.Output);
        _fromInput.Apply(x, fromInput);
        _fromState.Apply(h, fromState);
        switch (_cell)
        {
            case CellKind.Lstm:
                Lstm(fromInput, fromState, h, c);
                break;
            case CellKind.Gru:
                Gru(fromInput, fromState, h);
                break;
            case CellKind.ElmanRelu:
                for (int j = 0; j < _hiddenSize; j++)
                    h[j] = Math.Max(0, fromInput[j] + fromState[j]);
                break;
            default:
                for (int j = 0; j < _hiddenSize; j++)
                    h[j] = MathF.Tanh(fromInput[j] + fromState[j]);
                break;
        }
    }

    // i f g o
    private void Lstm(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> h, Span<float> c)
    {
        int H = _hiddenSize;
        for (int j = 0; j < H; j++)
        {
            float i = Losses.Sigmoid(a[j] + b[j]);
            float f = Losses.Sigmoid(a[H + j] + b[H + j]);
            float g = MathF.Tanh(a[2 * H + j] + b[2 * H + j]);
            float o = Losses.Sigmoid(a[3 * H + j] + b[3 * H + j]);
            c[j] = f * c[j] + i * g;
            h[j] = o * MathF.Tanh(c[j]);
        }
    }

    // r z n
    private void Gru(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> h)
    {
        int H = _hiddenSize;
        for (int j = 0; j < H; j++)
        {
            float r = Losses.Sigmoid(a[j] + b[j]);
            float z = Losses.Sigmoid(a[H + j] + b[H + j]);
            float n = MathF.Tanh(a[2 * H + j] + r * b[2 * H + j]);
            h[j] = (1 - z) * n + z * h[j];
        }
    }
}
