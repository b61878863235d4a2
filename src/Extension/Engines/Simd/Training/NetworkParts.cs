using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The modules of a network, specialised for its sizes and the processor's vectors. Shared by all threads.</summary>
internal sealed class NetworkParts
{
    /// <summary>Creates the modules of a network.</summary>
    public static NetworkParts Create<T>(NetworkShape shape)
        where T : unmanaged, ILanes<T>
    {
        var definition = NetworkDefinition.Of(shape);
        var decoder = definition.Readout as DecoderModule;
        // A decoder that steps the first layer's cell learns what that reads there.
        bool givesInputBack =
            shape.UsesTokens
            || shape.StepColumns.Categories.Count > 0
            || shape.ProjectionSize > 0
            || shape.Convolutions.Count > 0
            || decoder is { Cell: null };
        return new NetworkParts
        {
            Projection =
                shape.ProjectionSize > 0 ? LinearTraining.Create<T>(shape.StepInputSize, shape.ProjectionSize, isRectified: true) : null,
            Convolutions =
            [
                .. definition.Convolutions.Select(one => LinearTraining.Create<T>(one.WindowSize, one.Shape.Filters, isRectified: true)),
            ],
            Layers =
            [
                .. Enumerable
                    .Range(0, shape.Layers)
                    .Select(layer =>
                        Enumerable
                            .Range(0, shape.Directions)
                            .Select(_ =>
                                DirectionTraining.Create<T>(
                                    shape.CellDefinition,
                                    shape.LayerInputSize(layer),
                                    shape.HiddenSize,
                                    needsInputGradient: layer > 0 || givesInputBack
                                )
                            )
                            .ToArray()
                    ),
            ],
            Decoder = decoder?.Cell is CellModule cell
                ? DirectionTraining.Create<T>(shape.CellDefinition, cell.Inputs, shape.HiddenSize, needsInputGradient: false)
                : null,
            Head =
                shape.Decoder is { Kind.ReadsPreviousOutput: false } && shape.HeadHiddenSizes.Count == 0
                    ? LinearTraining.Create<T>(shape.HiddenSize, shape.HeadOutputs, isRectified: false)
                    : null,
        };
    }

    /// <summary>The rectified map before the first layer; null for none.</summary>
    public required LinearTraining? Projection { get; init; }

    /// <summary>The convolutions before the first layer, as linear maps of a window; empty for none.</summary>
    public required IReadOnlyList<LinearTraining> Convolutions { get; init; }

    /// <summary>The layers' directions.</summary>
    public required DirectionTraining[][] Layers { get; init; }

    /// <summary>A decoder's own cell; null for none.</summary>
    public required DirectionTraining? Decoder { get; init; }

    /// <summary>
    /// The head of a parallel decoder, where it is one linear map: it takes all steps' states at once. Null for a head that runs row by
    /// row.
    /// </summary>
    public required LinearTraining? Head { get; init; }
}
