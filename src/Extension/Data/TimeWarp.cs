namespace RnnMlNet.Data;

/// <summary>
/// The position in a row that each step of its augmented form is read from, at a speed that varies along the row. The speed is linear
/// between random knots at equal distances, so that the position is a smooth, increasing function from one end to the other.
/// </summary>
internal readonly ref struct TimeWarp
{
    // Four between the ends, as in Um et al. (2017).
    private const int Intervals = 5;

    // A speed near 0 would repeat a step many times.
    private const float SlowestSpeed = 0.1f;

    private readonly float[] _speeds;
    private readonly float _unit,
        _last;

    /// <param name="steps">T, steps of the row.</param>
    /// <param name="random">The row's random numbers.</param>
    /// <param name="deviation">Deviation of the speed, which is 1 on average; 0 for a constant speed.</param>
    public TimeWarp(int steps, RowRandom random, float deviation)
    {
        _last = steps - 1;
        _speeds = new float[Intervals + 1];
        for (int knot = 0; knot <= Intervals; knot++)
            _speeds[knot] = Math.Max(SlowestSpeed, 1 + deviation * random.Normal(Purpose.Speed, knot));
        float whole = 0;
        for (int interval = 0; interval < Intervals; interval++)
            whole += (_speeds[interval] + _speeds[interval + 1]) / 2;
        _unit = _last / whole;
    }

    /// <summary>The position of a step, from 0 to T - 1.</summary>
    public float At(int step)
    {
        if (_last == 0)
            return 0;
        float time = step * Intervals / _last;
        int interval = Math.Min((int)time, Intervals - 1);
        float passed = 0;
        for (int i = 0; i < interval; i++)
            passed += (_speeds[i] + _speeds[i + 1]) / 2;
        float part = time - interval;
        passed += part * (_speeds[interval] + part * (_speeds[interval + 1] - _speeds[interval]) / 2);
        return Math.Clamp(passed * _unit, 0, _last);
    }
}

/// <summary>What a row's random numbers are for.</summary>
internal static class Purpose
{
    public const int Noise = 0,
        Factor = 1,
        Speed = 2;
}
