using Microsoft.ML;
using NUnit.Framework;

namespace RnnMlNet.Tests.Support;

/// <summary>Forecasts after training, by both ways: a Transform of the rows that follow, and an engine row by row.</summary>
internal static class ContinuedForecasts
{
    /// <summary>
    /// Trains on the first rows, saves and loads, and continues with the others: a Transform from its first row, and an engine row by row,
    /// which must give the same forecasts.
    /// </summary>
    /// <returns>The loaded model.</returns>
    public static RnnForecastingTransformer Check<TRow>(MLContext ml, RnnForecastingEstimator estimator, TRow[] rows, int training)
        where TRow : class
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows[..training]);
        RnnForecastingTransformer fitted = estimator.Fit(data);
        var model = (RnnForecastingTransformer)SavedModel.Load(ml, SavedModel.Bytes(ml, fitted, data.Schema), out _);
        float[][] forecasts = TinySeries.Vectors(model.Transform(ml.Data.LoadFromEnumerable(rows[training..])));
        using var engine = ml.Forecasting.CreateForecastEngine<TRow, Answer>(model);
        for (int t = training; t < rows.Length; t++)
        {
            engine.Observe(rows[t]);
            Assert.That(engine.Predict().Forecast, Is.EqualTo(forecasts[t - training]).Within(1e-5), $"row {t}");
        }
        return model;
    }

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }
}
