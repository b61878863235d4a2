using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>SaveAsOnnx of trained forecasters; ONNX Runtime's outputs beside the columns that they add.</summary>
[TestFixture]
public class ForecastSaveAsOnnxTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Forecasts_and_bounds_are_those_of_Transform([Values] ForecastModel model, [Values(1, 2)] int networks)
    {
        SeriesStep[] steps = TinySeries.Steps(60);
        using RnnForecastingTransformer trained = Fit(
            steps,
            o =>
            {
                (o.Model, o.EnsembleSize, o.IntervalAdaptation) = (model, networks, 0);
                (o.Normalization, o.Residual, o.NaiveShare, o.TrainOnHeldOut, o.SeasonLength) = (null, null, null, null, TinySeries.Period);
            }
        );
        AssertSame(trained, steps, [OnnxRun.Value("targets", Windows(steps, step => [step.Value]), Count(steps), 16, 1)]);
    }

    [Test]
    public void Every_kind_of_column_and_the_calendar()
    {
        SeriesStep[] steps = TinySeries.Steps(60);
        using RnnForecastingTransformer trained = Fit(
            steps,
            o =>
            {
                o.Columns =
                [
                    new ForecastColumn { InputColumnName = nameof(SeriesStep.Pair), OutputColumnName = "Pairs" },
                    new ForecastColumn
                    {
                        InputColumnName = nameof(SeriesStep.Value),
                        OutputColumnName = "Forecast",
                        ConfidenceLowerBoundColumn = "Lower",
                        ConfidenceUpperBoundColumn = "Upper",
                    },
                ];
                o.PastColumnNames = [nameof(SeriesStep.Past)];
                o.KnownColumnNames = [nameof(SeriesStep.Known)];
                o.TimeColumnName = nameof(SeriesStep.Time);
                o.CalendarFeatures = CalendarFeatures.DayOfWeek | CalendarFeatures.HourOfDay;
                (o.Loss, o.IntervalAdaptation, o.Residual, o.SeasonLength) = (
                    ForecastLoss.Quantile,
                    0,
                    ForecastResidual.SeasonalNaive,
                    TinySeries.Period
                );
            }
        );
        using OnnxRun run = OnnxRun.Of(trained.SaveAsOnnx);

        Assert.That(
            run.Metadata.CustomMetadataMap,
            Is.EquivalentTo(
                new Dictionary<string, string>
                {
                    ["window"] = "16",
                    ["look_back"] = "16",
                    ["horizon"] = "4",
                    ["target_columns"] = """["Pair","Value"]""",
                    ["past_columns"] = """["Past"]""",
                    ["known_columns"] = """["Known"]""",
                    ["calendar_features"] = """["HourOfDay","DayOfWeek"]""",
                    ["quantiles"] = "[0.025000006,0.5,0.975]",
                    ["confidence_level"] = "0.95",
                }
            )
        );
        Assert.That(
            Sides(run.Inputs),
            Is.EquivalentTo(new[] { "targets [windows, 16, 3]", "past [windows, 16, 1]", "known [windows, 20, 5]" })
        );
        Assert.That(
            Sides(run.Outputs),
            Is.EquivalentTo(new[] { "Pairs [windows, 2, 4]", "Forecast [windows, 4]", "Lower [windows, 4]", "Upper [windows, 4]" })
        );

        // Known columns first, then sine and cosine of each feature.
        float[] OfClock(SeriesStep step)
        {
            double hour = 2 * Math.PI * step.Time.Hour / 24,
                day = 2 * Math.PI * (int)step.Time.DayOfWeek / 7;
            return [step.Known, (float)Math.Sin(hour), (float)Math.Cos(hour), (float)Math.Sin(day), (float)Math.Cos(day)];
        }
        int count = Count(steps) - 4;
        AssertSame(
            trained,
            steps,
            [
                OnnxRun.Value("targets", Windows(steps, step => [.. step.Pair, step.Value], count), count, 16, 3),
                OnnxRun.Value("past", Windows(steps, step => [step.Past], count), count, 16, 1),
                OnnxRun.Value("known", Windows(steps, OfClock, count, ahead: 4), count, 20, 5),
            ],
            "Pairs",
            "Forecast",
            "Lower",
            "Upper"
        );
    }

    [Test]
    public void Bounds_are_those_of_the_confidence_level_that_is_set()
    {
        SeriesStep[] steps = TinySeries.Steps(60);
        using RnnForecastingTransformer trained = Fit(steps, o => o.IntervalAdaptation = 0);
        trained.ConfidenceLevel = 0.5f;
        AssertSame(trained, steps, [OnnxRun.Value("targets", Windows(steps, step => [step.Value]), Count(steps), 16, 1)]);
        using OnnxRun run = OnnxRun.Of(trained.SaveAsOnnx);
        Assert.That(run.Metadata.CustomMetadataMap["confidence_level"], Is.EqualTo("0.5"));
    }

    [Test]
    public void A_forecaster_without_bounds_has_forecasts_alone()
    {
        SeriesStep[] steps = TinySeries.Steps(60);
        using RnnForecastingTransformer trained = Fit(
            steps,
            o =>
            {
                o.Columns = [new ForecastColumn { InputColumnName = nameof(SeriesStep.Value) }];
                (o.ValidationFraction, o.EarlyStoppingPatience) = (0, 0);
            }
        );
        using OnnxRun run = OnnxRun.Of(trained.SaveAsOnnx);
        Assert.That(Sides(run.Outputs), Is.EqualTo(new[] { "ValueForecast [windows, 4]" }));
        Assert.That(run.Metadata.CustomMetadataMap.Keys, Is.EquivalentTo(new[] { "window", "look_back", "horizon", "target_columns" }));
        AssertSame(trained, steps, [OnnxRun.Value("targets", Windows(steps, step => [step.Value]), Count(steps), 16, 1)], "ValueForecast");
    }

    [Test]
    public void A_loaded_model_writes_the_same_bytes_and_a_file_is_replaced()
    {
        SeriesStep[] steps = TinySeries.Steps(60);
        using RnnForecastingTransformer trained = Fit(steps);
        using var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, trained, null), out _);
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("forecaster.onnx");
        File.WriteAllBytes(path, new byte[1_000_000]);
        using var stream = new MemoryStream();

        trained.SaveAsOnnx(path);
        loaded.SaveAsOnnx(stream);

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(stream.ToArray()));
        Assert.That((stream.CanWrite, stream.Position), Is.EqualTo((true, stream.Length)));
    }

    [Test]
    public void A_column_with_the_name_of_an_input_is_refused_and_no_file_is_made()
    {
        using var folder = new TemporaryFolder();
        using RnnForecastingTransformer trained = Fit(
            TinySeries.Steps(60),
            o =>
            {
                o.KnownColumnNames = [nameof(SeriesStep.Known)];
                o.Columns = [new ForecastColumn { InputColumnName = nameof(SeriesStep.Value), OutputColumnName = "known" }];
            }
        );
        Refused.Operation(
            () => trained.SaveAsOnnx(folder.PathOf("forecaster.onnx")),
            "The forecaster cannot be saved as ONNX: its column 'known' has the name of one of the model's inputs, targets, known, and "
                + "outputs have the columns' names. Train it with another name for that column."
        );
        Assert.That(File.Exists(folder.PathOf("forecaster.onnx")), Is.False);
    }

    [Test]
    public void No_path_and_no_stream_are_refused()
    {
        using RnnForecastingTransformer trained = Fit(TinySeries.Steps(60));
        Assert.That(() => trained.SaveAsOnnx(" "), Throws.InstanceOf<ArgumentException>().With.Message.Contains("path"));
        Assert.That(() => trained.SaveAsOnnx((Stream)null!), Throws.ArgumentNullException.With.Message.Contains("stream"));
    }

    private RnnForecastingTransformer Fit(SeriesStep[] steps, Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(_ml, configure).Fit(TinySeries.Load(_ml, steps));

    /// <summary>Windows of 16 steps: all that a series has.</summary>
    private static int Count(SeriesStep[] steps) => steps.Length - 15;

    private static float[] Windows(SeriesStep[] steps, Func<SeriesStep, float[]> numbers, int? count = null, int ahead = 0) =>
        [.. Enumerable.Range(0, count ?? Count(steps)).SelectMany(first => steps.Skip(first).Take(16 + ahead)).SelectMany(numbers)];

    private void AssertSame(RnnForecastingTransformer trained, SeriesStep[] steps, NamedOnnxValue[] inputs, params string[] columns)
    {
        // With a time column, the first rows of the data would continue the training series if they were not the same rows.
        IDataView forecasts = trained.Transform(TinySeries.Load(_ml, steps));
        using OnnxRun run = OnnxRun.Of(trained.SaveAsOnnx);
        OnnxResult result = run.Run(inputs);
        int windows = inputs[0].AsTensor<float>().Dimensions[0];
        foreach (string column in columns.Length == 0 ? ["Forecast", "Lower", "Upper"] : columns)
        {
            float[] expected = [.. TinySeries.Vectors(forecasts, column).Skip(15).Take(windows).SelectMany(row => row)];
            // The series' deviation is 7.
            Assert.That(result.Floats(column), Is.EqualTo(expected).Within(7e-4), column);
            Assert.That(expected, Has.None.NaN);
        }
    }

    private static IEnumerable<string> Sides(IReadOnlyDictionary<string, NodeMetadata> values) =>
        from value in values
        let sides = value.Value.Dimensions.Zip(
            value.Value.SymbolicDimensions,
            (size, name) => size >= 0 ? size.ToString(CultureInfo.InvariantCulture) : name
        )
        select $"{value.Key} [{string.Join(", ", sides)}]";
}
