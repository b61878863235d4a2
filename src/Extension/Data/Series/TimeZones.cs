namespace RnnMlNet.Data.Series;

/// <summary>Time zones by their names.</summary>
internal static class TimeZones
{
    /// <summary>The zone of an IANA or a Windows name; null where this machine does not have it.</summary>
    public static TimeZoneInfo? Find(string name)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            return null;
        }
    }
}
