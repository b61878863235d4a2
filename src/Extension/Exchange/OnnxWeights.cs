using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A recurrent layer's weights in the layout of ONNX's RNN, GRU and LSTM: both directions in one tensor, and the gates in another order
/// than PyTorch's.
/// </summary>
/// <param name="W">[directions, gates x H, input]</param>
/// <param name="R">[directions, gates x H, H]</param>
/// <param name="B">[directions, 2 x gates x H]: the input's biases, then the state's.</param>
internal sealed record OnnxWeights(float[] W, float[] R, float[] B)
{
    /// <summary>The weights of a layer, all its directions.</summary>
    public static OnnxWeights Of(NetworkShape shape, NetworkWeights weights, int layer) =>
        Of(shape, weights, "rnn", [.. Enumerable.Range(0, shape.Directions).Select(direction => WeightLayout.Suffix(layer, direction))]);

    /// <param name="shape">The network's sizes.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="module">Prefix of their names: rnn, or decoder.</param>
    /// <param name="suffixes">Suffix of their names for each direction.</param>
    public static OnnxWeights Of(NetworkShape shape, NetworkWeights weights, string module, IReadOnlyList<string> suffixes)
    {
        float[] Gates(string name) => Reorder(weights[name], CellOf(shape).GateOrder);
        return new OnnxWeights(
            [.. suffixes.SelectMany(suffix => Gates($"{module}.weight_ih_{suffix}"))],
            [.. suffixes.SelectMany(suffix => Gates($"{module}.weight_hh_{suffix}"))],
            [.. suffixes.SelectMany(suffix => Gates($"{module}.bias_ih_{suffix}").Concat(Gates($"{module}.bias_hh_{suffix}")))]
        );
    }

    /// <summary>ONNX's description of the cell.</summary>
    /// <exception cref="InvalidOperationException">ONNX has no operator for it.</exception>
    public static OnnxCell CellOf(NetworkShape shape) =>
        shape.CellDefinition.Onnx
        ?? throw Contracts.Except(
            $"ONNX has no operator for the cell {shape.Cell}: train with one of "
                + $"{string.Join(", ", CellRegistry.All.Where(cell => cell.Onnx is not null).Select(cell => cell.Kind))}."
        );

    private static float[] Reorder(float[] values, int[] order)
    {
        int gate = values.Length / order.Length;
        return [.. order.SelectMany(g => new ArraySegment<float>(values, g * gate, gate))];
    }
}
