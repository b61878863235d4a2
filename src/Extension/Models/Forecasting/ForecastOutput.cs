namespace RnnMlNet.Models.Forecasting;

/// <summary>The part of forecasts in a column.</summary>
internal enum ForecastPart : byte
{
    Forecast,
    LowerBound,
    UpperBound,
}

/// <summary>A column of forecasts or of bounds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Part">Forecasts, or lower or upper bounds.</param>
/// <param name="FirstTarget">The first of its targets among all.</param>
/// <param name="Targets">Number of its targets.</param>
/// <param name="IsOfVector">Whether they are those of a vector, which has a dimension of its own even for one target.</param>
internal sealed record ForecastOutput(string Name, ForecastPart Part, int FirstTarget, int Targets, bool IsOfVector);
