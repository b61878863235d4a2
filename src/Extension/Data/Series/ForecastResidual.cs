namespace RnnMlNet;

/// <summary>The baseline that the network's forecast is added to.</summary>
public enum ForecastResidual
{
    /// <summary>The level that <see cref="WindowNormalization"/> subtracted.</summary>
    None,

    /// <summary>The window's last value: the network forecasts changes since then.</summary>
    LastValue,

    /// <summary>
    /// The value of the same season position in the window's last season: the network forecasts the difference from the season before.
    /// </summary>
    SeasonalNaive,
}
