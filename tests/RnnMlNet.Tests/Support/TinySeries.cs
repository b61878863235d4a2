using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>A step of a series.</summary>
internal sealed class SeriesStep
{
    public string Key { get; set; } = "";
    public DateTime Time { get; set; }
    public float Value { get; set; }

    /// <summary>The value, and half of it upside down.</summary>
    [VectorType(2)]
    public float[] Pair { get; set; } = [];

    /// <summary>The next value, as a known future value.</summary>
    public float Known { get; set; }

    public float Past { get; set; }
}

/// <summary>Series that a tiny network learns quickly: waves of a period of 8 steps, an hour each, with a little noise.</summary>
internal static class TinySeries
{
    public const int Period = 8;
    public static readonly DateTime Start = new(2024, 1, 1);

    public static SeriesStep[] Steps(int count = 120, string key = "", float size = 10, float level = 50, int seed = 1)
    {
        var random = new Random(seed);
        float[] values =
        [
            .. Enumerable
                .Range(0, count + 1)
                .Select(t => level + size * (MathF.Sin(2 * MathF.PI * t / Period) + 0.1f * ((float)random.NextDouble() - 0.5f))),
        ];
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(t => new SeriesStep
                {
                    Key = key,
                    Time = Start.AddHours(t),
                    Value = values[t],
                    Pair = [values[t], -values[t] / 2],
                    Known = values[t + 1],
                    Past = -values[t],
                }),
        ];
    }

    public static IDataView Load(MLContext ml, IEnumerable<SeriesStep> steps) =>
        ml.Data.LoadFromEnumerable(steps as IList<SeriesStep> ?? [.. steps]);

    public static IDataView Load(MLContext ml, int count = 120) => Load(ml, Steps(count));

    /// <summary>Options that train in a moment, with nothing chosen from the data.</summary>
    public static RnnForecastingEstimator.Options Options(Action<RnnForecastingEstimator.Options>? configure = null)
    {
        var options = new RnnForecastingEstimator.Options
        {
            Columns =
            [
                new ForecastColumn
                {
                    InputColumnName = nameof(SeriesStep.Value),
                    OutputColumnName = "Forecast",
                    ConfidenceLowerBoundColumn = "Lower",
                    ConfidenceUpperBoundColumn = "Upper",
                },
            ],
            WindowSize = 16,
            Horizon = 4,
            HiddenSize = 8,
            MaxEpochs = 3,
            BatchSize = 16,
            LearningRate = 0.01f,
            Dropout = 0,
            Seed = 1,
            SeasonLength = 1,
            Normalization = WindowNormalization.LastValue,
            Residual = ForecastResidual.None,
            NaiveShare = 0,
            TrainOnHeldOut = false,
            EnsembleSize = 1,
            LearningRateSchedule = LearningRateSchedule.Constant,
            ValidationFraction = 0.1,
            EarlyStoppingPatience = 10,
        };
        configure?.Invoke(options);
        return options;
    }

    public static RnnForecastingEstimator Estimator(MLContext ml, Action<RnnForecastingEstimator.Options>? configure = null) =>
        ml.Forecasting.ForecastByRnn(Options(configure));

    /// <summary>A column of vectors, row by row.</summary>
    public static float[][] Vectors(IDataView view, string column = "Forecast") => [.. view.GetColumn<float[]>(column)];
}
