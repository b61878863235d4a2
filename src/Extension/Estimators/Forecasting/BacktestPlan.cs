namespace RnnMlNet.Estimators.Forecasting;

/// <summary>From which origins a backtest forecasts.</summary>
/// <param name="Folds">Origins.</param>
/// <param name="Horizon">Steps ahead of each.</param>
/// <param name="Step">Steps from one origin to the next.</param>
/// <param name="Refit">Whether each origin has a training of its own.</param>
internal sealed record BacktestPlan(int Folds, int Horizon, int Step, bool Refit)
{
    /// <summary>How far before the end of the data an origin lies: of the last one, a horizon.</summary>
    /// <param name="fold">0 for the earliest.</param>
    public int StepsBehind(int fold) => Horizon + (Folds - 1 - fold) * Step;
}
