using RnnMlNet.Runtime.Cells;

namespace RnnMlNet.Exchange;

/// <summary>The pre-activations of all gates as one value of a graph, gate behind gate in the last dimension.</summary>
/// <param name="graph">The graph.</param>
/// <param name="gates">The value, [..., gates x H].</param>
/// <param name="units">H.</param>
/// <param name="axis">Its last dimension.</param>
internal sealed class GateNodes(Graph graph, string gates, int units, int axis = 2) : IGateNodes
{
    /// <summary>W x + b of all steps.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="input">[time, rows, inputs].</param>
    /// <param name="weights">[inputs, gates x H].</param>
    /// <param name="bias">[gates x H].</param>
    /// <param name="units">H.</param>
    public static GateNodes Of(Graph graph, string input, string weights, string bias, int units) =>
        new(graph, graph.Add("Add", [graph.Add("MatMul", [input, weights]), bias]), units);

    /// <summary>Several gates as one value.</summary>
    /// <param name="first">The first gate.</param>
    /// <param name="count">Their number.</param>
    public string Several(int first, int count) => graph.Slice(gates, axis, first * (long)units, (first + count) * (long)units);

    public string Gate(int gate) => Several(gate, 1);

    public string Scalar(float value) => graph.Scalar(value);

    public string Add(string @operator, params string[] inputs) => graph.Add(@operator, inputs);

    /// <summary>A matrix with its dimensions exchanged.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="columns">Columns.</param>
    public static float[] Transposed(float[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        return [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[i % rows * columns + i / rows])];
    }
}
