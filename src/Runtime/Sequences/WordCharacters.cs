namespace RnnMlNet.Runtime.Sequences;

/// <summary>
/// The characters of a word as <see cref="Length"/> codes: the mark of its beginning, its UTF-16 code units, the mark of its end, then
/// padding. Of a longer word they are the first and the last characters, as many of each. The marks are those of ML.NET's
/// TokenizeIntoCharactersAsKeys.
/// </summary>
internal static class WordCharacters
{
    /// <summary>W, codes of a word.</summary>
    public const int Length = 20;

    /// <summary>Follows a word's end.</summary>
    public const int Padding = 0;

    /// <summary>A character that has no code of its own: U+0000 to U+0003.</summary>
    public const int Unknown = 1;

    public const int Beginning = 2;

    public const int End = 3;

    /// <summary>The least code of a character; a character's code is its code unit.</summary>
    public const int First = 4;

    /// <summary>The largest code.</summary>
    public const int Last = char.MaxValue;

    // Characters beside the two marks.
    private const int Most = Length - 2;

    /// <summary>Writes the codes of a word.</summary>
    /// <param name="word">The word, of any length.</param>
    /// <param name="codes">[<see cref="Length"/>], overwritten.</param>
    public static void Write(ReadOnlySpan<char> word, Span<int> codes)
    {
        codes = codes[..Length];
        codes.Clear();
        codes[0] = Beginning;
        int count = 1;
        if (word.Length <= Most)
            Add(word, codes, ref count);
        else
        {
            Add(word[..(Most / 2)], codes, ref count);
            Add(word[^(Most - Most / 2)..], codes, ref count);
        }
        codes[count] = End;
    }

    private static void Add(ReadOnlySpan<char> characters, Span<int> codes, ref int count)
    {
        foreach (char character in characters)
            codes[count++] = character < First ? Unknown : character;
    }
}
