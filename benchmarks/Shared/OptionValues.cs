using System.Globalization;

namespace Shared;

/// <summary>Values of a benchmark's options, read from the command line.</summary>
internal static class OptionValues
{
    /// <summary>Names of parts, with commas between them.</summary>
    /// <exception cref="ArgumentException">One is not a name of <typeparamref name="TPart"/>; the message says which there are.</exception>
    public static IReadOnlyList<TPart> Parts<TPart>(string option, string text)
        where TPart : struct, Enum => [.. text.Split(',').Select(name => PartOf<TPart>(option, name))];

    /// <summary>A whole number from 1.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static int Count(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new ArgumentException($"{option} is '{text}', but must be a whole number from 1.");

    private static TPart PartOf<TPart>(string option, string text)
        where TPart : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out TPart part) && Enum.IsDefined(part) && !char.IsDigit(text[0])
            ? part
            : throw new ArgumentException($"{option} names '{text}', but the parts are {Names<TPart>()}.");

    private static string Names<TPart>()
        where TPart : struct, Enum
    {
        string[] names = [.. Enum.GetNames<TPart>().Select(name => name.ToLowerInvariant())];
        return $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}
