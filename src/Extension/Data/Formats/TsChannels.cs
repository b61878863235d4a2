using System.Globalization;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Formats;

/// <summary>The times of a row's steps.</summary>
/// <param name="Dates">Dates; empty where they are numbers.</param>
/// <param name="Numbers">Whole numbers; empty where they are dates.</param>
internal sealed record TsTimes(DateTime[] Dates, long[] Numbers);

/// <summary>Parses the channels of a row of a .ts file, and checks that they fit its header and the rows before.</summary>
/// <param name="lines">The file.</param>
/// <param name="header">Its header.</param>
internal sealed class TsChannels(LineReader lines, TsHeader header)
{
    private static readonly string[] _dates = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    private readonly List<float> _values = [];
    private readonly List<long> _times = [],
        _timesOfFirst = [];
    private int? _channels = header.Channels,
        _length = header.Length;
    private bool? _hasDates;

    /// <summary>F, once a row was read.</summary>
    public int Count => _channels ?? 0;

    /// <summary>Whether times are dates, once a row was read.</summary>
    public bool HasDates => _hasDates ?? false;

    /// <summary>A value; NaN where it is missing.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out float value)
    {
        if (text is "?")
        {
            value = float.NaN;
            return true;
        }
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !float.IsInfinity(value);
    }

    /// <summary>The values of a row, step after step, and the times of its steps.</summary>
    public (float[] Values, TsTimes? Times) Read(string line, List<Range> channels)
    {
        _channels ??= channels.Count;
        if (channels.Count != _channels)
            throw lines.Problem(
                $"expected {Words.Plural(Count, "channel")} as "
                    + (header.Channels is null ? "in the file's first row" : "stated in the header")
                    + $", received {channels.Count}: channels have a colon between them, and "
                    + (header.Label == TsLabel.None ? "there is no label, as the header states none" : "the label follows the last")
            );
        float[] values = [];
        for (int f = 0; f < channels.Count; f++)
        {
            _values.Clear();
            _times.Clear();
            if (header.HasTimes)
                ReadTimed(line.AsSpan(channels[f]), f);
            else
                ReadValues(line.AsSpan(channels[f]), f);
            if (f == 0)
                values = Begin();
            CheckSteps(f, values.Length / channels.Count);
            for (int t = 0; t < _values.Count; t++)
                values[t * channels.Count + f] = _values[t];
        }
        return (values, Times());
    }

    private float[] Begin()
    {
        _timesOfFirst.Clear();
        _timesOfFirst.AddRange(_times);
        if (header.IsEqualLength && _values.Count != (_length ??= _values.Count))
            throw lines.Problem(
                $"expected {Words.Plural(_length.Value, "step")} as "
                    + (header.Length is null ? "in the file's first row" : "@seriesLength states")
                    + $", received {_values.Count}: complete the series, or set @equalLength to false"
                    + (header.Length is null ? "" : " and remove @seriesLength")
            );
        return new float[_values.Count * Count];
    }

    private void CheckSteps(int channel, int steps)
    {
        if (_values.Count != steps)
            throw lines.Problem(
                $"channel {channel + 1} has {Words.Plural(_values.Count, "step")}, but channel 1 {steps}: give all channels of a "
                    + "series one length, with ? where a value is missing"
            );
        for (int t = 0; t < _times.Count; t++)
            if (_times[t] != _timesOfFirst[t])
                throw lines.Problem(
                    $"step {t + 1} of channel {channel + 1} is at another time than in channel 1: give all channels of a series the same "
                        + "times, with ? where a value is missing"
                );
    }

    private void ReadValues(ReadOnlySpan<char> channel, int f)
    {
        foreach (Range item in channel.Split(','))
            _values.Add(Value(channel[item].Trim(), f));
    }

    // (time,value),(time,value),...
    private void ReadTimed(ReadOnlySpan<char> channel, int f)
    {
        channel = channel.Trim();
        while (true)
        {
            int end = channel.IndexOf(')');
            if (end < 0 || channel[0] != '(')
                throw NotTimed(channel, f);
            ReadOnlySpan<char> pair = channel[1..end];
            int comma = pair.LastIndexOf(',');
            if (comma < 0)
                throw NotTimed(channel, f);
            AddTime(pair[..comma].Trim(), f);
            _values.Add(Value(pair[(comma + 1)..].Trim(), f));
            channel = channel[(end + 1)..].TrimStart();
            if (channel.IsEmpty)
                return;
            if (channel[0] != ',')
                throw NotTimed(channel, f);
            channel = channel[1..].TrimStart();
        }
    }

    private Exception NotTimed(ReadOnlySpan<char> text, int f) =>
        lines.Problem(
            $"step {_values.Count + 1} of channel {f + 1}: expected (time,value) as @timeStamps is true, with commas between the steps, "
                + $"received {LineReader.Show(text)}"
        );

    private void AddTime(ReadOnlySpan<char> text, int f)
    {
        bool isDate = DateTime.TryParseExact(text, _dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date);
        long time = date.Ticks;
        if (!isDate && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out time))
            throw lines.Problem(
                $"step {_times.Count + 1} of channel {f + 1} has the time {LineReader.Show(text)}: expected yyyy-MM-dd HH:mm:ss or a whole "
                    + "number"
            );
        if (isDate != (_hasDates ??= isDate))
            throw lines.Problem(
                $"step {_times.Count + 1} of channel {f + 1} has the time {LineReader.Show(text)}, but the file's first time is a "
                    + $"{(HasDates ? "date" : "whole number")}: write all times in one form"
            );
        if (_times.Count > 0 && time <= _times[^1])
            throw lines.Problem(
                $"step {_times.Count + 1} of channel {f + 1} has the time {LineReader.Show(text)}, which is not after that of the step "
                    + "before: sort the steps, and remove one of two at the same time"
            );
        _times.Add(time);
    }

    private float Value(ReadOnlySpan<char> text, int f)
    {
        if (!TryRead(text, out float value))
            throw lines.Problem(
                $"step {_values.Count + 1} of channel {f + 1} is {LineReader.Show(text)}: expected a finite number, or ? for a missing "
                    + "value"
                    + (text.StartsWith('(') ? "; for times in brackets set @timeStamps to true" : "")
            );
        if (float.IsNaN(value) && header.HasMissing == false)
            throw lines.Problem(
                $"step {_values.Count + 1} of channel {f + 1} is missing ({LineReader.Show(text)}), but @missing is false: set @missing "
                    + "to true"
            );
        return value;
    }

    private TsTimes? Times() =>
        !header.HasTimes ? null
        : HasDates ? new TsTimes([.. _timesOfFirst.Select(ticks => new DateTime(ticks))], [])
        : new TsTimes([], [.. _timesOfFirst]);
}
