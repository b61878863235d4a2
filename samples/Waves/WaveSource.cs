namespace Samples.Waves;

/// <summary>The kinds of wave.</summary>
internal enum WaveKind
{
    Sine,
    Square,
    Sawtooth,
}

/// <summary>Values of a wave, one after the other. The kind may change at any step.</summary>
internal sealed class WaveSource(Random random)
{
    private const double Noise = 0.1;
    private const double ShortestPeriod = 10,
        LongestPeriod = 24;

    private double _phase = random.NextDouble();
    private double _period = NewPeriod(random);
    private WaveKind _kind;

    /// <summary>The wave of the next values. A new one has a period of its own, 10 to 24 steps.</summary>
    public WaveKind Kind
    {
        get => _kind;
        set
        {
            if (value != _kind)
                _period = NewPeriod(random);
            _kind = value;
        }
    }

    /// <summary>The next value: about -1 to 1, with a little noise.</summary>
    public float Next()
    {
        _phase = (_phase + 1 / _period) % 1;
        double value = _kind switch
        {
            WaveKind.Sine => Math.Sin(2 * Math.PI * _phase),
            WaveKind.Square => _phase < 0.5 ? 1 : -1,
            WaveKind.Sawtooth => 2 * _phase - 1,
            _ => throw new InvalidOperationException($"There is no wave {_kind}."),
        };
        return (float)(value + Noise * (2 * random.NextDouble() - 1));
    }

    private static double NewPeriod(Random random) => ShortestPeriod + (LongestPeriod - ShortestPeriod) * random.NextDouble();
}

/// <summary>Names of waves.</summary>
internal static class WaveNames
{
    /// <summary>The class name of a kind.</summary>
    public static string Name(this WaveKind kind) =>
        kind switch
        {
            WaveKind.Sine => "sine",
            WaveKind.Square => "square",
            WaveKind.Sawtooth => "sawtooth",
            _ => throw new InvalidOperationException($"There is no wave {kind}."),
        };
}
