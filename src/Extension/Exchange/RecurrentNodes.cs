using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>Creates the nodes of a network's recurrent layers: the only place that lists their kinds.</summary>
internal static class RecurrentNodes
{
    /// <summary>A layer of a network.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">The network.</param>
    /// <param name="prefix">Prefix of the constants' names.</param>
    /// <param name="layer">The layer, 0 for the first.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell.</exception>
    public static CellNodes Layer(Graph graph, NetworkParameters network, string prefix, int layer)
    {
        var modules = NetworkDefinition.Of(network.Shape).Layers[layer].Directions;
        return Of(graph, network, modules, $"{prefix}rnn.l{layer}");
    }

    /// <summary>A decoder's own cell.</summary>
    /// <inheritdoc cref="Layer" path="/param|/exception"/>
    public static CellNodes Decoder(Graph graph, NetworkParameters network, string prefix)
    {
        var decoder = (DecoderModule)NetworkDefinition.Of(network.Shape).Readout;
        return Of(graph, network, [decoder.Cell!], $"{prefix}decoder.l0");
    }

    private static CellNodes Of(Graph graph, NetworkParameters network, IReadOnlyList<CellModule> directions, string name)
    {
        KernelWeights[] weights = [.. directions.Select(cell => cell.Of(network.Weights))];
        Cell cell = network.Shape.CellDefinition;
        return cell switch
        {
            { Onnx: OnnxCell part } => new OperatorNodes(graph, cell, part, weights, name),
            IScannedCell step => new ScanNodes(graph, cell, step, weights, name),
            IDiagonalCell diagonal => new DiagonalNodes(graph, cell, diagonal, weights, name),
            { HasRecurrentWeights: false } => new GatedAverageNodes(graph, cell, weights, name),
            _ => throw Contracts.Except(
                $"ONNX has no operator for the cell {cell.Kind}: train with one of "
                    + $"{string.Join(", ", CellRegistry.All.Where(other => other.IsInOnnx).Select(other => other.Kind))}."
            ),
        };
    }
}
