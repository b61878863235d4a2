namespace RnnMlNet.Data.Series;

/// <summary>
/// One series on a regular grid, without gaps: channel by channel the numbers of all its steps. It grows at its end.
/// </summary>
/// <param name="targets">C, channels that are forecast.</param>
/// <param name="past">P, channels that are known up to now.</param>
/// <param name="known">K, channels that are known beforehand: they may reach further than <see cref="Length"/>.</param>
internal sealed class TimeSeries(int targets, int past, int known)
{
    // So many times the steps that a forecast needs are kept at most, where a run of made up ones reaches back before them.
    private const int LongestKept = 4;

    private readonly SeriesChannel[] _targets = Channels(targets),
        _past = Channels(past),
        _known = Channels(known);

    /// <summary>T, steps whose targets are there.</summary>
    public int Length { get; private set; }

    /// <summary>Steps whose numbers that are known beforehand are there.</summary>
    public int KnownLength => _known.Length == 0 ? int.MaxValue : _known[0].Length;

    public int TargetCount => _targets.Length;

    public int PastCount => _past.Length;

    public int KnownCount => _known.Length;

    /// <summary>
    /// The step from which on every channel has a value, of its own or made up from an earlier one. What stands before it is made up from a
    /// later step.
    /// </summary>
    public int FirstWhole => All.Max(channel => channel.First);

    /// <summary>Some steps of a target.</summary>
    public ReadOnlySpan<float> Targets(int channel, int start, int count) => _targets[channel].Read(start, count);

    /// <summary>Some steps of a channel that is known up to now.</summary>
    public ReadOnlySpan<float> Past(int channel, int start, int count) => _past[channel].Read(start, count);

    /// <summary>Some steps of a channel that is known beforehand.</summary>
    public ReadOnlySpan<float> Known(int channel, int start, int count) => _known[channel].Read(start, count);

    /// <summary>Whether a step's target was not there, and has been made up.</summary>
    public bool IsImputed(int channel, int step) => _targets[channel].IsMadeUp(step);

    /// <summary>Whether a number of a step, in the order targets, past, known, was not there, and has been made up.</summary>
    public bool IsMadeUp(int channel, int step) => All[channel].IsMadeUp(step);

    /// <summary>Adds a step, all of whose numbers are given.</summary>
    /// <param name="targetValues">[C].</param>
    /// <param name="pastValues">[P].</param>
    /// <param name="isImputed">[C] which targets were not there; empty where all were.</param>
    public void Add(ReadOnlySpan<float> targetValues, ReadOnlySpan<float> pastValues, ReadOnlySpan<bool> isImputed = default)
    {
        for (int channel = 0; channel < _targets.Length; channel++)
            _targets[channel].Add(targetValues[channel], !isImputed.IsEmpty && isImputed[channel]);
        for (int channel = 0; channel < _past.Length; channel++)
            _past[channel].Add(pastValues[channel], isMadeUp: false);
        Length++;
    }

    /// <summary>Adds a step of what is known beforehand.</summary>
    /// <param name="values">[K].</param>
    public void AddKnown(ReadOnlySpan<float> values)
    {
        for (int channel = 0; channel < _known.Length; channel++)
            _known[channel].Add(values[channel], isMadeUp: false);
    }

    /// <summary>Adds a step, and makes up what is NaN: it is as the step before, until the next value comes.</summary>
    /// <param name="targetValues">[C].</param>
    /// <param name="pastValues">[P].</param>
    /// <param name="byLine">Whether a value that comes draws a straight line over the made up steps before it.</param>
    /// <returns>Numbers that were made up.</returns>
    public int Append(ReadOnlySpan<float> targetValues, ReadOnlySpan<float> pastValues, bool byLine)
    {
        int madeUp = Append(_targets, targetValues, byLine) + Append(_past, pastValues, byLine);
        Length++;
        return madeUp;
    }

    /// <summary>Adds a step of what is known beforehand, and makes up what is NaN.</summary>
    /// <param name="values">[K].</param>
    /// <param name="byLine">Whether a value that comes draws a line, as of a step.</param>
    /// <returns>Numbers that were made up.</returns>
    public int AppendKnown(ReadOnlySpan<float> values, bool byLine) => Append(_known, values, byLine);

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
        foreach (var (from, to) in All.Zip(other.All))
            from.CopyTo(to, start, Math.Min(count, from.Length - start));
        other.Length += count;
    }

    /// <summary>
    /// The steps before an end as they were known at the last of them: what is missing up to there is as the value before it, whatever came
    /// later.
    /// </summary>
    /// <param name="end">The step after the last.</param>
    /// <param name="count">Steps.</param>
    /// <param name="ahead">Steps behind the end of what is known beforehand.</param>
    public TimeSeries AsKnownAt(int end, int count, int ahead)
    {
        TimeSeries part = Slice(end - count, count);
        foreach (var (whole, own) in All.Zip(part.All))
            own.FillEnd(whole.BeforeRun(end));
        for (int c = 0; c < known; c++)
            _known[c].CopyTo(part._known[c], end, Math.Min(ahead, _known[c].Length - end));
        return part;
    }

    /// <summary>Whether any number of a step has been made up.</summary>
    public bool HasMadeUp(int step) => Array.Exists(All, channel => channel.IsMadeUp(step));

    /// <summary>The step that some last steps begin with, so many that no run of made up steps at the end is cut, unless it is far longer
    /// than they are.</summary>
    /// <param name="count">The steps needed.</param>
    public int StartOfLast(int count)
    {
        int start = Math.Max(0, Length - count);
        int whole = Length == 0 ? 0 : All.Min(channel => channel.RunStart(Length)) - 1;
        return whole >= start || Length - whole > (long)LongestKept * count ? start : Math.Max(0, whole);
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

    /// <summary>Notes what of the last step, in the order targets, past, known, has been made up.</summary>
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
