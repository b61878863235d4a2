namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Chooses what a forecaster's options leave open.</summary>
internal static class ForecastDefaults
{
    private const int MaxEpochs = 30, BatchSize = 64, Patience = 10;

    public static TrainingSettings Resolve(RnnForecastingEstimator.Options options)
    {
        OptimizerKind optimizer = options.Optimizer ?? OptimizerKind.Adam;
        double fraction = options.ValidationFraction ?? 0.1;
        return new TrainingSettings
        {
            Networks = options.Networks ?? 1,
            MaxEpochs = options.MaxEpochs ?? MaxEpochs,
            BatchSize = options.BatchSize ?? BatchSize,
            LearningRate = options.LearningRate ?? 1e-3f,
            Schedule = options.LearningRateSchedule ?? LearningRateSchedule.Constant,
            Optimizer = optimizer,
            WeightDecay = options.WeightDecay ?? TrainingSettings.WeightDecayOf(optimizer),
            ValidationFraction = fraction,
            Patience = options.EarlyStoppingPatience ?? (fraction > 0 ? Patience : 0),
            RestoresBest = options.RestoreBestWeights ?? true,
        };
    }
}
