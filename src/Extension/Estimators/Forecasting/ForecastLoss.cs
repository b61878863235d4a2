namespace RnnMlNet;

/// <summary>What a forecaster's training makes small. Targets are compared in standardised units.</summary>
public enum ForecastLoss
{
    /// <summary>Absolute error: aims at the median, little moved by outliers.</summary>
    Absolute,

    /// <summary>Squared error: aims at the mean.</summary>
    Squared,

    /// <summary>Squared up to an error of 1, absolute beyond (Huber, 1964).</summary>
    Huber,

    /// <summary>
    /// Quantile loss (Koenker and Bassett, 1978): an output for each of the quantiles; the middle one is the forecast, and the width of
    /// intervals follows the outer ones.
    /// </summary>
    Quantile,
}
