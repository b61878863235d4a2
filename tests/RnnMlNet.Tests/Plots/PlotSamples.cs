namespace RnnMlNet.Tests.Plots;

/// <summary>Results to draw: the usual ones and the odd ones.</summary>
internal static class PlotSamples
{
    private const string LongName = "a class whose name is much longer than anybody would ever think that a class's name could be";

    public static EpochReport Epoch(
        int epoch,
        int maxEpochs,
        double training,
        double? validation = null,
        double? metric = null,
        bool isBest = false,
        string metricName = "Accuracy",
        double seconds = 0
    ) =>
        new(epoch, maxEpochs, training, validation, metricName, metric, 1e-3, seconds, isBest)
        {
            MetricUnit = metricName == "Accuracy" ? "share of the validation rows" : "",
        };

    /// <summary>A training that falls, without chance.</summary>
    public static TrainingHistory History(int epochs, double scale = 1, bool hasValidation = true, string metric = "Accuracy") =>
        new(
            [
                .. Enumerable
                    .Range(1, epochs)
                    .Select(e =>
                        Epoch(
                            e,
                            epochs,
                            scale * (0.1 + Math.Exp(-e / 4.0)),
                            hasValidation ? scale * (0.2 + Math.Exp(-e / 3.0)) : null,
                            hasValidation ? 1 - Math.Exp(-e / 5.0) : null,
                            true,
                            metric
                        )
                    ),
            ],
            epochs,
            StopReason.MaxEpochs,
            100,
            hasValidation ? 10 : 0,
            0
        );

    public static TrainingHistory HistoryOf(params double[] trainingLosses) =>
        new(
            [.. trainingLosses.Select((loss, e) => Epoch(e + 1, trainingLosses.Length, loss))],
            trainingLosses.Length,
            StopReason.MaxEpochs,
            10,
            0,
            0
        );

    /// <summary>A rate range test that falls from a rate on.</summary>
    public static LearningRateCurve Curve(int points, double scale = 1) =>
        new(
            [
                .. Enumerable
                    .Range(0, points)
                    .Select(i => new LearningRatePoint(
                        (float)(1e-6 * Math.Pow(10, 6.0 * i / points)),
                        scale * Loss(i, points) * (1 + 0.1 * (i % 3 - 1)),
                        scale * Loss(i, points)
                    )),
            ],
            true
        );

    public static IEnumerable<Plot> All() =>
        [
            History(1).Plot(),
            History(2).Plot(),
            History(30).Plot(),
            History(3000).Plot(),
            History(20, scale: 1e9, metric: "RMSE").Plot(),
            History(20, scale: 1e-12, hasValidation: false).Plot(),
            History(20, scale: 1e250).Plot(),
            HistoryOf().Plot(),
            HistoryOf(double.NaN).Plot(),
            HistoryOf(1, double.PositiveInfinity, 2, double.NaN, 3).Plot(),
            HistoryOf(0, 0, 0).Plot(),
            HistoryOf(1e-300, 1e300).Plot(),
            HistoryOf(-5, -1000).Plot(),
            HistoryOf(1, 1 + 1e-14).Plot(),
            HistoryOf(123456.5, 123456.6, 123456.7).Plot(),
            HistoryOf(double.MaxValue, -double.MaxValue).Plot(),
            HistoryOf(double.Epsilon).Plot(),
            Curve(0).Plot(),
            Curve(1).Plot(),
            Curve(200).Plot(),
            Curve(40, scale: 1e7).Plot(),
            Confusions.Of(["only"], [3]).Plot(),
            Confusions.Of(["yes", "no"], [3, 1], [0, 0]).Plot(),
            Confusions.Of(["a", "b", "c"], [0, 0, 0], [0, 0, 0], [0, 0, 0]).Plot(),
            Confusions.Of([LongName + " 1", LongName + " 2", "short"], [123456, 2, 1], [3, 7654321, 0.5], [0, 3, 1e12]).Plot(),
            Confusions.Many(10, c => $"{c}").Plot(),
            Confusions.Many(30, c => $"class number {c}").Plot(),
            Confusions.Many(32, c => LongName + c).Plot(),
            Confusions.Many(200, c => $"{LongName} {c}").Plot(),
        ];

    private static double Loss(int i, int points) =>
        i < points / 2 ? 2
        : i < points * 0.8 ? 2 - 1.5 * (i - points / 2.0) / (points * 0.3)
        : 0.5 + 8.0 * (i - points * 0.8) / points;
}
