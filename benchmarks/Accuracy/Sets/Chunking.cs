using Microsoft.ML;
using RnnMlNet;

namespace Accuracy.Sets;

/// <summary>One sentence: its words, and for each the tag of its chunk.</summary>
internal sealed class ChunkedSentence
{
    public string[] Words { get; set; } = [];

    public string[] Tags { get; set; } = [];
}

/// <summary>The sentences of CoNLL files, in memory.</summary>
internal static class ConllFile
{
    /// <param name="path">The file; decompressed where it ends with ".gz".</param>
    /// <param name="tagColumn">The column of the tags; the words' is the first.</param>
    public static ChunkedSentence[] Read(string path, Index tagColumn)
    {
        var ml = new MLContext();
        var options = new ConllOptions
        {
            TokensColumnName = nameof(ChunkedSentence.Words),
            Columns = [new ConllColumn(nameof(ChunkedSentence.Tags), tagColumn)],
        };
        return [.. ml.Data.CreateEnumerable<ChunkedSentence>(ml.Data.LoadFromConllFile(path, options), reuseRowObject: false)];
    }
}

/// <summary>
/// A token for every word, learnt from training sentences: the word where they have it more than once, else what it looks like, by its
/// case, digits, hyphens and last letters, as coarsely as it takes for the training sentences' own rare words to have that token a few
/// times. Nothing but the words themselves goes into it.
/// </summary>
internal sealed class WordTokens
{
    private const int FewestWords = 2,
        FewestLooks = 5;
    private readonly HashSet<string> _known;

    public WordTokens(IEnumerable<ChunkedSentence> train)
    {
        string[] words = [.. train.SelectMany(sentence => sentence.Words).Select(Digits)];
        _known = [.. words.CountBy(word => word).Where(word => word.Value >= FewestWords).Select(word => word.Key)];
        string[] rare = [.. words.Where(word => !_known.Contains(word))];
        _known.UnionWith(
            rare.SelectMany(Looks).CountBy(look => look).Where(look => look.Value >= FewestLooks).Select(look => look.Key).ToArray()
        );
    }

    /// <summary>The word's token; empty, a missing key, where it looks like too few of their rare words.</summary>
    public string Of(string word)
    {
        word = Digits(word);
        return _known.Contains(word) ? word : Looks(word).FirstOrDefault(_known.Contains, "");
    }

    // All numbers of a form are one word.
    private static string Digits(string word) => string.Concat(word.Select(c => char.IsDigit(c) ? '0' : c));

    // From the finest to the coarsest. A blank is in no word.
    private static IEnumerable<string> Looks(string word)
    {
        string lower = word.ToLowerInvariant(),
            shape = Shape(word);
        yield return $"{lower} lower";
        for (int letters = 4; letters >= 1; letters--)
            if (lower.Length > letters)
                yield return $"{shape} {lower[^letters..]}";
        yield return $"{shape} any";
    }

    private static string Shape(string word)
    {
        string letters =
            word.All(c => !char.IsLetter(c)) ? "none"
            : word.All(c => !char.IsLower(c)) ? "upper"
            : char.IsUpper(word[0]) ? "title"
            : "small";
        return $"{letters}{(word.Contains('0') ? " digits" : "")}{(word.Contains('-') ? " hyphen" : "")}";
    }
}
