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

/// <summary>Forecasters' files with right checksums, written by the project's own writer, that no forecaster can be of.</summary>
internal abstract class ForecastFileFixture
{
    private protected const string Start = "The model file's part 'forecast' is damaged: ";

    private protected readonly MLContext _ml = new(seed: 1);
    private protected RnnForecastingTransformer _segments = null!,
        _direct = null!,
        _quantiles = null!;

    [OneTimeSetUp]
    public void Fit()
    {
        IDataView data = TinySeries.Load(_ml, TinySeries.Steps(60, "a").Concat(TinySeries.Steps(50, "b")));
        RnnForecastingTransformer Fitted(Action<RnnForecastingEstimator.Options> change) =>
            TinySeries
                .Estimator(
                    _ml,
                    o =>
                    {
                        (o.TimeColumnName, o.SeriesKeyColumnName, o.HiddenSize, o.MaxEpochs) = (
                            nameof(SeriesStep.Time),
                            nameof(SeriesStep.Key),
                            2,
                            1
                        );
                        (o.KnownColumnNames, o.CalendarFeatures) = ([nameof(SeriesStep.Known)], CalendarFeatures.DayOfWeek);
                        change(o);
                    }
                )
                .Fit(data);
        _segments = Fitted(o => o.Model = ForecastModel.Segments);
        _direct = Fitted(o => o.Model = ForecastModel.Direct);
        _quantiles = Fitted(o => (o.Model, o.Loss, o.EnsembleSize) = (ForecastModel.EncoderDecoder, ForecastLoss.Quantile, 2));
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _segments.Dispose();
        _direct.Dispose();
        _quantiles.Dispose();
    }

    private protected static string? Error(
        RnnForecastingTransformer model,
        TrainedForecaster? trained = null,
        Func<TrainedNetwork, TrainedNetwork>? network = null,
        Func<WindowLayout, WindowLayout>? layout = null,
        Func<SeriesColumns, SeriesColumns>? columns = null,
        Func<ForecastOutputs, ForecastOutputs>? outputs = null,
        Func<ForecastNetwork, ForecastNetwork>? forecaster = null
    )
    {
        TrainedForecaster changed = trained ?? model.Trained;
        ForecastNetwork networks = forecaster?.Invoke(changed.Forecaster) ?? changed.Forecaster;
        if (network is not null)
            networks = networks with { Members = [.. networks.Members.Select(network)] };
        if (layout is not null)
            networks = networks with { Layout = layout(networks.Layout) };
        byte[] file = Blocks.Written(writer =>
            ForecastFormat.Write(
                writer,
                changed with
                {
                    Forecaster = networks,
                },
                columns?.Invoke(model.Columns) ?? model.Columns,
                outputs?.Invoke(model.Outputs) ?? model.Outputs,
                model.ConfidenceLevel
            )
        );
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            ForecastFormat.Read(new BinaryReader(new MemoryStream(file)));
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
        finally
        {
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
        }
    }
}
