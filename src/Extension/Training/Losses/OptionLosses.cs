namespace RnnMlNet;

/// <summary>Training loss of a regression. With NormalizeLabel it is computed in standardised units.</summary>
public enum RegressionLoss
{
    /// <summary>Squared error: estimates the mean.</summary>
    Squared,

    /// <summary>Absolute error: estimates the median; outliers have little influence.</summary>
    Absolute,

    /// <summary>Squared up to an error of 1, absolute beyond (Huber, 1964).</summary>
    Huber,
}

/// <summary>Training loss of a forecaster. It is computed in standardised units.</summary>
public enum ForecastLoss
{
    /// <summary>Absolute error: estimates the median; outliers have little influence.</summary>
    Absolute,

    /// <summary>Squared error: estimates the mean.</summary>
    Squared,

    /// <summary>Squared up to an error of 1, absolute beyond (Huber, 1964).</summary>
    Huber,

    /// <summary>
    /// Quantile loss (Koenker and Bassett, 1978): one output for each quantile; the middle one is the forecast, and the outer ones scale
    /// the intervals.
    /// </summary>
    Quantile,
}
