namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The steps at the end of a series that are held out.</summary>
internal static class HeldOutEnd
{
    /// <summary>The first step of the held-out end of a series: at least a horizon before its end.</summary>
    public static int First(int length, int horizon, double fraction) =>
        fraction == 0 ? length : Math.Max(0, length - Math.Max(horizon, (int)Math.Ceiling(fraction * length)));
}
