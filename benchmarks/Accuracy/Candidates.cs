using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>What was tried for each task, as changes to its recipe.</summary>
internal static class Candidates
{
    public static readonly (string Name, Action<RnnOptions> Change)[] Series =
    [
        ("recipe", _ => { }),
        ("mean, max", o => o.Pooling = Pooling.Mean | Pooling.Max),
        ("last, max", o => o.Pooling = Pooling.Last | Pooling.Max),
        ("last", o => o.Pooling = Pooling.Last),
        ("LSTM", o => o.Cell = CellKind.Lstm),
        ("128 units", o => o.HiddenSize = 128),
        ("two layers", o => o.Layers = 2),
        ("input dropout .1", o => o.InputDropout = .1f),
        ("learning rate 1e-3", o => o.LearningRate = 1e-3f),
        ("batches of 8", o => o.BatchSize = 8),
    ];

    public static readonly (string Name, Action<RnnOptions> Change)[] Texts =
    [
        ("recipe", _ => { }),
        ("max", o => o.Pooling = Pooling.Max),
        ("mean, max", o => o.Pooling = Pooling.Mean | Pooling.Max),
        (
            "128 units, embedding 128",
            o =>
            {
                o.HiddenSize = 128;
                o.EmbeddingSize = 128;
            }
        ),
        ("20 epochs", o => o.MaxEpochs = 20),
        ("GRU", o => o.Cell = CellKind.Gru),
        ("embedding 128", o => o.EmbeddingSize = 128),
        ("input dropout .3", o => o.InputDropout = .3f),
        ("learning rate 1e-3", o => o.LearningRate = 1e-3f),
        ("8 epochs", o => o.MaxEpochs = 8),
    ];

    public static readonly (string Name, Action<RnnOptions> Change)[] Chunks =
    [
        ("recipe", _ => { }),
        ("batches of 32", o => o.BatchSize = 32),
        (
            "one layer",
            o =>
            {
                o.Layers = 1;
                o.Dropout = 0;
            }
        ),
        (
            "one layer, 64 units, embedding 64",
            o =>
            {
                o.Layers = 1;
                o.Dropout = 0;
                o.HiddenSize = 64;
                o.EmbeddingSize = 64;
            }
        ),
        ("GRU", o => o.Cell = CellKind.Gru),
        ("input dropout .3", o => o.InputDropout = .3f),
        ("8 epochs", o => o.MaxEpochs = 8),
        ("learning rate 1e-3", o => o.LearningRate = 1e-3f),
    ];

    public static readonly (string Name, LifeView View, Action<RnnRegressionTrainer.Options> Change)[] Life =
    [
        ("recipe", Recipes.LifeView, _ => { }),
        ("all 24 columns", Recipes.LifeView with { Columns = CmapssFile.AllColumns }, _ => { }),
        ("LSTM", Recipes.LifeView, o => o.Cell = CellKind.Lstm),
        ("no input dropout", Recipes.LifeView, o => o.InputDropout = 0),
        ("input dropout .2", Recipes.LifeView, o => o.InputDropout = .2f),
        ("Huber", Recipes.LifeView, o => o.Loss = RegressionLoss.Huber),
        ("windows of 30", Recipes.LifeView with { Window = 30 }, _ => { }),
        ("windows of 80", Recipes.LifeView with { Window = 80 }, _ => { }),
        ("a window a cycle", Recipes.LifeView with { Stride = 1 }, _ => { }),
        (
            "two layers",
            Recipes.LifeView,
            o =>
            {
                o.Layers = 2;
                o.Dropout = .2f;
            }
        ),
        ("last, mean", Recipes.LifeView, o => o.Pooling = Pooling.Last | Pooling.Mean),
        (
            "bidirectional, last, mean",
            Recipes.LifeView,
            o =>
            {
                o.Bidirectional = true;
                o.Pooling = Pooling.Last | Pooling.Mean;
            }
        ),
        ("32 units", Recipes.LifeView, o => o.HiddenSize = 32),
        ("learning rate 1e-3", Recipes.LifeView, o => o.LearningRate = 1e-3f),
        ("8 epochs", Recipes.LifeView, o => o.MaxEpochs = 8),
        ("more head dropout", Recipes.LifeView, o => o.HeadDropout = .5f),
    ];

