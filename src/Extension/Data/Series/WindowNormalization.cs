namespace RnnMlNet;

/// <summary>
/// What is subtracted from a window of a series before the network reads it, and added back to the forecast, so that the level of a series
/// may shift (reversible instance normalisation; Kim et al., "Reversible Instance Normalization for Accurate Time-Series Forecasting
/// against Distribution Shift", 2022).
/// </summary>
public enum WindowNormalization
{
    /// <summary>Nothing: the network reads the series standardised by the mean and the deviation of all training steps.</summary>
    None,

    /// <summary>The window's last value is subtracted.</summary>
    LastValue,

    /// <summary>The window's mean is subtracted, and the rest divided by its standard deviation.</summary>
    MeanAndDeviation,
}
