namespace RnnMlNet;

/// <summary>What is done where a step of a series is not there: a time is left out, or a value is NaN.</summary>
public enum MissingSteps
{
    /// <summary>It is an error that names the place.</summary>
    Refuse,

    /// <summary>
    /// The step is as the one before it. Before a series' first value there is none: windows that reach back there have no forecast. The
    /// log says how many were made up; no error of a
    /// forecast is measured at them.
    /// </summary>
    LastValue,

    /// <summary>
    /// The steps lie on a straight line between their neighbours, once the next one is there; until then they are as the last one. So no
    /// forecast has seen a value that came after its row. The
    /// log says how many were made up; no error of a forecast is measured at them.
    /// </summary>
    Linear,
}
