using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// A trained forecasting network, packed once for scoring: forwards, pooled by the last state or decoded. Shared by all threads and never
/// written.
/// </summary>
internal sealed class WindowNetwork
{
    public WindowNetwork(NetworkParameters network)
    {
        Shape = network.Shape;
        HasCellState = Shape.CellDefinition.HasCellState;
        NetworkWeights weights = network.Weights;
        if (Shape.ProjectionSize > 0)
            Projection = LinearKernels.Create(
                isRectified: true,
                new KernelWeights(
                    weights[WeightLayout.Projection],
                    [],
                    weights[WeightLayout.ProjectionBias],
                    [],
                    Shape.Features,
                    Shape.ProjectionSize
                )
            );
        Layers =
        [
            .. Enumerable.Range(0, Shape.Layers).Select(layer => Cell("rnn", WeightLayout.Suffix(layer, 0), Shape.LayerInputSize(layer))),
        ];
        if (Shape.Decoder is { Kind: DecoderKind.Recurrent } decoder)
            DecoderCell = Cell("decoder", WeightLayout.Suffix(0, 0), 1 + decoder.KnownSize);
        Positions = Values(WeightLayout.Position);
        Channels = Values(WeightLayout.Channel);
        Known = Values(WeightLayout.Known);
        Head =
        [
            .. Shape
                .HeadLayers()
                .Select(
                    (sizes, j) =>
                        LinearKernels.Create(
                            isRectified: j < Shape.HeadHiddenSizes.Count,
                            new KernelWeights(weights[$"head.{j}.weight"], [], weights[$"head.{j}.bias"], [], sizes.Input, sizes.Output)
                        )
                ),
        ];

        CellKernel Cell(string module, string suffix, int inputSize) =>
            CellKernels.Create(
                Shape.CellDefinition,
                new KernelWeights(
                    weights[$"{module}.weight_ih_{suffix}"],
                    weights[$"{module}.weight_hh_{suffix}"],
                    weights[$"{module}.bias_ih_{suffix}"],
                    weights[$"{module}.bias_hh_{suffix}"],
                    inputSize,
                    Shape.HiddenSize
                ),
                WeightPrecision.Full
            );

        float[] Values(string name) => weights.TryGet(name, out NamedTensor? tensor) ? tensor!.Values : [];
    }

    public NetworkShape Shape { get; }

    /// <summary>Whether the cell has a cell state beside its hidden state.</summary>
    public bool HasCellState { get; }

    /// <summary>The rectified map before the first layer; null for none.</summary>
    public CellKernel? Projection { get; }

    public CellKernel[] Layers { get; }

    /// <summary>The cell of a recurrent decoder; null for none.</summary>
    public CellKernel? DecoderCell { get; }

    /// <summary>[m, I - channel's part] of a parallel decoder.</summary>
    public float[] Positions { get; }

    /// <summary>[C, channel's part] of a parallel decoder of several channels.</summary>
    public float[] Channels { get; }

    /// <summary>[I, K] of a parallel decoder with numbers known beforehand.</summary>
    public float[] Known { get; }

    public CellKernel[] Head { get; }
}
