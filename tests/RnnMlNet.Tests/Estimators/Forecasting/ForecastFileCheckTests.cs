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

/// <summary>Forecasters' files with right checksums, written by the project's own writer, that no forecaster can be of: refused by a
/// sentence when they are read.</summary>
[TestFixture]
public class ForecastFileCheckTests
{
    private const string Start = "The model file's part 'forecast' is damaged: ";

    private readonly MLContext _ml = new(seed: 1);
    private RnnForecastingTransformer _segments = null!,
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

    // ---- the windows ----

    [TestCase(1, 4, 1)]
    [TestCase(16, 0, 1)]
    [TestCase(16, 4, 17)]
    [TestCase(16, 4, 2)]
    [TestCase(1 << 30, 1 << 30, 1)]
    [TestCase(int.MaxValue, 4, 1)]
    public void A_layout(int window, int horizon, int segment) =>
        Assert.That(
            Error(
                _direct,
                layout: layout => layout with { Window = window, Horizon = horizon, Segment = segment },
                outputs: outputs => outputs with { Horizon = horizon }
            ),
            Does.StartWith(
                $"{Start}window {window}, horizon {horizon}, segment {segment}, 1 targets, 0 past, 3 known and 0 static numbers, "
                    + "season 1, decoder , "
            )
        );

    [Test]
    public void A_column_of_quantiles_without_any() =>
        Assert.That(
            Error(_direct, outputs: outputs => outputs with { Columns = [outputs.Columns[0] with { Part = ForecastPart.Quantiles }] }),
            Is.EqualTo(Start + "there are columns of quantiles, but no quantiles.")
        );

    [Test]
    public void A_cycle_that_no_network_has()
    {
        Assert.That(Error(_direct, layout: layout => layout with { CycleLength = 1 }), Does.EndWith(", None, cycle of 1 steps."));
        Assert.That(Error(_direct, layout: layout => layout with { CycleLength = -7 }), Does.EndWith(", cycle of -7 steps."));
        Assert.That(Error(_quantiles, layout: layout => layout with { CycleLength = 7 }), Does.EndWith(", cycle of 7 steps."));
        Assert.That(
            Error(_direct, layout: layout => layout with { CycleLength = 7, Differences = true }),
            Does.EndWith(", cycle of 7 steps.")
        );
        Assert.That(
            Error(_direct, layout: layout => layout with { CycleLength = 7 }),
            Does.StartWith("The model's network cannot be that of a forecaster: it is ").And.Contain(", cycle CycleShape { Length = 7, ")
        );
    }

