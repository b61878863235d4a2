namespace RnnMlNet.Models.Forecasting;

/// <summary>The part of forecasts in a column.</summary>
internal enum ForecastPart : byte
{
    Forecast,
    LowerBound,
    UpperBound,
    Quantiles,
}

/// <summary>A column of forecasts, of bounds or of quantiles.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Part">Forecasts, lower or upper bounds, or quantiles.</param>
/// <param name="FirstTarget">The first of its targets among all.</param>
/// <param name="Targets">Number of its targets.</param>
/// <param name="IsOfVector">Whether they are those of a vector, which has a dimension of its own even for one target.</param>
internal sealed record ForecastOutput(string Name, ForecastPart Part, int FirstTarget, int Targets, bool IsOfVector)
{
    /// <summary>Whether it is computed from calibrated intervals.</summary>
    public bool IsBound => Part is ForecastPart.LowerBound or ForecastPart.UpperBound;
}
