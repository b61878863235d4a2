using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Networks in files that no forecaster can have, refused by a sentence when they are read.</summary>
[TestFixture]
internal sealed class ForecastNetworkFileTests : ForecastFileFixture
{
    [Test]
    public void What_was_saved_is_read()
    {
        foreach (RnnForecastingTransformer model in (RnnForecastingTransformer[])[_segments, _direct, _quantiles])
            Assert.That(Error(model), Is.Null);
    }

    // ---- the networks ----

    [Test]
    public void A_network_of_another_kind()
    {
        foreach (RnnForecastingTransformer model in (RnnForecastingTransformer[])[_segments, _direct, _quantiles])
        foreach (
            var change in (Func<NetworkShape, NetworkShape>[])
                [
                    shape => shape with { Decoder = null, StaticFeatures = 0 },
                    shape =>
                        shape with
                        {
                            Decoder = new DecoderShape(ForecastModels.DecoderOf(ForecastModel.EncoderDecoder)!, 1000, 1, 0),
                            StaticFeatures = 0,
                            Outputs = 1000,
                        },
                    shape => shape with { Decoder = null, StaticFeatures = shape.StaticFeatures + 7 },
                    shape => shape with { ProjectionSize = shape.ProjectionSize + 1 },
                    shape => shape with { Decoder = null, StaticFeatures = 0, Pooling = 0 },
                    shape => shape with { Decoder = null, Pooling = Pooling.Last | Pooling.Max },
                    shape => shape with { Decoder = null, Layers = 2 },
                    shape => shape with { Decoder = null, Bidirectional = true },
                    shape => shape with { HeadHiddenSizes = [3] },
                    shape => shape with { Features = shape.Features + 1 },
                    shape => shape with { Decoder = null, ProjectionSize = 0, Features = 0, Vocabulary = 5, EmbeddingSize = 3 },
                    shape => shape with { Outputs = 2 * shape.Outputs },
                ]
        )
        {
            NetworkShape shape = change(model.Trained.Forecaster.Members[0].Shape);
            Assert.That(
                Error(model, network: network => network with { Shape = shape, Weights = RandomNetwork.Weights(shape) }),
                Does.StartWith("The model's network cannot be that of a forecaster: it is ")
                    .And.Contain(", where the model's windows need ")
                    .And.EndsWith("The file is damaged or was not written by RnnMlNet."),
                $"{shape}"
            );
        }
    }

    [Test]
    public void What_forecasters_networks_do_not_have()
    {
        Assert.That(
            Error(_direct, network: network => network with { FeatureScaling = TrainedNetworks.Of(network.Shape).FeatureScaling }),
            Does.Contain("it standardises its steps itself")
        );
        Assert.That(
            Error(_direct, network: network => network with { LabelScaling = TrainedNetworks.Of(network.Shape).LabelScaling }),
            Does.Contain("it has a scaling of labels")
        );
        Assert.That(Error(_direct, network: network => network with { HasVectorLabel = true }), Does.Contain("it has a vector label"));
        Assert.That(
            Error(_direct, network: network => TrainedNetwork.AverageOf([network, network])),
            Does.Contain("it is the average of 2")
        );
    }

    [Test]
    public void Networks_of_different_sizes()
    {
        TrainedForecaster trained = _quantiles.Trained;
        NetworkShape larger = trained.Forecaster.Members[1].Shape with { HiddenSize = 3 };
        TrainedNetwork other = trained.Forecaster.Members[1] with { Shape = larger, Weights = RandomNetwork.Weights(larger) };
        Assert.That(
            Error(_quantiles, trained with { Forecaster = trained.Forecaster with { Members = [trained.Forecaster.Members[0], other] } }),
            Is.EqualTo(Start + "its networks are not of the same sizes.")
        );
    }
}
