using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The parts of an untrained forecaster. Its weights are random, its scaling is that of a series.</summary>
internal sealed record ForecasterSample
{
    public const int Season = 7;
    public const float ConfidenceLevel = 0.9f;

    public CellKind Cell { get; init; } = CellKind.Gru;

    public ForecastModel Model { get; init; } = ForecastModel.Segments;

    public WindowNormalization Normalization { get; init; } = WindowNormalization.MeanAndDeviation;

    public ForecastResidual Residual { get; init; }

    public bool Differences { get; init; }

    /// <summary>Steps of a learned cycle; 0 for none.</summary>
    public int CycleLength { get; init; }

    public int Window { get; init; } = 12;

    public int Horizon { get; init; } = 5;

    public int Targets { get; init; } = 1;

    public int Past { get; init; }

    public int Known { get; init; }

    public int Quantiles { get; init; } = 1;

    public int Members { get; init; } = 1;

    /// <summary>The share of a naive forecast.</summary>
    public float Share { get; init; }

    public ForecastResidual Naive { get; init; } = ForecastResidual.SeasonalNaive;

    /// <summary>Whether forecasts move by a median error.</summary>
    public bool HasBias { get; init; }

    private WindowLayout Layout =>
        new(Window, Horizon, Model == ForecastModel.Segments ? Math.Min(4, Window) : 1, Targets, Past, Known)
        {
            Decoder = ForecastModels.DecoderOf(Model),
            Normalization = Normalization,
            Residual = Residual,
            Season = Season,
            Differences = Differences,
            CycleLength = CycleLength,
        };

    /// <summary>A season with noise: of each channel another.</summary>
    /// <param name="level">Its mean.</param>
    /// <param name="size">What it varies by.</param>
    /// <param name="length">Its steps; what is known beforehand reaches a horizon further.</param>
    /// <param name="noise">Of the size.</param>
    public TimeSeries Series(float level = 20, float size = 3, int length = 60, float noise = 1)
    {
        var random = new Random(7);
        var series = new TimeSeries(Targets, Past, Known) { FirstNumber = -9 };
        for (int t = 0; t < length; t++)
            series.Add(Step(Targets, t), Step(Past, t));
        for (int t = 0; t < length + Horizon; t++)
            series.AddKnown(Step(Known, t));
        return series;

        float[] Step(int channels, int t) =>
            [
                .. Enumerable
                    .Range(0, channels)
                    .Select(c =>
                        level
                        + size
                            * (
                                (1 + c) * MathF.Sin(2 * MathF.PI * ((t + c) % Season) / Season)
                                + noise * ((float)random.NextDouble() - 0.5f)
                            )
                    ),
            ];
    }

    public ForecastNetwork Network(TimeSeries series)
    {
        var scaling = SeriesScaling.Learn([series], [series.Length]);
        NetworkShape shape = ForecastLayout.Shape(Cell, hiddenSize: 6, Layout, Quantiles);
        var random = new Random(3);
        return new ForecastNetwork(
            [.. Enumerable.Range(1, Members).Select(seed => TrainedNetworks.Of(shape, seed, limit: 0.5f))],
            Layout,
            scaling.Targets,
            scaling.Past,
            scaling.Known
        )
        {
            Quantiles = Quantiles == 1 ? [] : [.. Enumerable.Range(1, Quantiles).Select(i => i / (Quantiles + 1f))],
            Correction = new ForecastCorrection(
                Share == 0 ? ForecastResidual.None : Naive,
                Season,
                Share,
                HasBias ? RandomNetwork.Uniform(random, Targets * Horizon, 0.3f) : []
            ),
        };
    }

    /// <summary>A column of forecasts and two of bounds.</summary>
    public ForecastOutput[] Outputs =>
        [
            new("Forecast", ForecastPart.Forecast, 0, Targets, Targets > 1),
            new("Lower", ForecastPart.LowerBound, 0, Targets, Targets > 1),
            new("Upper", ForecastPart.UpperBound, 0, Targets, Targets > 1),
            .. Quantiles > 1 ? [new("Quantiles", ForecastPart.Quantiles, 0, Targets, Targets > 1)] : (ForecastOutput[])[],
        ];

    /// <summary>
    /// As measured on errors that were mostly above 0, those of the third step all; the last step has too few of its own.
    /// </summary>
    public IntervalSettings Intervals()
    {
        var random = new Random(11);
        List<float>[] scores = [.. Enumerable.Range(0, Targets * Horizon).Select(place => Scores(place % Horizon).ToList())];
        return new IntervalSettings(IntervalScores.Of(Targets, Horizon, scores), ConfidenceLevel, Rate: 0);

        IEnumerable<float> Scores(int step) =>
            Enumerable.Range(0, step == 4 ? 3 : 40).Select(_ => 2 * (float)random.NextDouble() - (step == 2 ? -0.1f : 0.7f));
    }
}
