using Microsoft.ML.Runtime;
using NUnit.Framework;

namespace RnnMlNet.Tests.Support;

/// <summary>Asserts that input is refused by an exception of ML.NET's kinds, marked as its own, with a sentence in it.</summary>
internal static class Refused
{
    /// <summary>Refused as an argument: <see cref="ArgumentOutOfRangeException"/>.</summary>
    public static void Argument(Action action, string sentence) => By<ArgumentOutOfRangeException>(action, sentence);

    /// <summary>Refused as impossible: <see cref="InvalidOperationException"/>.</summary>
    public static void Operation(Action action, string sentence) => By<InvalidOperationException>(action, sentence);

    /// <summary>Refused as a file: <see cref="FormatException"/>.</summary>
    public static void Format(Action action, string sentence) => By<FormatException>(action, sentence);

    private static void By<TException>(Action action, string sentence)
        where TException : Exception
    {
        var exception = Assert.Throws<TException>(action)!;
        Assert.That(exception.Message, Does.Contain(sentence));
        Assert.That(exception.IsMarked(), Is.True, $"Not marked as ML.NET's own: {exception}");
    }
}
