namespace RnnMlNet.Runtime.Models;

/// <summary>The exceptions about a model file, marked as ML.NET marks those that are meant for its user.</summary>
internal static class ModelErrors
{
    private const string Mark = "ML_IsMarked";

    /// <summary>The file is damaged, newer, or not one of ours.</summary>
    public static FormatException Format(string message, Exception? inner = null) => Marked(new FormatException(message, inner));

    /// <summary>What was asked for cannot be done.</summary>
    public static InvalidOperationException Operation(string message, Exception? inner = null) =>
        Marked(new InvalidOperationException(message, inner));

    /// <summary>Whether an exception was made here or by ML.NET, so that its message says what is wrong.</summary>
    public static bool IsMarked(Exception exception) => exception.Data.Contains(Mark);

    private static T Marked<T>(T exception)
        where T : Exception
    {
        exception.Data[Mark] = true;
        return exception;
    }
}
