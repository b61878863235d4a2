namespace RnnMlNet.Training;

/// <summary>The terminal that standard output is written to.</summary>
internal static class ConsoleTerminal
{
    private const int UsualWidth = 80;

    /// <summary>Whether there is a terminal in which a line can be rewritten.</summary>
    public static bool IsThere => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Its current number of columns.</summary>
    public static int Width()
    {
        try
        {
            // 0 where the terminal does not report it.
            return Console.WindowWidth is > 0 and int width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
