using Microsoft.ML.Runtime;

namespace RnnMlNet;

/// <summary>Options of a vocabulary that is learned from words.</summary>
public sealed class VocabularyOptions
{
    internal const string DefaultUnknownWord = "<unknown>";

    /// <summary>Name of the column of keys to add.</summary>
    public string OutputColumnName { get; set; } = "";

    /// <summary>Name of the column of words: Text, or a vector of Text. Default null: <see cref="OutputColumnName"/>.</summary>
    public string? InputColumnName { get; set; }

    /// <summary>
    /// Least number of occurrences in the rows of Fit of a word with a key of its own, 1 or more. Rarer words have the key of unknown
    /// words, in training too, so that the network learns what an unknown word means. With 1 no word is rare: the key of unknown words
    /// then does not occur in training, unless <see cref="MaximumNumberOfWords"/> leaves words out. Default 2.
    /// </summary>
    public int MinimumCount { get; set; } = 2;

    /// <summary>
    /// Most words with a key of their own, those with the most occurrences, 1 or more; the key of unknown words is one more. Default null:
    /// no limit.
    /// </summary>
    public int? MaximumNumberOfWords { get; set; }

    /// <summary>
    /// Whether words are mapped to lower case, by the rules of the invariant culture, in training and in scoring. Default false.
    /// </summary>
    public bool LowerCase { get; set; }

    /// <summary>
    /// Whether each decimal digit counts as 0, in training and in scoring, so that all years are <c>0000</c> and all prices of a form one
    /// word. Default false.
    /// </summary>
    public bool FoldDigits { get; set; }

    /// <summary>
    /// Name of the key of unknown words, which is the first key. The word itself, where it occurs, is an unknown one. Default
    /// <c>&lt;unknown&gt;</c>.
    /// </summary>
    public string UnknownWord { get; set; } = DefaultUnknownWord;

    /// <summary>The name of the column of words.</summary>
    internal string Input => InputColumnName ?? OutputColumnName;

    internal VocabularyOptions Clone() => (VocabularyOptions)MemberwiseClone();

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Check(IExceptionContext ectx)
    {
        if (string.IsNullOrWhiteSpace(OutputColumnName))
            throw ectx.ExceptUserArg(nameof(OutputColumnName), "OutputColumnName is empty; it must name the column of keys to add.");
        if (InputColumnName is not null && string.IsNullOrWhiteSpace(InputColumnName))
            throw ectx.ExceptUserArg(
                nameof(InputColumnName),
                "InputColumnName is empty; it must name the column of words, or be null for the name of the output."
            );
        if (MinimumCount < 1)
            throw ectx.ExceptUserArg(
                nameof(MinimumCount),
                $"MinimumCount is {MinimumCount}; it must be 1 or more: the least number of occurrences of a word with a key of its own."
            );
        if (MaximumNumberOfWords < 1)
            throw ectx.ExceptUserArg(
                nameof(MaximumNumberOfWords),
                $"MaximumNumberOfWords is {MaximumNumberOfWords}; it must be 1 or more, or null for no limit."
            );
        if (string.IsNullOrWhiteSpace(UnknownWord))
            throw ectx.ExceptUserArg(
                nameof(UnknownWord),
                $"UnknownWord is empty; it must be the name of the key of unknown words, such as '{DefaultUnknownWord}'."
            );
    }
}
