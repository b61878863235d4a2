using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Support;

/// <summary>Networks that read the characters of words, and random words.</summary>
internal static class RandomWords
{
    // The last two are not in the alphabet.
    private const string Letters = "abcdef\uD83Dzy";

    /// <summary>A network of words, of six letters and half a surrogate pair.</summary>
    public static NetworkShape Shape(NetworkShape shape, int filters = 3) =>
        shape with
        {
            Features = 0,
            Vocabulary = 6,
            EmbeddingSize = 5,
            Characters = new CharacterShape(Size: 4, filters, Letters[..^2]),
        };

    /// <summary>The values of some steps: a token each, and where the network reads them the characters of a word of 0 to 24.</summary>
    public static int[] Steps(NetworkShape shape, int count, Random random) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => (int[])[random.Next(shape.Vocabulary), .. Characters(shape, random)])];

    /// <summary>The characters of a random word; none where the network reads none.</summary>
    public static int[] Characters(NetworkShape shape, Random random) =>
        shape.Characters is null ? [] : Codes(new string(random.GetItems(Letters.AsSpan(), random.Next(25))));

    /// <summary>The characters of a word.</summary>
    public static int[] Codes(string word)
    {
        var codes = new int[WordCharacters.Length];
        WordCharacters.Write(word, codes);
        return codes;
    }
}
