using System.Globalization;
using RnnMlNet.Training;

namespace RnnMlNet.Text;

/// <summary>Durations as text.</summary>
internal static class Durations
{
    /// <summary>Such as 0.41 s, 12.3 s, 4:05 min, 1:02:03 h.</summary>
    public static string Text(double seconds)
    {
        if (seconds < 59.95)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{seconds.ToString(seconds < 9.995 ? "0.00" : "0.0", CultureInfo.InvariantCulture)} s"
            );
        return Clock(seconds) + (seconds < 3599.5 ? " min" : " h");
    }

    /// <summary>Such as 0:07, 4:05, 1:02:03, 5 d 03:00:00.</summary>
    public static string Clock(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Round(Math.Clamp(seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2)));
        return time.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(time.Days > 0 ? $"{time.Days} d " : "")}{time.Hours}:{time.Minutes:00}:{time.Seconds:00}"
            );
    }
}
