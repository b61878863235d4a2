using Accuracy.Sets;
using RnnMlNet;
using RnnMlNet.Training;

namespace Accuracy;

/// <summary>
/// The options of each task: one recipe for all its sets, everything else being the defaults. They were chosen by <c>--select</c>, which
/// cross-validates on training rows alone.
/// </summary>
internal static class Recipes
{
    /// <summary>
    /// What the recipes leave as it was before options were chosen from the data: one network, no dropout, nothing calibrated.
    /// </summary>
    public static T Plain<T>(T options)
        where T : RnnOptions
    {
        options.Cell = CellKind.Lstm;
        options.HiddenSize = 64;
        options.EmbeddingSize = 64;
        options.Layers = 1;
        options.Bidirectional = false;
        options.HeadHiddenSizes = [];
        options.Dropout = null;
        options.InputDropout = 0;
        options.HeadDropout = 0;
        options.PatchLength = 1;
        options.MinTokenCount = 1;
        options.Calibrate = false;
        options.EnsembleSize = 1;
        if (options is not RnnSequenceTaggerTrainer.Options)
            options.Pooling = Pooling.Last;
        return options;
    }

    /// <summary>Time-series classification: small sets, so nothing is held out and the schedule ends the training.</summary>
    public static T Series<T>(T options)
        where T : RnnOptions
    {
        options.Cell = CellKind.Gru;
        options.Bidirectional = true;
        options.Pooling = Pooling.Last | Pooling.Mean | Pooling.Max;
        options.HeadDropout = 0.2f;
        options.BatchSize = 16;
        options.MaxEpochs = 100;
        options.Optimizer = OptimizerKind.AdamW;
        options.WeightDecay = 0.01f;
        options.LearningRate = 3e-3f;
        options.LearningRateSchedule = LearningRateSchedule.OneCycle;
        options.ValidationFraction = 0;
        return options;
    }

    /// <summary>Text classification.</summary>
    public static T Text<T>(T options)
        where T : RnnOptions
    {
        options.Bidirectional = true;
        options.Pooling = Pooling.Last | Pooling.Max;
        options.InputDropout = 0.5f;
        options.HeadDropout = 0.5f;
        options.MaxEpochs = 12;
        options.Optimizer = OptimizerKind.AdamW;
        options.WeightDecay = 0.01f;
        options.LearningRate = 3e-3f;
        options.LearningRateSchedule = LearningRateSchedule.OneCycle;
        options.ValidationFraction = 0;
        return options;
    }

    /// <summary>Remaining life.</summary>
    public static RnnRegressionTrainer.Options Life(RnnRegressionTrainer.Options options)
    {
        options.Cell = CellKind.Gru;
        options.InputDropout = 0.1f;
        options.HeadDropout = 0.2f;
        options.HeadHiddenSizes = [32];
        options.BatchSize = 64;
        options.MaxEpochs = 15;
        options.Optimizer = OptimizerKind.AdamW;
        options.WeightDecay = 0.01f;
        options.LearningRate = 2e-3f;
        options.LearningRateSchedule = LearningRateSchedule.OneCycle;
        options.ValidationFraction = 0;
        return options;
    }

    /// <summary>A tag for each word.</summary>
    public static RnnSequenceTaggerTrainer.Options Chunks(RnnSequenceTaggerTrainer.Options options)
    {
        options.Bidirectional = true;
        options.Layers = 2;
        options.Dropout = 0.5f;
        options.HiddenSize = 128;
        options.EmbeddingSize = 128;
        options.BatchSize = 16;
        options.InputDropout = 0.5f;
        options.HeadDropout = 0.5f;
        options.MaxEpochs = 12;
        options.Optimizer = OptimizerKind.AdamW;
        options.WeightDecay = 0.01f;
        options.LearningRate = 3e-3f;
        options.LearningRateSchedule = LearningRateSchedule.OneCycle;
        options.ValidationFraction = 0;
        return options;
    }

