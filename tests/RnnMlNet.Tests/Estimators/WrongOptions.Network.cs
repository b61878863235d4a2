using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

// The network.
internal static partial class WrongOptions
{
    private static IEnumerable<TestCaseData> Network()
    {
        yield return Case(
            o => (o.ResidualConnections, o.Layers) = (true, 1),
            nameof(RnnOptions.ResidualConnections),
            "ResidualConnections is true, but Layers is 1, and a layer adds the states of the layers below: set Layers to 2 or more, or "
                + "leave it null, or ResidualConnections."
        );
        yield return Case(
            o => o.LayerNormalization = (LayerNormalization)3,
            nameof(RnnOptions.LayerNormalization),
            "LayerNormalization is 3; it must be one of None, LayerNorm, RmsNorm."
        );
        yield return Case(
            o => (o.LayerNormalization, o.HiddenSize) = (LayerNormalization.RmsNorm, 1),
            nameof(RnnOptions.LayerNormalization),
            "LayerNormalization is RmsNorm, but HiddenSize is 1, and normalised states of so few units say nothing: set a larger "
                + "HiddenSize, or leave LayerNormalization null."
        );
        yield return Case(
            o => o.Cell = (CellKind)77,
            nameof(RnnOptions.Cell),
            "Cell is 77; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        yield return Case(o => o.CustomCell = " ", nameof(RnnOptions.CustomCell), "CustomCell is empty");
        yield return AtLeastOne(nameof(RnnOptions.HiddenSize), (o, value) => o.HiddenSize = value);
        yield return AtLeastOne(nameof(RnnOptions.HiddenSize), (o, value) => o.HiddenSize = value, -3);
        yield return AtLeastOne(nameof(RnnOptions.Layers), (o, value) => o.Layers = value);
        yield return AtLeastOne(nameof(RnnOptions.PatchLength), (o, value) => o.PatchLength = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionFilters), (o, value) => o.ConvolutionFilters = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionKernelSize), (o, value) => o.ConvolutionKernelSize = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionLayers), (o, value) => o.ConvolutionLayers = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionStride), (o, value) => o.ConvolutionStride = value);
        yield return Case(
            o => o.ConvolutionLayers = 2,
            nameof(RnnOptions.ConvolutionLayers),
            "ConvolutionLayers is 2, but ConvolutionFilters is null, so that there is no convolution: set ConvolutionFilters, or leave "
                + "ConvolutionLayers null."
        );
        yield return Case(
            o => (o.ConvolutionFilters, o.ConvolutionStride) = (8, 9),
            nameof(RnnOptions.ConvolutionStride),
            "ConvolutionStride is 9, but ConvolutionKernelSize is 7, so that steps between two windows would not be read: set a smaller "
                + "ConvolutionStride, or a larger ConvolutionKernelSize."
        );
        yield return Case(
            o => (o.ForStreaming, o.Bidirectional) = (true, true),
            nameof(RnnOptions.Bidirectional),
            "Bidirectional is true, but ForStreaming is set"
        );
        yield return Case(
            o => o.HiddenSize = int.MaxValue,
            nameof(RnnOptions.HiddenSize),
            "HiddenSize is 2147483647; it must be at most 67108864."
        );
        yield return Case(o => o.Layers = int.MaxValue, nameof(RnnOptions.Layers), "Layers is 2147483647; it must be at most 65536.");
        yield return Case(
            o => o.EmbeddingSize = (1 << 26) + 1,
            nameof(RnnOptions.EmbeddingSize),
            "EmbeddingSize is 67108865; it must be at most 67108864."
        );
        yield return Case(
            o => o.HeadHiddenSizes = [4, int.MaxValue],
            nameof(RnnOptions.HeadHiddenSizes),
            "HeadHiddenSizes is 2147483647; it must be at most 67108864."
        );
        yield return AtLeastOne(nameof(RnnOptions.EmbeddingSize), (o, value) => o.EmbeddingSize = value);
        yield return AtLeastOne(nameof(RnnOptions.HeadHiddenSizes), (o, value) => o.HeadHiddenSizes = [8, value]);
        yield return Case(
            o => o.Pooling = 0,
            nameof(RnnOptions.Pooling),
            "Pooling is 0; it must be Last, Mean, Max, Attention or several of them combined."
        );
        yield return Case(
            o => o.Pooling = (Pooling)16,
            nameof(RnnOptions.Pooling),
            "Pooling is 16; it must be Last, Mean, Max, Attention or several of them combined."
        );
        yield return Case(o => o.ForgetBias = float.NaN, nameof(RnnOptions.ForgetBias), "ForgetBias is NaN; it must be a finite number.");
        yield return Share(nameof(RnnOptions.Dropout), (o, value) => (o.Dropout, o.Layers) = (value, 2), 1);
        yield return Case(
            o => o.Dropout = 0.5f,
            nameof(RnnOptions.Dropout),
            "Dropout is 0.5, but it works between recurrent layers and Layers is 1"
        );
        yield return Share(nameof(RnnOptions.RecurrentDropout), (o, value) => o.RecurrentDropout = value, 1);
        yield return Case(
            o => (o.RecurrentDropout, o.Cell) = (0.5f, CellKind.MinGru),
            nameof(RnnOptions.RecurrentDropout),
            "RecurrentDropout is 0.5, but the cell MinGru has no recurrent weights: use Dropout, between layers, or another cell."
        );
        yield return Case(
            o => (o.RecurrentDropout, o.CustomCell) = (0.5f, "mine"),
            nameof(RnnOptions.RecurrentDropout),
            "RecurrentDropout is 0.5, but the cell is 'mine', and what of its state meets weights only the cell itself knows: leave it "
                + "0, and drop inside of the cell."
        );
        yield return Share(nameof(RnnOptions.InputDropout), (o, value) => o.InputDropout = value, -0.1f);
        yield return Share(nameof(RnnOptions.HeadDropout), (o, value) => o.HeadDropout = value, float.NaN);
    }
}
