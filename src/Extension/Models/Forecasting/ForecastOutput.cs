namespace RnnMlNet.Models.Forecasting;

/// <summary>Which part of forecasts a column has.</summary>
internal enum ForecastPart : byte
{
    Forecast,
    LowerBound,
    UpperBound,
}

/// <summary>A column of forecasts or of bounds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Part">What of the forecasts it has.</param>
/// <param name="FirstTarget">The first of its targets among all.</param>
/// <param name="Targets">Its targets.</param>
/// <param name="IsOfVector">Whether they are those of a vector, so that they have a dimension of their own even where there is one.</param>
internal sealed record ForecastOutput(string Name, ForecastPart Part, int FirstTarget, int Targets, bool IsOfVector);
