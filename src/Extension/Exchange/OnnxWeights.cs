using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A recurrent layer's weights as ONNX's RNN, GRU and LSTM have them: both directions in one tensor, and the gates in another order than
/// PyTorch's.
/// </summary>
/// <param name="W">[directions, gates x H, input]</param>
/// <param name="R">[directions, gates x H, H]</param>
/// <param name="B">[directions, 2 x gates x H]: the input's biases, then the state's.</param>
internal sealed record OnnxWeights(float[] W, float[] R, float[] B)
{
    public static OnnxWeights Of(NetworkShape shape, NetworkWeights weights, int layer)
    {
        string[] suffixes = [.. Enumerable.Range(0, shape.Directions).Select(direction => WeightLayout.Suffix(layer, direction))];
        float[] Gates(string name) => Reorder(weights[name], GateOrder(shape.Cell));
        return new OnnxWeights(
            [.. suffixes.SelectMany(suffix => Gates($"rnn.weight_ih_{suffix}"))],
            [.. suffixes.SelectMany(suffix => Gates($"rnn.weight_hh_{suffix}"))],
            [.. suffixes.SelectMany(suffix => Gates($"rnn.bias_ih_{suffix}").Concat(Gates($"rnn.bias_hh_{suffix}")))]);
    }

    /// <summary>Where each of ONNX's gates stands in PyTorch's order.</summary>
    private static int[] GateOrder(CellKind cell) => cell switch
    {
        CellKind.Lstm => [0, 3, 1, 2],   // i o f c, of i f g o (g is c there)
        CellKind.Gru => [1, 0, 2],       // z r h, of r z n (n is h there)
        _ => [0],
    };

    private static float[] Reorder(float[] values, int[] order)
    {
        int gate = values.Length / order.Length;
        return [.. order.SelectMany(g => new ArraySegment<float>(values, g * gate, gate))];
    }
}
