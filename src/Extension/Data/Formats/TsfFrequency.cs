using RnnMlNet.Data.Series;

namespace RnnMlNet.Data.Formats;

/// <summary>The <c>@frequency</c> of a .tsf file: the distance between steps.</summary>
/// <param name="Text">As the file writes it.</param>
/// <param name="Frequency">The distance.</param>
internal sealed record TsfFrequency(string Text, Frequency Frequency)
{
    /// <summary>Parses it: a name, such as <c>half_hourly</c>, or a count and a unit, such as <c>10_minutes</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static TsfFrequency Read(LineReader lines, string text)
    {
        string words = text.ToLowerInvariant() switch
        {
            "half_hourly" => "30 minutes",
            "minutely" => "1 minute",
            "secondly" => "1 second",
            _ => text.Replace('_', ' '),
        };
        return Frequency.Parse(words) is { IsOfNumbers: false, Days.IsAll: true } frequency
            ? new TsfFrequency(text, frequency)
            : throw lines.Problem(
                $"the frequency is {LineReader.Show(text)}: expected yearly, quarterly, monthly, weekly, daily, hourly, half_hourly, "
                    + "minutely, secondly, or a count and a unit such as 10_minutes"
            );
    }

    /// <summary>The time of a step of a series that begins at <paramref name="start"/>; null beyond the years of DateTime.</summary>
    public DateTime? At(DateTime start, int step)
    {
        Int128 count = (Int128)Frequency.Step * step;
        if (Frequency.Unit == StepUnit.Months)
        {
            Int128 month = 12 * ((Int128)start.Year - 1) + start.Month - 1 + count;
            return month < 12 * DateTime.MaxValue.Year ? start.AddMonths((int)count) : null;
        }
        Int128 ticks = start.Ticks + count * (Frequency.Unit == StepUnit.Days ? TimeSpan.TicksPerDay : 1);
        return ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : null;
    }
}