    /// <summary>Leaves nothing of a forecaster to be chosen from the data: what the recipes set stays as it is.</summary>
    private static RnnForecastingEstimator.Options PlainForecast(RnnForecastingEstimator.Options options)
    {
        options.SeasonLength ??= 1;
        options.Normalization ??= WindowNormalization.LastValue;
        options.Residual ??= ForecastResidual.None;
        options.NaiveShare ??= 0;
        options.TrainOnHeldOut ??= false;
        options.HiddenSize ??= 128;
        options.EnsembleSize ??= 1;
        options.MaxEpochs ??= 30;
        options.BatchSize ??= 64;
        options.LearningRate ??= 1e-3f;
        options.LearningRateSchedule ??= LearningRateSchedule.Constant;
        options.ValidationFraction ??= 0.1;
        options.EarlyStoppingPatience ??= options.ValidationFraction > 0 ? 10 : 0;
        return options;
    }

    /// <summary>All channels of ETTh1: the average of networks of different seeds, which those of long horizons need most.</summary>
    public static RnnForecastingEstimator.Options Channels(int horizon, int seed, int networks = 3) =>
        PlainForecast(
            new()
            {
                WindowSize = 96,
                Horizon = horizon,
                BatchSize = 448,
                Dropout = 0.3f,
                EnsembleSize = networks,
                EarlyStoppingPatience = 5,
                Threads = 1,
                Seed = seed,
            }
        );

    /// <summary>The oil's temperature in ETTh1.</summary>
    public static RnnForecastingEstimator.Options OilTemperature(int horizon, int seed) =>
        PlainForecast(
            new()
            {
                WindowSize = 96,
                Horizon = horizon,
                Loss = ForecastLoss.Squared,
                EarlyStoppingPatience = 5,
                Threads = 1,
                Seed = seed,
            }
        );

    /// <summary>AirPassengers: so short that nothing is held out, and the schedule ends the training.</summary>
    public static RnnForecastingEstimator.Options Air(int seed) =>
        PlainForecast(
            new()
            {
                WindowSize = 24,
                Horizon = 6,
                BatchSize = 16,
                MaxEpochs = 100,
                LearningRate = 3e-3f,
                LearningRateSchedule = LearningRateSchedule.OneCycle,
                ValidationFraction = 0,
                Threads = 1,
                Seed = seed,
            }
        );

    /// <summary>Monthly sunspots.</summary>
    public static RnnForecastingEstimator.Options Sunspots(int seed) =>
        PlainForecast(
            new()
            {
                WindowSize = 132,
                Horizon = 36,
                Normalization = WindowNormalization.MeanAndDeviation,
                Threads = 1,
                Seed = seed,
            }
        );

    /// <summary>The demand for electricity, a day ahead from the last week: the defaults.</summary>
    public static RnnForecastingEstimator.Options Electricity(int seed) =>
        new()
        {
            WindowSize = 7 * ElectricityFile.HalfHoursOfDay,
            Horizon = ElectricityFile.HalfHoursOfDay,
            CalendarFeatures = CalendarFeatures.DayOfWeek | CalendarFeatures.DayOfYear,
            Threads = 1,
            Seed = seed,
        };

    /// <summary>The transactions of branches of a bank, a quarter of a year ahead from the last year: the defaults.</summary>
    public static RnnForecastingEstimator.Options Branches(int seed) =>
        new()
        {
            WindowSize = BranchFile.Season,
            Horizon = BranchFile.Horizon,
            CalendarFeatures = CalendarFeatures.DayOfYear,
            Threads = 1,
            Seed = seed,
        };

    /// <summary>What is looked at of an engine.</summary>
    public static readonly LifeView LifeView = new(Window: 50, Stride: 2, CmapssFile.ChangingSensors);

    /// <summary>What a recipe sets, in words: each property that differs from the default.</summary>
    public static string Describe<T>(T options, T defaults)
        where T : RnnTrainingOptions =>
        string.Join(
            ", ",
            typeof(T)
                .GetProperties()
                .Where(p =>
                    p.Name is not ("LabelColumnName" or "FeatureColumnName" or "FeaturesPerStep" or "Columns" or "Threads" or "Seed")
                )
                .Select(p => (p.Name, Value: Text(p.GetValue(options)), Default: Text(p.GetValue(defaults))))
                .Where(p => p.Value != p.Default)
                .Select(p => $"{p.Name} {p.Value}")
        );

    private static string Text(object? value) =>
        value is int[] numbers
            ? $"[{string.Join(", ", numbers)}]"
            : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
