namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The origins of a backtest.</summary>
/// <param name="Folds">Number of origins.</param>
/// <param name="Horizon">Steps forecast from each.</param>
/// <param name="Step">Steps from one origin to the next.</param>
/// <param name="Refit">Whether a model is trained for each origin.</param>
internal sealed record BacktestPlan(int Folds, int Horizon, int Step, bool Refit)
{
    /// <summary>Distance of an origin from the end of the data: a horizon for the last one.</summary>
    /// <param name="fold">0 for the earliest.</param>
    public int StepsBehind(int fold) => Horizon + (Folds - 1 - fold) * Step;
}
