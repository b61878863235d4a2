namespace Samples.RemainingLife;

/// <summary>
/// Simulates pumps that run until they fail. The physics is invented: some pumps work harder than others; a pump wears by the cube of the
/// day's load, faster the more it is worn, and fails when the wear reaches 1. The wear is hidden; four noisy sensors are visible, whose
/// zero differs by pump.
/// </summary>
internal sealed class PumpYard(int seed)
{
    private const int ShortestHistory = 15;
    private readonly Random _random = new(seed);

    /// <summary>Runs <paramref name="pumps"/> pumps to failure and records each on <paramref name="looks"/> days of its life.</summary>
    public IEnumerable<PumpHistory> Run(int pumps, int looks)
    {
        for (int pump = 0; pump < pumps; pump++)
        {
            float[] readings = RunToFailure();
            int life = readings.Length / PumpHistory.Sensors;
            for (int look = 0; look < looks; look++)
                yield return LookAt(readings, life, day: _random.Next(ShortestHistory, life));
        }
    }

    private static PumpHistory LookAt(float[] readings, int life, int day)
    {
        float[] known = readings[..(day * PumpHistory.Sensors)];
        return new PumpHistory
        {
            Readings = known,
            Summary = HistorySummary.Of(known),
            DaysLeft = life - day,
        };
    }

    private float[] RunToFailure()
    {
        double duty = 0.4 + 0.4 * _random.NextDouble();
        double weakness = 0.011 + 0.002 * _random.NextDouble();
        double warmth = Noise(3),
            tightness = Noise(0.3);
        double wear = 0.1 * _random.NextDouble();
        double load = duty;
        var readings = new List<float>();
        while (wear < 1)
        {
            load = Math.Clamp(load + 0.6 * (duty - load) + Noise(0.12), 0, 1);
            wear += weakness * (0.3 + 2 * Math.Pow(load, 3)) * (0.5 + 1.5 * wear);
            readings.Add((float)load);
            readings.Add((float)(50 + warmth + 15 * load + 10 * wear * wear + Noise(0.7)));
            readings.Add((float)((0.5 + load) * Math.Exp(1.5 * wear) + Noise(0.15)));
            readings.Add((float)(6 + tightness - 1.2 * load - 1.5 * wear + Noise(0.1)));
        }
        return [.. readings];
    }

    /// <summary>A normal random number of mean 0 (Box and Muller).</summary>
    private double Noise(double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
