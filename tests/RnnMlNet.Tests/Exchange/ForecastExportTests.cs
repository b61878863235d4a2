using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Exchange;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Exported forecasters in ONNX Runtime beside our own forecasts and bounds, window by window.</summary>
[TestFixture]
internal sealed class ForecastExportTests
{
    private const double Tolerance = 1e-4;

    // Of a forecast in single precision.
    private const double Rounding = 4e-7;

    [Test, Pairwise]
    public void OnnxRuntime_forecasts_as_the_forecaster(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(ForecastModel.Direct, ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values] WindowNormalization normalization,
        [Values] ForecastResidual residual,
        [Values] bool differences,
        [Values(1, 3)] int targets,
        [Values(0, 2)] int past,
        [Values(0, 2)] int known,
        [Values(1, 3)] int quantiles,
        [Values(1, 3)] int members,
        [Values(1, 5, 8)] int horizon,
        [Values(2, 11, 16)] int window,
        [Values(0, 0.3f, 1)] float share,
        [Values(ForecastResidual.LastValue, ForecastResidual.SeasonalNaive)] ForecastResidual naive,
        [Values] bool hasBias
    ) =>
        AssertSame(
            new ForecasterSample
            {
                Cell = cell,
                Model = model,
                Normalization = normalization,
                Residual = residual,
                Differences = differences,
                Targets = targets,
                Past = past,
                Known = known,
                Quantiles = quantiles,
                Members = members,
                Horizon = horizon,
                Window = window,
                Share = share,
                Naive = naive,
                HasBias = hasBias,
            }
        );

    [Test, Pairwise]
    public void A_learned_cycle(
        [Values(2, 7, 31)] int cycle,
        [Values(ForecastModel.Direct, ForecastModel.Segments)] ForecastModel model,
        [Values] WindowNormalization normalization,
        [Values] ForecastResidual residual,
        [Values(1, 3)] int targets,
        [Values(0, 2)] int past,
        [Values(1, 3)] int quantiles,
        [Values(1, 3)] int members,
        [Values(5, 8)] int horizon,
        [Values(2, 11, 16)] int window
    ) =>
        AssertSame(
            new ForecasterSample
            {
                CycleLength = cycle,
                Model = model,
                Normalization = normalization,
                Residual = residual,
                Targets = targets,
                Past = past,
                Quantiles = quantiles,
                Members = members,
                Horizon = horizon,
                Window = window,
            }
        );

