namespace RnnMlNet;

/// <summary>Treatment of missing steps of a series: a time without a row, or a NaN value.</summary>
public enum MissingSteps
{
    /// <summary>Throws an error that names the place.</summary>
    Refuse,

    /// <summary>
    /// Repeats the step before. Windows that reach back before a series' first value have no forecast. The log states how many values were
    /// imputed; forecast errors are not measured at them.
    /// </summary>
    LastValue,

    /// <summary>
    /// Interpolates linearly between the neighbours once the next value is known, and repeats the last value until then. So no forecast
    /// uses a value from after its row. The log states how many values were imputed; forecast errors are not measured at them.
    /// </summary>
    Linear,
}