    /// <summary>One network each.</summary>
    public static readonly (string Name, Action<RnnForecastingEstimator.Options> Change)[] Channels =
    [
        ("recipe", _ => { }),
        ("batches of 1792", o => o.BatchSize = 1792),
        ("learning rate 5e-4", o => o.LearningRate = 5e-4f),
        ("dropout .5", o => o.Dropout = .5f),
        ("dropout .7", o => o.Dropout = .7f),
        ("64 units", o => o.HiddenSize = 64),
        ("256 units", o => o.HiddenSize = 256),
        ("Huber loss", o => o.Loss = ForecastLoss.Huber),
        ("squared loss", o => o.Loss = ForecastLoss.Squared),
        ("weight decay 1e-4", o => o.WeightDecay = 1e-4f),
        ("mean and deviation", o => o.Normalization = WindowNormalization.MeanAndDeviation),
    ];

    /// <summary>
    /// How many networks are averaged, and SegRNN's published training at the recipe's size: squared loss, dropout .5, batches of 1792, a
    /// rate that falls by a fifth an epoch.
    /// </summary>
    public static readonly (string Name, Action<RnnForecastingEstimator.Options> Change)[] LongHorizons =
    [
        ("recipe, long horizons", _ => { }),
        ("one network", o => o.EnsembleSize = 1),
        (
            "one network, SegRNN's training",
            o =>
            {
                (o.EnsembleSize, o.Loss, o.Dropout, o.BatchSize, o.GradientClipNorm) = (1, ForecastLoss.Squared, .5f, 1792, 0);
                (o.LearningRateSchedule, o.LearningRateDecay) = (LearningRateSchedule.Exponential, .8f);
            }
        ),
    ];

    /// <summary>One network each, with and without a learned cycle.</summary>
    public static readonly (string Name, Action<RnnForecastingEstimator.Options> Change)[] Cycles =
    [
        ("no cycle", _ => { }),
        ("a cycle of 24", o => o.CycleLength = 24),
        ("a cycle of 168", o => o.CycleLength = 168),
        ("no cycle, mean and deviation", o => o.Normalization = WindowNormalization.MeanAndDeviation),
        ("a cycle of 24, mean and deviation", o => (o.CycleLength, o.Normalization) = (24, WindowNormalization.MeanAndDeviation)),
        ("a cycle of 168, mean and deviation", o => (o.CycleLength, o.Normalization) = (168, WindowNormalization.MeanAndDeviation)),
    ];

    public static readonly (string Name, Action<RnnForecastingEstimator.Options> Change)[] OilTemperature =
    [
        ("recipe", _ => { }),
        ("absolute loss", o => o.Loss = ForecastLoss.Absolute),
        ("Huber loss", o => o.Loss = ForecastLoss.Huber),
        ("dropout .3", o => o.Dropout = .3f),
        ("batches of 256", o => o.BatchSize = 256),
        ("hour of day", o => o.CalendarFeatures = CalendarFeatures.HourOfDay),
        ("segments of 12", o => o.SegmentLength = 12),
    ];

    public static readonly (string Name, bool IsLogarithmic, Action<RnnForecastingEstimator.Options> Change)[] Air =
    [
        ("recipe", true, _ => { }),
        ("200 epochs", true, o => o.MaxEpochs = 200),
        ("learning rate 1e-3", true, o => o.LearningRate = 1e-3f),
        ("window of 36", true, o => o.WindowSize = 36),
        ("direct", true, o => o.Model = ForecastModel.Direct),
        ("squared loss", true, o => o.Loss = ForecastLoss.Squared),
        ("residual to last year, a tenth held out", true, HeldOut),
        ("no logarithm, mean and deviation", false, o => o.Normalization = WindowNormalization.MeanAndDeviation),
        ("no logarithm, residual, a tenth held out", false, HeldOut),
    ];

    public static readonly (string Name, Action<RnnForecastingEstimator.Options> Change)[] Sunspots =
    [
        ("recipe", _ => { }),
        ("last value", o => o.Normalization = WindowNormalization.LastValue),
        ("no normalisation", o => o.Normalization = WindowNormalization.None),
        ("window of 264", o => o.WindowSize = 264),
        ("squared loss", o => o.Loss = ForecastLoss.Squared),
        ("dropout .3", o => o.Dropout = .3f),
    ];

    private static void HeldOut(RnnForecastingEstimator.Options o)
    {
        (o.Residual, o.SeasonLength, o.Loss) = (ForecastResidual.SeasonalNaive, 12, ForecastLoss.Huber);
        (o.ValidationFraction, o.MaxEpochs, o.LearningRate, o.LearningRateSchedule) = (0.1, 30, 1e-3f, LearningRateSchedule.Constant);
    }
}