    [Test]
    public void Numbers_without_columns_and_columns_without_numbers()
    {
        Assert.That(
            Error(_direct, columns: columns => columns with { Known = [] }),
            Is.EqualTo(Start + "1 targets, 0 past and 1 known numbers of 1, 0 and 0 columns.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Calendar = 0, Known = [.. columns.Known, "b", "c", "d"] }),
            Is.EqualTo(Start + "1 targets, 0 past and 3 known numbers of 1, 0 and 4 columns.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Past = ["p"] }),
            Is.EqualTo(Start + "1 targets, 0 past and 1 known numbers of 1, 1 and 1 columns.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Targets = ["a", "b"] }),
            Is.EqualTo(Start + "1 targets, 0 past and 1 known numbers of 2, 0 and 1 columns.")
        );
    }

    [Test]
    public void Names()
    {
        Assert.That(
            Error(_direct, columns: columns => columns with { Known = [columns.Targets[0]] }),
            Is.EqualTo(Start + "the column 'Value' is named twice.")
        );
        Assert.That(Error(_direct, columns: columns => columns with { Targets = [" "] }), Is.EqualTo(Start + "a column has no name."));
        Assert.That(
            Error(_direct, outputs: outputs => outputs with { Columns = [.. outputs.Columns, outputs.Columns[0]] }),
            Is.EqualTo(Start + "the column 'Forecast' is named twice.")
        );
    }

    [Test]
    public void Output_columns()
    {
        const string Sentence = Start + "its output columns are not those of 1 targets and 4 steps.";
        Assert.That(Error(_direct, outputs: outputs => outputs with { Columns = [] }), Is.EqualTo(Sentence));
        Assert.That(Error(_direct, outputs: outputs => outputs with { Horizon = 5 }), Is.EqualTo(Sentence));
        foreach (
            ForecastOutput output in (ForecastOutput[])
                [
                    new("x", ForecastPart.Forecast, 0, 2, true),
                    new("x", ForecastPart.Forecast, 1, 1, true),
                    new("x", ForecastPart.Forecast, -1, 1, true),
                    new("x", (ForecastPart)9, 0, 1, true),
                    new("x", ForecastPart.Forecast, 0, int.MaxValue, true),
                ]
        )
            Assert.That(Error(_direct, outputs: outputs => outputs with { Columns = [output] }), Is.EqualTo(Sentence), $"{output}");
    }

    [Test]
    public void Quantiles()
    {
        foreach (
            float[] quantiles in (float[][])
                [
                    [0.5f, 0.5f, 0.9f],
                    [0.1f, 0.5f],
                    [0.1f, 0.4f, 0.9f],
                    [0, 0.5f, 0.9f],
                    [0.1f, 0.5f, 1],
                    [0.9f, 0.5f, 0.1f],
                    [float.NaN, 0.5f, 0.9f],
                ]
        )
            Assert.That(
                Error(_quantiles, forecaster: forecaster => forecaster with { Quantiles = quantiles }),
                Does.StartWith(Start + "its quantiles are ["),
                string.Join(", ", quantiles)
            );
        Assert.That(
            Error(_quantiles, forecaster: forecaster => forecaster with { Quantiles = [] }),
            Does.Contain("cannot be that of a forecaster")
        );
    }

    [Test]
    public void Corrections_of_forecasts()
    {
        foreach (
            ForecastCorrection correction in (ForecastCorrection[])
                [
                    new(ForecastResidual.LastValue, 1, 1.5f, []),
                    new(ForecastResidual.LastValue, 1, float.NaN, []),
                    new(ForecastResidual.LastValue, 1, -0.5f, []),
                    new(ForecastResidual.None, 1, 0.5f, []),
                    new(ForecastResidual.SeasonalNaive, 0, 0.5f, []),
                    new(ForecastResidual.SeasonalNaive, 10_000, 0.5f, []),
                    new((ForecastResidual)9, 1, 0.5f, []),
                    new(ForecastResidual.None, 1, 0, [1]),
                    new(ForecastResidual.LastValue, 1, 0, []),
                ]
        )
            Assert.That(
                Error(_direct, forecaster: forecaster => forecaster with { Correction = correction }),
                Does.StartWith(Start).And.EndsWith(" medians correct its forecasts."),
                $"{correction}"
            );
    }

    // ---- times and series ----

    [Test]
    public void Steps_of_time()
    {
        TrainedForecaster trained = _direct.Trained;
        Assert.That(
            Error(_direct, trained with { Grid = null }),
            Is.EqualTo(Start + "there is a time column, 'Time', but no steps of " + "time.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Time = null, Calendar = 0, Known = ["a", "b", "c"] }),
            Is.EqualTo(Start + "there are steps of time, but no time column.")
        );
        var days = new TimeGrid(TimeKind.Moment, StepUnit.Days, 1);
        foreach (
            TimeGrid grid in (TimeGrid[])
                [
                    new((TimeKind)7, StepUnit.Fixed, 1),
                    new(TimeKind.Moment, (StepUnit)7, 1),
                    new(TimeKind.Moment, StepUnit.Fixed, 0),
                    new(TimeKind.Moment, StepUnit.Fixed, -1),
                    new(TimeKind.Moment, StepUnit.Fixed, long.MaxValue),
                    new(TimeKind.Moment, StepUnit.Months, 200_000),
                    new(TimeKind.Moment, StepUnit.Days, 4_000_000),
                    new(TimeKind.Number, StepUnit.Months, 1),
                    new(TimeKind.Number, StepUnit.Days, 1),
                    new(TimeKind.Number, StepUnit.Fixed, 1),
                    new(TimeKind.ZonedMoment, StepUnit.Fixed, 1),
                    days with
                    {
                        Days = new DayCalendar(0, []),
                    },
                    days with
                    {
                        Days = new DayCalendar(128, []),
                    },
                    days with
                    {
                        Days = new DayCalendar(31, [5]),
                    },
                    days with
                    {
                        Days = new DayCalendar(127, [7, 7]),
                    },
                    days with
                    {
                        Days = new DayCalendar(127, [-1]),
                    },
                    days with
                    {
                        Days = DayCalendar.Business,
                        Step = 2,
                    },
                    days with
                    {
                        Day = new MonthDay(0, 31),
                    },
                    days with
                    {
                        Day = new MonthDay(5, 4),
                    },
                ]
        )
            Assert.That(
                Error(_direct, trained with { Grid = grid }),
                Is.EqualTo($"{Start}steps of time of {grid.Step}, kind {grid.Kind}, unit {grid.Unit}."),
                $"{grid}"
            );
    }

    [Test]
    public void Series()
    {
        TrainedForecaster trained = _direct.Trained;
        KeyedSeries a = trained.LastWindows[0],
            b = trained.LastWindows[1];
        Assert.That(Error(_direct, trained with { LastWindows = [a, b, a] }), Is.EqualTo(Start + "the series 'a' occurs twice."));
        Assert.That(
            Error(_direct, trained with { LastWindows = [a with { Steps = a.Steps.Slice(0, 0) }] }),
            Is.EqualTo(Start + "the series 'a' has 0 steps, where a forecast needs 16.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Key = null }),
            Is.EqualTo(Start + "there is a series 'a', but no key column.")
        );
        Assert.That(
            Error(_direct, trained with { LastWindows = [a with { Start = DateTime.MaxValue.Ticks }] }),
            Is.EqualTo(Start + "the series 'a' ends at an impossible time.")
        );
        Assert.That(
            Error(_direct, trained with { LastWindows = [a with { Start = -1 }] }),
            Is.EqualTo(Start + "the series 'a' begins at an impossible time.")
        );
    }

    [Test]
    public void Scores()
    {
        IntervalScores scores = _direct.Trained.Scores!;
        static float[] With(float[] values, int place, float value) => [.. values[..place], value, .. values[(place + 1)..]];
        string? Of(IntervalScores changed) => Error(_direct, _direct.Trained with { Scores = changed });
        Assert.That(
            Of(scores with { Counts = [-1, .. scores.Counts[1..]] }),
            Is.EqualTo(Start + "a score is not finite, or their number is below 0.")
        );
        Assert.That(
            Of(scores with { Pooled = With(scores.Pooled, 3, float.NaN) }),
            Is.EqualTo(Start + "a score is not finite, or their number is below 0.")
        );
        foreach (float size in new[] { -1, float.NaN, float.PositiveInfinity })
            Assert.That(
                Of(scores with { RootMeanSquares = With(scores.RootMeanSquares, 2, size) }),
                Is.EqualTo(Start + "the root of a mean square of scores is below 0, or not finite.")
            );
        Assert.That(
            Of(scores with { Quantiles = With(scores.Quantiles, 60, 1e9f) }),
            Is.EqualTo(Start + "a quantile of scores is below that of a lower level.")
        );
        Assert.That(
            Of(scores with { Pooled = With(scores.Pooled, 20, -1e9f) }),
            Is.EqualTo(Start + "a quantile of scores is below that of a lower level.")
        );
    }

    [Test]
    public void A_series_of_more_steps_than_a_forecast_needs()
    {
        KeyedSeries a = _direct.Trained.LastWindows[0];
        var longer = new TimeSeries(a.Steps.TargetCount, a.Steps.PastCount, a.Steps.KnownCount);
        for (int step = 0; step < 17; step++)
        {
            longer.Add([1], [], [false]);
            longer.AddKnown(new float[a.Steps.KnownCount]);
        }
        Assert.That(
            Error(_direct, _direct.Trained with { LastWindows = [a with { Steps = longer }] }),
            Is.EqualTo(Start + "the series 'a' has 17 steps, where a forecast needs 16.")
        );
    }

    private static string? Error(
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
