namespace RnnMlNet.Data.Series;

/// <summary>
/// One series on a regular grid, without gaps: the values of all its steps, channel by channel. It grows at its end.
/// </summary>
/// <param name="targets">C, channels that are forecast.</param>
/// <param name="past">P, past covariates: known up to now.</param>
/// <param name="known">K, known future channels: they may reach further than <see cref="Length"/>.</param>
internal sealed class TimeSeries(int targets, int past, int known)
{
    // Most steps that are kept, as a multiple of those a forecast needs, where a run of imputed steps starts before them.
    private const int LongestKept = 4;

    private readonly SeriesChannel[] _targets = Channels(targets),
        _past = Channels(past),
        _known = Channels(known);

    /// <summary>The values that the series has at all steps (<see cref="StaticValues"/>).</summary>
    public float[] Statics { get; set; } = [];

    /// <summary>
    /// The number of its first step among all steps of the time grid (<see cref="TimeGrid.NumberOf"/>); 0 where there is no time column.
    /// </summary>
    public long FirstNumber { get; set; }

    /// <summary>T, steps with targets.</summary>
    public int Length { get; private set; }

    /// <summary>Steps with known future values.</summary>
    public int KnownLength => _known.Length == 0 ? int.MaxValue : _known[0].Length;

    public int TargetCount => _targets.Length;

    public int PastCount => _past.Length;

    public int KnownCount => _known.Length;

    /// <summary>
    /// The first step from which every channel has a value, of its own or imputed from an earlier one. Values before it are imputed from a
    /// later step.
    /// </summary>
    public int FirstWhole => All.Max(channel => channel.First);

    /// <summary>Some steps of a target.</summary>
    public ReadOnlySpan<float> Targets(int channel, int start, int count) => _targets[channel].Read(start, count);

    /// <summary>Some steps of a past covariate.</summary>
    public ReadOnlySpan<float> Past(int channel, int start, int count) => _past[channel].Read(start, count);

    /// <summary>Some steps of a known future channel.</summary>
    public ReadOnlySpan<float> Known(int channel, int start, int count) => _known[channel].Read(start, count);

    /// <summary>Whether a step's target is imputed.</summary>
    public bool IsImputed(int channel, int step) => _targets[channel].IsMadeUp(step);

    /// <summary>Whether a value of a step, in the order targets, past, known, is imputed.</summary>
    public bool IsMadeUp(int channel, int step) => All[channel].IsMadeUp(step);

    /// <summary>Adds a step, all of whose values are given.</summary>
    /// <param name="targetValues">[C].</param>
    /// <param name="pastValues">[P].</param>
    /// <param name="isImputed">[C] which targets are imputed; empty for none.</param>
    public void Add(ReadOnlySpan<float> targetValues, ReadOnlySpan<float> pastValues, ReadOnlySpan<bool> isImputed = default)
    {
        for (int channel = 0; channel < _targets.Length; channel++)
            _targets[channel].Add(targetValues[channel], !isImputed.IsEmpty && isImputed[channel]);
        for (int channel = 0; channel < _past.Length; channel++)
            _past[channel].Add(pastValues[channel], isMadeUp: false);
        Length++;
    }

    /// <summary>Adds a step of known future values.</summary>
    /// <param name="values">[K].</param>
    public void AddKnown(ReadOnlySpan<float> values)
    {
        for (int channel = 0; channel < _known.Length; channel++)
            _known[channel].Add(values[channel], isMadeUp: false);
    }

    /// <summary>Adds a step, and imputes what is NaN: it repeats the step before, until the next value is known.</summary>
    /// <param name="targetValues">[C].</param>
    /// <param name="pastValues">[P].</param>
    /// <param name="byLine">Whether a value that is present interpolates the imputed steps before it linearly.</param>
    /// <returns>Number of imputed values.</returns>
    public int Append(ReadOnlySpan<float> targetValues, ReadOnlySpan<float> pastValues, bool byLine)
    {
        int madeUp = Append(_targets, targetValues, byLine) + Append(_past, pastValues, byLine);
        Length++;
        return madeUp;
    }

