using System.Globalization;

namespace Samples.SensorTable;

/// <summary>A row of the table: an hour of a machine.</summary>
internal sealed class Reading
{
    /// <summary>The line that the machine is on.</summary>
    public string Line { get; set; } = "";

    /// <summary>The machine's number on its line.</summary>
    public int Machine { get; set; }

    public DateTime Time { get; set; }

    /// <summary>What it does: <c>idle</c>, <c>slow</c> or <c>fast</c>. All sensors depend on it.</summary>
    public string Regime { get; set; } = "";

    public float Temperature { get; set; }

    /// <summary>NaN where its sensor sent nothing.</summary>
    public float Vibration { get; set; }

    public float Flow { get; set; }

    /// <summary>The same in all rows of a machine: years, and the maker.</summary>
    public float Age { get; set; }

    public string Maker { get; set; } = "";

    /// <summary>Whether the machine has the fault at this time. A machine may have both.</summary>
    public bool WornBearing { get; set; }

    public bool Leak { get; set; }

    public string Name => $"{Line}/{Machine}";

    /// <summary>What samples/NativeAot reads of it, as a line of a CSV file.</summary>
    public string Csv =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Time:yyyy-MM-dd HH:mm:ss},{Regime},{Temperature},{(float.IsNaN(Vibration) ? "" : Vibration)},{Flow},{Age},{Maker}"
        );
}

/// <summary>The faults that a machine seems to have.</summary>
internal sealed class Diagnosis
{
    public float[] Probability { get; set; } = [];

    public bool[] PredictedLabel { get; set; } = [];
}
