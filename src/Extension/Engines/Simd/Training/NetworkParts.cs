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
            || shape.Cycle is not null
            || shape.Convolutions.Count > 0
            || decoder is { Cell: null };
        return new NetworkParts
        {
            Characters = shape.Characters is CharacterShape characters ? new CharacterTraining(characters) : null,
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
            Norm = NormOf<T>(shape),
            Decoder = decoder?.Cell is CellModule cell
                ? DirectionTraining.Create<T>(shape.CellDefinition, cell.Inputs, shape.HiddenSize, needsInputGradient: false)
                : null,
            Head =
                shape.Decoder is { Kind.ReadsPreviousOutput: false } && shape.HeadHiddenSizes.Count == 0
                    ? LinearTraining.Create<T>(shape.HiddenSize, shape.HeadOutputs, isRectified: false)
                    : null,
        };
    }

    /// <summary>The vectors of words' characters; null for none.</summary>
    public required CharacterTraining? Characters { get; init; }

    /// <summary>The rectified map before the first layer; null for none.</summary>
    public required LinearTraining? Projection { get; init; }

    /// <summary>The convolutions before the first layer, as linear maps of a window; empty for none.</summary>
    public required IReadOnlyList<LinearTraining> Convolutions { get; init; }

    /// <summary>The layers' directions.</summary>
    public required DirectionTraining[][] Layers { get; init; }

    /// <summary>The normalisation of what is read of the layers; null for none.</summary>
    public required NormKernel? Norm { get; init; }

    /// <summary>A decoder's own cell; null for none.</summary>
    public required DirectionTraining? Decoder { get; init; }

    /// <summary>
    /// The head of a parallel decoder, where it is one linear map: it takes all steps' states at once. Null for a head that runs row by
    /// row.
    /// </summary>
    public required LinearTraining? Head { get; init; }

    private static NormKernel<T>? NormOf<T>(NetworkShape shape)
        where T : unmanaged, ILanes<T> =>
        NetworkDefinition.Of(shape).Norms is [NormModule norm, ..] ? new NormKernel<T>(norm.IsCentred, norm.Epsilon) : null;
}
