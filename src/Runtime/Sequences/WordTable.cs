namespace RnnMlNet.Runtime.Sequences;

/// <summary>The tokens of words: ids 0, 1, ... in the words' order. Thread-safe.</summary>
internal sealed class WordTable
{
    /// <summary>The token of unknown words, where the table has one.</summary>
    public const int UnknownToken = 0;

    private const int BufferLength = 128;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _tokens;

    /// <param name="words">The words, each in the form.</param>
    /// <param name="form">The form of words that are looked up.</param>
    /// <param name="hasUnknown">Whether the first word is the name of all words that are not in the table.</param>
    public WordTable(IReadOnlyList<string> words, WordForm form, bool hasUnknown)
    {
        (Words, Form, HasUnknown) = (words, form, hasUnknown);
        var tokens = new Dictionary<string, int>(words.Count, StringComparer.Ordinal);
        for (int token = 0; token < words.Count; token++)
            tokens.TryAdd(words[token], token);
        _tokens = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IReadOnlyList<string> Words { get; }

    public WordForm Form { get; }

    /// <summary>Whether unknown words have a token, <see cref="UnknownToken"/>.</summary>
    public bool HasUnknown { get; }

    /// <summary>Returns the token of a word; null for an empty word, and for an unknown one unless those have a token.</summary>
    public int? TokenOf(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty)
            return null;
        Span<char> buffer = word.Length <= BufferLength ? stackalloc char[BufferLength] : new char[word.Length];
        if (_tokens.TryGetValue(Form.Of(word, buffer), out int token))
            return token;
        return HasUnknown ? UnknownToken : null;
    }
}

/// <summary>The form in which words are counted and looked up. Words have the same length in it.</summary>
/// <param name="LowersCase">Whether letters are in lower case, by the rules of the invariant culture.</param>
/// <param name="FoldsDigits">Whether each decimal digit is a 0.</param>
/// <remarks>Halves of surrogate pairs are always replaced by U+FFFD: a file in UTF-8 cannot hold them.</remarks>
internal readonly record struct WordForm(bool LowersCase, bool FoldsDigits)
{
    private const char Replacement = '\uFFFD';

    /// <summary>Returns a word in the form: the word itself, or the start of the buffer.</summary>
    /// <param name="word">The word.</param>
    /// <param name="buffer">At least as many characters.</param>
    public ReadOnlySpan<char> Of(ReadOnlySpan<char> word, Span<char> buffer)
    {
        bool hasSurrogates = word.ContainsAnyInRange('\uD800', '\uDFFF');
        if (this == default && !hasSurrogates)
            return word;
        Span<char> form = buffer[..word.Length];
        if (LowersCase)
            word.ToLowerInvariant(form);
        else
            word.CopyTo(form);
        if (FoldsDigits)
            ReplaceDigits(form);
        if (hasSurrogates)
            ReplaceLoneSurrogates(form);
        return form;
    }

    /// <summary>Returns a word in the form.</summary>
    public string Of(string word) => Of(word, new char[word.Length]).ToString();

    private static void ReplaceDigits(Span<char> form)
    {
        foreach (ref char character in form)
            if (char.IsDigit(character))
                character = '0';
    }

    private static void ReplaceLoneSurrogates(Span<char> form)
    {
        for (int i = 0; i < form.Length; i++)
            if (i + 1 < form.Length && char.IsSurrogatePair(form[i], form[i + 1]))
                i++;
            else if (char.IsSurrogate(form[i]))
                form[i] = Replacement;
    }
}
