namespace Samples.SensorTable;

/// <summary>
/// Simulates machines on some lines, an hour after the other. The physics is invented: the level and the noise of each sensor depend on
/// what the machine does; a worn bearing shakes it, old machines shake anyway, and a leak takes from the flow: less than a change of the
/// regime does.
/// </summary>
internal sealed class Plant(int seed)
{
    private const double MissingHours = 0.05,
        MissingVibrations = 0.15;

    private static readonly (string Name, double Temperature, double Vibration, double Flow, double Noise)[] _regimes =
    [
        ("idle", 35, 0.5, 2, 0.1),
        ("slow", 55, 3, 20, 0.5),
        ("fast", 80, 8, 60, 1.5),
    ];

    private readonly Random _random = new(seed);

    /// <summary>The rows of all machines, in any order, as a table of a plant has them.</summary>
    public Reading[] Run(string[] lines, int machines, int hours)
    {
        Reading[] table =
        [
            .. from line in lines from machine in Enumerable.Range(1, machines) from reading in Run(line, machine, hours) select reading,
        ];
        _random.Shuffle(table);
        return table;
    }

    private List<Reading> Run(string line, int machine, int hours)
    {
        int age = _random.Next(1, 20),
            bearing = Onset(hours),
            leak = Onset(hours),
            regime = _random.Next(_regimes.Length);
        string maker = _random.Next(2) == 0 ? "Ainsley" : "Bruhn";
        var readings = new List<Reading>();
        for (int hour = 0; hour < hours; hour++)
        {
            regime = _random.Next(4) == 0 ? _random.Next(_regimes.Length) : regime;
            if (_random.NextDouble() < MissingHours)
                continue;
            var (name, temperature, vibration, flow, noise) = _regimes[regime];
            double shaking = 0.15 * age + (maker == "Bruhn" ? 1 : 0) + (hour >= bearing ? 2.5 : 0);
            readings.Add(
                new Reading
                {
                    Line = line,
                    Machine = machine,
                    Time = new DateTime(2026, 5, 4).AddHours(hour),
                    Regime = name,
                    Temperature = (float)(temperature + Noise(4 * noise)),
                    Vibration = _random.NextDouble() < MissingVibrations ? float.NaN : (float)(vibration + noise * (shaking + Noise(1))),
                    Flow = (float)(flow + noise * ((hour >= leak ? -2.5 : 0) + Noise(1))),
                    Age = age,
                    Maker = maker,
                    WornBearing = hour >= bearing,
                    Leak = hour >= leak,
                }
            );
        }
        return readings;
    }

    // Each fault comes up in half of the machines.
    private int Onset(int hours) => _random.Next(2) == 0 ? _random.Next(6, hours - 12) : hours;

    /// <summary>A normal random number of mean 0 (Box and Muller).</summary>
    private double Noise(double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
