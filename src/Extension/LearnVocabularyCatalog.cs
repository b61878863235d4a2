using Microsoft.ML.Data;
using RnnMlNet;

namespace Microsoft.ML;

/// <summary>Extension methods that map words to the keys of a learned vocabulary.</summary>
public static class LearnVocabularyCatalog
{
    /// <summary>
    /// Creates an estimator that learns the vocabulary of a column of words, and maps words to keys, as the trainers of recurrent networks
    /// take them: words that occur often enough in the training rows have a key of their own, all others the key of unknown words, in
    /// training and in scoring. An empty word is a missing key.
    /// </summary>
    /// <param name="catalog">The text transforms of a context.</param>
    /// <param name="outputColumnName">Name of the column of keys to add: Key of UInt32, a vector of them for a vector of words.</param>
    /// <param name="inputColumnName">Name of the column of words: Text, or a vector of Text, such as the output of
    /// <c>TokenizeIntoWords</c>. Null: <paramref name="outputColumnName"/>.</param>
    /// <param name="minimumCount">Least number of occurrences of a word with a key of its own, 1 or more.</param>
    /// <param name="maximumNumberOfWords">Most words with a key of their own, those with the most occurrences; null for no limit. The key
    /// of unknown words is one more.</param>
    /// <param name="lowerCase">Whether words are mapped to lower case, in training and in scoring.</param>
    /// <param name="foldDigits">Whether each digit counts as 0, in training and in scoring.</param>
    /// <param name="unknownWord">Name of the key of unknown words, the first key.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static VocabularyEstimator LearnVocabulary(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int minimumCount = 2,
        int? maximumNumberOfWords = null,
        bool lowerCase = false,
        bool foldDigits = false,
        string unknownWord = VocabularyOptions.DefaultUnknownWord
    ) =>
        catalog.LearnVocabulary(
            new VocabularyOptions
            {
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
                MinimumCount = minimumCount,
                MaximumNumberOfWords = maximumNumberOfWords,
                LowerCase = lowerCase,
                FoldDigits = foldDigits,
                UnknownWord = unknownWord,
            }
        );

    /// <summary>Creates an estimator that learns the vocabulary of a column of words, from an object of options.</summary>
    /// <param name="catalog">The text transforms of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static VocabularyEstimator LearnVocabulary(this TransformsCatalog.TextTransforms catalog, VocabularyOptions options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);
}