    [Test, Pairwise]
    public void Series_of_any_level_and_size(
        [Values(0, 1e7f, -1e7f, 1e30f, 1e-30f)] float level,
        [Values(0, 1e-39f, 1e-30f, 3, 1e5f, 1e37f)] float size,
        [Values(ForecastModel.Direct, ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values] WindowNormalization normalization,
        [Values] ForecastResidual residual
    )
    {
        var sample = new ForecasterSample
        {
            Model = model,
            Normalization = normalization,
            Residual = residual,
            Quantiles = 3,
        };
        AssertSame(sample, sample.Series(level, size));
    }

    /// <summary>
    /// The last steps repeat one value, which the season before does not have: in a window's units, which are none, that is no size.
    /// </summary>
    [Test]
    public void A_flat_window_behind_a_season(
        [Values(CellKind.Gru, CellKind.ElmanRelu)] CellKind cell,
        [Values(ForecastModel.Direct, ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values] ForecastResidual residual,
        [Values(1234.567f, 1e38f)] float value
    )
    {
        var sample = new ForecasterSample
        {
            Cell = cell,
            Model = model,
            Residual = residual,
            Window = 4,
            Horizon = 12,
        };
        TimeSeries series = sample.Series();
        for (int i = 0; i < 10; i++)
            series.Add([value], []);
        AssertSame(sample, series);
    }

    /// <summary>Of numbers below the least normal one, single precision has fewer digits: they are flat.</summary>
    [Test]
    public void A_window_of_the_smallest_numbers([Values] ForecastResidual residual)
    {
        var sample = new ForecasterSample { Residual = residual };
        AssertSame(sample, sample.Series(level: 0, size: 1e-39f));
    }

    [Test]
    public void A_window_that_repeats_its_season_exactly()
    {
        var sample = new ForecasterSample { Window = 16, HasBias = true };
        AssertSame(sample, sample.Series(noise: 0));
    }

    [Test]
    public void One_window_and_many([Values(1, 2, 49)] int windows)
    {
        var sample = new ForecasterSample { Targets = 2, Known = 1 };
        AssertSame(sample, sample.Series(length: sample.Window + windows - 1));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void A_window_with_a_number_that_is_none_has_no_forecast(float number)
    {
        var sample = new ForecasterSample
        {
            Past = 1,
            Known = 1,
            Share = 0.5f,
        };
        TimeSeries series = sample.Series();
        ForecastNetwork model = sample.Network(series);
        using OnnxRun run = Run(sample, model);
        int[] ends = [30, 40];
        for (int input = 0; input < 3; input++)
        {
            NamedOnnxValue[] inputs = Inputs(sample, model, series, ends);
            // The first number of the second window; the first window keeps its own.
            var tensor = inputs[input].AsTensor<float>();
            tensor.SetValue((int)tensor.Length / 2, number);
            OnnxResult result = run.Run(inputs);
            foreach (string output in (string[])["Forecast", "Lower", "Upper"])
            {
                Assert.That(result.Floats(output)[..sample.Horizon], Has.None.NaN, $"{output}, input {input}");
                Assert.That(result.Floats(output)[sample.Horizon..], Has.All.NaN, $"{output}, input {input}");
            }
        }
    }

    [Test]
    public void Names_that_the_graph_uses_itself_are_free_for_columns()
    {
        var sample = new ForecasterSample();
        TimeSeries series = sample.Series();
        ForecastNetwork model = sample.Network(series);
        Graph own = ForecastExport.ModelOf(model, Columns, sample.Outputs, sample.Intervals()).Graph;
        string[] taken = [own.Nodes[3].Outputs[0], own.Constants[2].Name, own.Constants[0].Name];
        ForecastOutput[] outputs = [.. sample.Outputs.Zip(taken, (output, name) => output with { Name = name })];
        using var named = OnnxRun.Of(ForecastExport.ModelOf(model, Columns, outputs, sample.Intervals()).WriteTo);
        using OnnxRun run = Run(sample, model);

        OnnxResult expected = run.Run(Inputs(sample, model, series, [30])),
            actual = named.Run(Inputs(sample, model, series, [30]));

        Assert.That(actual.Names, Is.EquivalentTo(taken));
        foreach (var (output, name) in sample.Outputs.Zip(taken))
            Assert.That(actual.Floats(name), Is.EqualTo(expected.Floats(output.Name)));
    }

    private static SeriesColumns Columns { get; } = new(["Value"], ["Past"], ["Known"], null, null);

    private static OnnxRun Run(ForecasterSample sample, ForecastNetwork model) =>
        OnnxRun.Of(ForecastExport.ModelOf(model, Columns, sample.Outputs, sample.Intervals()).WriteTo);

    private static void AssertSame(ForecasterSample sample) => AssertSame(sample, sample.Series());

    private static void AssertSame(ForecasterSample sample, TimeSeries series)
    {
        ForecastNetwork model = sample.Network(series);
        int[] ends = [.. Enumerable.Range(model.LookBack, series.Length - model.LookBack + 1)];
        var forecasts = new WindowForecasts();
        new WindowForecaster(model).Run([.. ends.Select(end => new WindowPosition(series, end))], forecasts, threads: 1);
        var tracker = new IntervalTracker(sample.Intervals());
        using OnnxRun run = Run(sample, model);
        OnnxResult result = run.Run(Inputs(sample, model, series, ends));
        int width = sample.Targets * sample.Horizon;
        WindowReader reader = model.NewReader();
        for (int window = 0; window < ends.Length; window++)
        {
            tracker.Say(ends[window], forecasts, window);
            for (int place = 0; place < width; place++)
            {
                double unit = reader.Frame(series, place / sample.Horizon, ends[window]).Scale;
                string where = $"window {window}, place {place}";
                AssertNear(result.Floats("Forecast")[window * width + place], forecasts.Values(window)[place], unit, $"forecast, {where}");
                AssertNear(result.Floats("Lower")[window * width + place], forecasts.Lower(window)[place], unit, $"lower bound, {where}");
                for (int q = 0; sample.Quantiles > 1 && q < sample.Quantiles; q++)
                    AssertNear(
                        result.Floats("Quantiles")[(window * width + place) * sample.Quantiles + q],
                        forecasts.Quantiles(window)[place * sample.Quantiles + q],
                        unit,
                        $"quantile {q}, {where}"
                    );
                AssertNear(result.Floats("Upper")[window * width + place], forecasts.Upper(window)[place], unit, $"upper bound, {where}");
            }
        }
        Assert.That(result.Floats("Forecast"), Has.Length.EqualTo(ends.Length * width).And.None.NaN);
    }

    private static void AssertNear(float actual, float expected, double unit, string what) =>
        Assert.That(actual, Is.EqualTo(expected).Within(Tolerance * unit + Rounding * Math.Abs(expected)), what);

    /// <summary>The windows that end before some steps.</summary>
    private static NamedOnnxValue[] Inputs(ForecasterSample sample, ForecastNetwork model, TimeSeries series, int[] ends)
    {
        int lookBack = model.LookBack,
            ahead = lookBack + sample.Horizon;
        List<NamedOnnxValue> inputs = [Input("targets", lookBack, sample.Targets, series.Targets)];
        if (sample.Past > 0)
            inputs.Add(Input("past", lookBack, sample.Past, series.Past));
        if (sample.Known > 0)
            inputs.Add(Input("known", ahead, sample.Known, series.Known));
        // Any number with the remainder of the step's own will do.
        if (sample.CycleLength > 0)
            inputs.Add(OnnxRun.Value("cycle_position", [.. ends.Select(end => series.FirstNumber + end)], ends.Length));
        return [.. inputs];

        NamedOnnxValue Input(string name, int steps, int channels, Func<int, int, int, ReadOnlySpan<float>> read)
        {
            var values = new float[ends.Length * steps * channels];
            for (int i = 0; i < values.Length; i++)
                values[i] = read(i % channels, ends[i / (steps * channels)] - lookBack + i / channels % steps, 1)[0];
            return OnnxRun.Value(name, values, ends.Length, steps, channels);
        }
    }
}
