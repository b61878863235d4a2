namespace RnnMlNet;

/// <summary>What the network's forecast is added to.</summary>
public enum ForecastResidual
{
    /// <summary>What <see cref="WindowNormalization"/> took off.</summary>
    None,

    /// <summary>The window's last value: the network forecasts changes since then.</summary>
    LastValue,

    /// <summary>
    /// The value of the same place in the last season of the window: the network forecasts what differs from the season before.
    /// </summary>
    SeasonalNaive,
}
