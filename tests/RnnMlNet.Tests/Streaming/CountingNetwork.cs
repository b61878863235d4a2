using Microsoft.ML;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>A network that counts: h = max(0, x + h), so that after n steps of 1 its score is n, exactly.</summary>
internal static class CountingNetwork
{
    public static StepRow Step { get; } = new() { Flat = [1, 0] };

    public static RnnRegressionTransformer Model(MLContext ml)
    {
        var shape = new NetworkShape
        {
            Cell = CellKind.ElmanRelu,
            Features = 2,
            HiddenSize = 1,
        };
        TrainedNetwork network = TrainedNetworks.OfStates(
            shape,
            ("weight_ih_l0", [1, 0]),
            ("weight_hh_l0", [1]),
            ("bias_ih_l0", [0]),
            ("bias_hh_l0", [0])
        ) with
        {
            HasVectorLabel = true,
        };
        var columns = new SequenceColumns(["Flat"], AreChannels: false, FeaturesPerStep: 2, SequenceLayout.StepMajor);
        return new RnnRegressionTransformer(
            ml,
            new RnnRegressionModelParameters(ml, network),
            columns,
            ml.Data.LoadFromEnumerable<StepRow>([]).Schema
        );
    }
}
