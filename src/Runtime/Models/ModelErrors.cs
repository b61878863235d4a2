namespace RnnMlNet.Runtime.Models;

/// <summary>Exceptions about a model file, marked as ML.NET marks those intended for its user.</summary>
internal static class ModelErrors
{
    private const string Mark = "ML_IsMarked";

    /// <summary>The file is damaged, newer, or not one of ours.</summary>
    public static FormatException Format(string message, Exception? inner = null) => Marked(new FormatException(message, inner));

    /// <summary>The requested operation is impossible.</summary>
    public static InvalidOperationException Operation(string message, Exception? inner = null) =>
        Marked(new InvalidOperationException(message, inner));

    /// <summary>Whether an exception was created here or by ML.NET, so that its message is intended for the user.</summary>
    public static bool IsMarked(Exception exception) => exception.Data.Contains(Mark);

    private static T Marked<T>(T exception)
        where T : Exception
    {
        exception.Data[Mark] = true;
        return exception;
    }
}
