namespace Samples.Forecasting;

/// <summary>Writes forecasts beside the actual values.</summary>
internal static class ForecastTable
{
    /// <param name="forecast">The forecasts.</param>
    /// <param name="actual">The actual months.</param>
    public static void Write(Co2Forecast forecast, IReadOnlyList<Co2Month> actual)
    {
        Console.WriteLine("  month      forecast       95 % interval    measured");
        for (int h = 0; h < forecast.Forecast.Length; h++)
        {
            bool isWithin = actual[h].Co2 >= forecast.Lower[h] && actual[h].Co2 <= forecast.Upper[h];
            Console.WriteLine(
                $"  {actual[h].Month:yyyy-MM} {forecast.Forecast[h], 11:0.00}   {forecast.Lower[h], 8:0.00} {forecast.Upper[h], 8:0.00} "
                    + $"{actual[h].Co2, 11:0.00}{(isWithin ? "" : "  outside")}"
            );
        }
    }
}
