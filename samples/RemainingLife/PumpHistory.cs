using Microsoft.ML.Data;

namespace Samples.RemainingLife;

/// <summary>A pump's sensor readings up to some day of its life, and the days it had left.</summary>
internal sealed class PumpHistory
{
    /// <summary>Sensors per day: load, temperature, vibration, pressure.</summary>
    public const int Sensors = 4;

    /// <summary>Day after day, the sensors of each: any number of days.</summary>
    [VectorType]
    public float[] Readings { get; set; } = [];

    /// <summary>Features of the history for a linear model: <see cref="HistorySummary.Of"/>.</summary>
    [VectorType(HistorySummary.Size)]
    public float[] Summary { get; set; } = [];

    /// <summary>Days until it fails.</summary>
    [ColumnName("Label")]
    public float DaysLeft { get; set; }

    public int Days => Readings.Length / Sensors;
}

/// <summary>A predicted number of days.</summary>
internal sealed class LifePrediction
{
    public float Score { get; set; }
}
