namespace Samples.RemainingLife;

/// <summary>A bar of characters: days run, then days left.</summary>
internal static class LifeBar
{
    private const double DaysPerCharacter = 4;

    public static string Of(double daysRun, double daysLeft) =>
        new string('=', Characters(daysRun)) + '|' + new string('-', Characters(Math.Max(daysLeft, 0)));

    private static int Characters(double days) => (int)Math.Round(days / DaysPerCharacter);
}
