namespace RnnMlNet.Data.Series;

/// <summary>
/// One series on a regular grid, without gaps: channel by channel the numbers of all its steps. It grows at its end.
/// </summary>
/// <param name="targets">C, channels that are forecast.</param>
/// <param name="past">P, channels that are known up to now.</param>
/// <param name="known">K, channels that are known beforehand: they may reach further than <see cref="Length"/>.</param>
internal sealed class TimeSeries(int targets, int past, int known)
{
    private readonly Channel[] _targets = Channels(targets), _past = Channels(past), _known = Channels(known);
    private readonly List<bool[]> _imputed = [];

    /// <summary>T, steps whose targets are there.</summary>
    public int Length { get; private set; }

    /// <summary>Steps whose numbers that are known beforehand are there.</summary>
    public int KnownLength => _known.Length == 0 ? int.MaxValue : _known[0].Length;

    public int TargetCount => _targets.Length;

    public int PastCount => _past.Length;

    public int KnownCount => _known.Length;

    /// <summary>Some steps of a target.</summary>
    public ReadOnlySpan<float> Targets(int channel, int start, int count) => _targets[channel].Read(start, count);

    /// <summary>Some steps of a channel that is known up to now.</summary>
    public ReadOnlySpan<float> Past(int channel, int start, int count) => _past[channel].Read(start, count);

    /// <summary>Some steps of a channel that is known beforehand.</summary>
    public ReadOnlySpan<float> Known(int channel, int start, int count) => _known[channel].Read(start, count);

    /// <summary>Whether a step's target was not there, and has been made up.</summary>
    public bool IsImputed(int channel, int step) => step < _imputed.Count && _imputed[step].Length > 0 && _imputed[step][channel];

    /// <summary>Adds a step.</summary>
    /// <param name="targetValues">[C].</param>
    /// <param name="pastValues">[P].</param>
    /// <param name="isImputed">[C] which targets were not there; empty where all were.</param>
    public void Add(ReadOnlySpan<float> targetValues, ReadOnlySpan<float> pastValues, ReadOnlySpan<bool> isImputed = default)
    {
        for (int channel = 0; channel < _targets.Length; channel++)
            _targets[channel].Add(targetValues[channel]);
        for (int channel = 0; channel < _past.Length; channel++)
            _past[channel].Add(pastValues[channel]);
        if (isImputed.Contains(true))
        {
            while (_imputed.Count < Length)
                _imputed.Add([]);
            _imputed.Add(isImputed.ToArray());
        }
        Length++;
    }

    /// <summary>Adds a step of what is known beforehand.</summary>
    /// <param name="values">[K].</param>
    public void AddKnown(ReadOnlySpan<float> values)
    {
        for (int channel = 0; channel < _known.Length; channel++)
            _known[channel].Add(values[channel]);
    }

    /// <summary>Some of its steps as a series of their own, with what is known beforehand of the same steps.</summary>
    public TimeSeries Slice(int start, int count)
    {
        var part = new TimeSeries(targets, past, known);
        CopyTo(part, start, count);
        return part;
    }

    /// <summary>Adds some of its steps to another series, and what is known beforehand of the same steps.</summary>
    public void CopyTo(TimeSeries other, int start, int count)
    {
        Span<float> targetValues = new float[targets], pastValues = new float[past], knownValues = new float[known];
        for (int step = start; step < start + count; step++)
        {
            ReadStep(step, targetValues, pastValues);
            other.Add(targetValues, pastValues, step < _imputed.Count ? _imputed[step] : []);
            Read(_known, step, knownValues);
            other.AddKnown(knownValues);
        }
    }

    /// <summary>The targets and what else is known at a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="targetValues">[C], overwritten.</param>
    /// <param name="pastValues">[P], overwritten.</param>
    public void ReadStep(int step, Span<float> targetValues, Span<float> pastValues)
    {
        Read(_targets, step, targetValues);
        Read(_past, step, pastValues);
    }

    /// <summary>What is known beforehand of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">[K], overwritten.</param>
    public void ReadKnown(int step, Span<float> values) => Read(_known, step, values);

    private static void Read(Channel[] channels, int step, Span<float> values)
    {
        for (int c = 0; c < channels.Length; c++)
            values[c] = channels[c].Read(step, 1)[0];
    }

    private static Channel[] Channels(int count) => [.. Enumerable.Range(0, count).Select(_ => new Channel())];

    private sealed class Channel
    {
        private float[] _values = [];

        public int Length { get; private set; }

        public ReadOnlySpan<float> Read(int start, int count) => _values.AsSpan(0, Length).Slice(start, count);

        public void Add(float value)
        {
            if (Length == _values.Length)
                Array.Resize(ref _values, Math.Max(64, 2 * Length));
            _values[Length++] = value;
        }
    }
}
