namespace RnnMlNet;

/// <summary>What is done where a step of a series is not there: a time is left out, or a value is NaN.</summary>
public enum MissingSteps
{
    /// <summary>It is an error that names the place.</summary>
    Refuse,

    /// <summary>The step is as the one before it (at a series' beginning, as the first that is there). The log says how many were made up; no error of a forecast is measured at them.</summary>
    LastValue,

    /// <summary>
    /// The steps lie on a straight line between their neighbours (at a series' beginning and end, as the nearest). The log says how many were made up; no error of a
    /// forecast is measured at them. A line takes what came later: so nothing is forecast from a window that ends with such a step.
    /// </summary>
    Linear,
}