    /// <summary>Adds a step of known future values, and imputes what is NaN.</summary>
    /// <param name="values">[K].</param>
    /// <param name="byLine">Whether a value that is present interpolates, as for a step.</param>
    /// <returns>Number of imputed values.</returns>
    public int AppendKnown(ReadOnlySpan<float> values, bool byLine) => Append(_known, values, byLine);

    /// <summary>Some of its steps as a series of their own, with the known future values of the same steps.</summary>
    public TimeSeries Slice(int start, int count)
    {
        var part = new TimeSeries(targets, past, known) { Statics = Statics, FirstNumber = FirstNumber + start };
        CopyTo(part, start, count);
        return part;
    }

    /// <summary>Adds some of its steps to another series, and the known future values of the same steps.</summary>
    public void CopyTo(TimeSeries other, int start, int count)
    {
        foreach (var (from, to) in All.Zip(other.All))
            from.CopyTo(to, start, Math.Min(count, from.Length - start));
        other.Length += count;
    }

    /// <summary>
    /// The steps before an end as they were known at the last of them: missing values repeat the value before, whatever came later.
    /// </summary>
    /// <param name="end">The step after the last.</param>
    /// <param name="count">Number of steps.</param>
    /// <param name="ahead">Steps of known future values after the end.</param>
    public TimeSeries AsKnownAt(int end, int count, int ahead)
    {
        TimeSeries part = Slice(end - count, count);
        foreach (var (whole, own) in All.Zip(part.All))
            own.FillEnd(whole.BeforeRun(end));
        for (int c = 0; c < known; c++)
            _known[c].CopyTo(part._known[c], end, Math.Min(ahead, _known[c].Length - end));
        return part;
    }

    /// <summary>Whether any value of a step is imputed.</summary>
    public bool HasMadeUp(int step) => Array.Exists(All, channel => channel.IsMadeUp(step));

    /// <summary>The start of the last steps, moved back so that no run of imputed steps at the end is cut, unless it is far longer than
    /// they are.</summary>
    /// <param name="count">The steps needed.</param>
    public int StartOfLast(int count)
    {
        int start = Math.Max(0, Length - count);
        int whole = Length == 0 ? 0 : All.Min(channel => channel.RunStart(Length)) - 1;
        return whole >= start || Length - whole > (long)LongestKept * count ? start : Math.Max(0, whole);
    }

    /// <summary>Reads the targets and past covariates of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="targetValues">[C], overwritten.</param>
    /// <param name="pastValues">[P], overwritten.</param>
    public void ReadStep(int step, Span<float> targetValues, Span<float> pastValues)
    {
        Read(_targets, step, targetValues);
        Read(_past, step, pastValues);
    }

    /// <summary>Reads the known future values of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">[K], overwritten.</param>
    public void ReadKnown(int step, Span<float> values) => Read(_known, step, values);

    /// <summary>Marks which values of the last step, in the order targets, past, known, are imputed.</summary>
    /// <param name="isMadeUp">[C + P + K].</param>
    public void Mark(ReadOnlySpan<bool> isMadeUp)
    {
        int place = 0;
        foreach (SeriesChannel channel in All)
            if (isMadeUp[place++])
                channel.Mark();
    }

    private SeriesChannel[] All => field ??= [.. _targets, .. _past, .. _known];

    private static int Append(SeriesChannel[] channels, ReadOnlySpan<float> values, bool byLine)
    {
        int madeUp = 0;
        for (int c = 0; c < channels.Length; c++)
            madeUp += channels[c].Append(values[c], byLine) ? 0 : 1;
        return madeUp;
    }

    private static void Read(SeriesChannel[] channels, int step, Span<float> values)
    {
        for (int c = 0; c < channels.Length; c++)
            values[c] = channels[c].Read(step, 1)[0];
    }

    private static SeriesChannel[] Channels(int count) => [.. Enumerable.Range(0, count).Select(_ => new SeriesChannel())];
}
