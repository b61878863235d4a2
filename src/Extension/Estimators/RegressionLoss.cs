namespace RnnMlNet;

/// <summary>What a regression's training makes small. Targets are compared in standardised units when NormalizeLabel is on.</summary>
public enum RegressionLoss
{
    /// <summary>Squared error: aims at the mean.</summary>
    Squared,

    /// <summary>Absolute error: aims at the median, little moved by outliers.</summary>
    Absolute,

    /// <summary>Squared up to an error of 1, absolute beyond (Huber, 1964).</summary>
    Huber,
}
