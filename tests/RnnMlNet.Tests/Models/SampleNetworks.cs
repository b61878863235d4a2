using RnnMlNet.Models;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>Networks that between them use every part of a model file.</summary>
public enum Sample
{
    Lstm,
    BidirectionalGru,
    Tokens,
    VectorLabel,
    CustomCell,
    ParallelDecoder,
    RecurrentDecoder,
    RowFeatures,
    Average,
    Cycle,
}

internal static class SampleNetworks
{
    public static TrainedNetwork Network(this Sample sample) =>
        sample switch
        {
            Sample.Lstm => TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm)) with { LabelScaling = null },
            Sample.BidirectionalGru => TrainedNetworks.Of(
                RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional: true) with
                {
                    HeadHiddenSizes = [5, 3],
                }
            ) with
            {
                FeatureScaling = null,
            },
            Sample.Tokens => TrainedNetworks.Of(
                RandomNetwork.Shape(CellKind.Elman) with
                {
                    Features = 0,
                    Vocabulary = 7,
                    EmbeddingSize = 3,
                    HeadHiddenSizes = [],
                }
            ),
            Sample.VectorLabel => TrainedNetworks.Of(RandomNetwork.Shape(CellKind.ElmanRelu) with { Outputs = 1 }) with
            {
                HasVectorLabel = true,
                History = Histories.Empty,
            },
            Sample.ParallelDecoder => TrainedNetworks.Of(RandomNetwork.Decoding(CellKind.Gru, ForecastModel.Segments)),
            Sample.RecurrentDecoder => TrainedNetworks.Of(
                RandomNetwork.Decoding(CellKind.Lstm, ForecastModel.EncoderDecoder) with
                {
                    ProjectionSize = 0,
                }
            ),
            Sample.RowFeatures => TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru) with { StaticFeatures = 3 }),
            Sample.Cycle => TrainedNetworks.Of(RandomNetwork.Cycling(CellKind.Gru, ForecastModel.Direct)),
            Sample.Average => TrainedNetworks.Average(RandomNetwork.Shape(CellKind.Gru), networks: 3),
            _ => CustomCell(),
        };

    // A custom cell defines its own recurrent weights: any names below rnn., any shapes.
    private static TrainedNetwork CustomCell()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm) with { CustomCell = "my cell ü" };
        NamedTensor[] others =
        [
            .. RandomNetwork.Weights(shape).Tensors.Where(tensor => !tensor.Name.StartsWith("rnn.", StringComparison.Ordinal)),
        ];
        NamedTensor own = new("rnn.l0.kernel", [2, 1, 3], [1, -2, 3, -4, 5, 0]),
            scalar = new("rnn.l0.leak", [], [0.5f]);
        return new TrainedNetwork(shape, new NetworkWeights([own, scalar, .. others]), null, null, Histories.TwoEpochs);
    }
}
