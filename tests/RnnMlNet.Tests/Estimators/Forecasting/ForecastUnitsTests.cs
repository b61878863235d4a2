using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>A forecast of a series depends neither on its units nor on those of another.</summary>
[TestFixture]
public class ForecastUnitsTests
{
    private const int Length = 120;

    private static RnnForecastingTransformer Fit(IDataView data, Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries
            .Estimator(
                new MLContext(seed: 1),
                o =>
                {
                    o.SeriesKeyColumnName = nameof(SeriesStep.Key);
                    (o.Normalization, o.Residual, o.NaiveShare, o.TrainOnHeldOut, o.SeasonLength) = (null, null, null, null, null);
                    configure?.Invoke(o);
                }
            )
            .Fit(data);

    private static IDataView Load(params SeriesStep[][] series) =>
        TinySeries.Load(new MLContext(seed: 1), series.SelectMany(steps => steps));

    private static SeriesStep[] Times(SeriesStep[] series, float factor) =>
        [
            .. series.Select(step => new SeriesStep
            {
                Key = step.Key,
                Time = step.Time,
                Value = factor * step.Value,
                Pair = step.Pair,
            }),
        ];

    private static float[][] Forecasts(RnnForecastingTransformer model, IDataView data, string column = "Forecast") =>
        TinySeries.Vectors(model.Transform(data), column);

    // Powers of two, so that nothing is rounded otherwise.
    [TestCase(1f)]
    [TestCase(128f)]
    [TestCase(1048576f)]
    [TestCase(1f / 1048576)]
    [TestCase(1e30f)]
    public void The_small_series_is_forecast_the_same_whatever_the_size_of_its_neighbour(float size)
    {
        SeriesStep[] small = TinySeries.Steps(Length, "small"),
            neighbour = TinySeries.Steps(Length, "neighbour", seed: 2);
        IDataView alike = Load(small, neighbour),
            unlike = Load(small, Times(neighbour, size));
        using RnnForecastingTransformer expected = Fit(alike),
            model = Fit(unlike);
        foreach (string column in (string[])["Forecast", "Lower", "Upper"])
        {
            float[][] one = Forecasts(expected, alike, column),
                other = Forecasts(model, unlike, column);
            for (int row = 15; row < Length; row++)
                Assert.That(other[row], Is.EqualTo(one[row]).Within(1e-3), $"{column} at row {row}");
        }
    }

    [Test]
    public void Each_series_divided_by_a_number_of_its_own_trains_the_same_network()
    {
        SeriesStep[] one = TinySeries.Steps(Length, "one"),
            two = TinySeries.Steps(Length, "two", seed: 2);
        using RnnForecastingTransformer expected = Fit(Load(one, two)),
            model = Fit(Load(Times(one, 1f / 4096), Times(two, 1024)));
        Assert.That(
            model.History.Epochs.Select(epoch => epoch.ValidationLoss),
            Is.EqualTo(expected.History.Epochs.Select(epoch => epoch.ValidationLoss)).Within(1e-6)
        );
        Assert.That(
            model.History.Epochs.Select(epoch => epoch.TrainingLoss),
            Is.EqualTo(expected.History.Epochs.Select(epoch => epoch.TrainingLoss)).Within(1e-6)
        );
        Assert.That(
            model.History.Epochs.Select(epoch => epoch.ValidationMetric),
            Is.EqualTo(expected.History.Epochs.Select(epoch => epoch.ValidationMetric)).Within(1e-6)
        );
    }

    [Test]
    public void A_series_of_zeros_beside_one_of_ten_millions_is_forecast_as_zeros()
    {
        SeriesStep[] zeros = Times(TinySeries.Steps(Length, "zeros"), 0),
            large = Times(TinySeries.Steps(Length, "large"), 1e7f);
        IDataView data = Load(zeros, large);
        using RnnForecastingTransformer model = Fit(data);
        Assert.That(Forecasts(model, data).Skip(15).Take(Length - 15).SelectMany(forecast => forecast), Is.All.Zero);
    }

    [Test]
    public void A_flat_stretch_is_forecast_at_its_level()
    {
        SeriesStep[] steps = TinySeries.Steps(Length, "one");
        foreach (SeriesStep step in steps[^20..])
            step.Value = 12.34f;
        IDataView data = Load(steps, TinySeries.Steps(Length, "two"));
        using RnnForecastingTransformer model = Fit(data, o => o.NaiveShare = 0);
        Assert.That(Forecasts(model, data)[Length - 1], Is.All.EqualTo(12.34f));
    }

    // Numbers that single precision has hardly any digits for count as those of a flat series; those of very different sizes have no
    // infinite errors, though bounds may be.
    [TestCase(1f, 1e-40f)]
    [TestCase(1e30f, 1e-36f)]
    [TestCase(1e-40f, 1e-40f)]
    public void Numbers_of_hardly_any_size_can_be_trained_on(float one, float two)
    {
        IDataView data = Load(Times(TinySeries.Steps(Length, "one"), one), Times(TinySeries.Steps(Length, "two"), two));
        foreach (WindowNormalization normalization in Enum.GetValues<WindowNormalization>())
        foreach (ForecastLoss loss in Enum.GetValues<ForecastLoss>())
        {
            using RnnForecastingTransformer model = Fit(
                data,
                o => (o.Normalization, o.Loss, o.NaiveShare, o.Residual) = (normalization, loss, 0, ForecastResidual.None)
            );
            float[] Values(string column) => [.. Forecasts(model, data, column)[15..Length].SelectMany(numbers => numbers)];
            Assert.That(Values("Forecast").All(float.IsFinite), Is.True, $"{normalization}, {loss}");
            foreach (string column in (string[])["Lower", "Upper"])
                Assert.That(Values(column), Has.None.NaN, $"{normalization}, {loss}, {column}");
        }
    }

    [Test]
    public void Series_that_never_change_can_be_trained_on()
    {
        IDataView data = Load(Times(TinySeries.Steps(Length, "zeros"), 0), Times(TinySeries.Steps(Length, "also zeros"), 0));
        using RnnForecastingTransformer model = Fit(data);
        Assert.That(Forecasts(model, data)[Length - 1], Is.All.Zero);
    }
}
