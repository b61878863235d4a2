using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Rows with times, and forecasts that continue from training to an engine.</summary>
internal abstract class TimesFixture
{
    private protected readonly MLContext _ml = new(seed: 1);

    private protected sealed class Dated
    {
        public DateTime Time { get; set; }
        public float Value { get; set; }
    }

    private protected sealed class Stamped
    {
        public DateTimeOffset Time { get; set; }
        public float Value { get; set; }
    }

    private protected sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }

    private protected static float Wave(int t) => 10 + MathF.Sin(t / 2f);

    private protected static Dated[] Rows(IEnumerable<DateTime> times) =>
        [.. times.Select((time, t) => new Dated { Time = time, Value = Wave(t) })];

    private protected static Stamped[] Rows(IEnumerable<DateTimeOffset> times) =>
        [.. times.Select((time, t) => new Stamped { Time = time, Value = Wave(t) })];

    private protected RnnForecastingEstimator Estimator(Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(
            _ml,
            o =>
            {
                (o.TimeColumnName, o.WindowSize, o.Horizon, o.HiddenSize, o.MaxEpochs) = ("Time", 6, 2, 4, 1);
                configure?.Invoke(o);
            }
        );

    private protected RnnForecastingTransformer GoesOn<TRow>(
        TRow[] rows,
        int training,
        Action<RnnForecastingEstimator.Options>? configure = null
    )
        where TRow : class => ContinuedForecasts.Check(_ml, Estimator(configure), rows, training);

    private protected static IEnumerable<DateTimeOffset> Local(string zone, IEnumerable<DateTime> times) =>
        times.Select(time => new DateTimeOffset(time, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(time)));
}
