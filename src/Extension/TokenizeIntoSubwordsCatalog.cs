using Microsoft.ML.Data;
using RnnMlNet;

namespace Microsoft.ML;

/// <summary>Extension methods that encode texts as keys of subwords.</summary>
public static class TokenizeIntoSubwordsCatalog
{
    /// <summary>
    /// Creates an estimator that splits texts into subwords by byte pair encoding, whose merges it learns from the training rows, and maps
    /// these pieces to keys, as the trainers of recurrent networks take them: a word that never occurred is composed of pieces that did.
    /// </summary>
    /// <param name="catalog">The text transforms of a context.</param>
    /// <param name="outputColumnName">Name of the column of keys to add: VariableVector of Key of UInt32.</param>
    /// <param name="inputColumnName">Name of the column of texts: Text, or a vector of Text. Null:
    /// <paramref name="outputColumnName"/>.</param>
    /// <param name="vocabularySize">Most pieces, 2 or more; the characters of the texts are pieces however many they are.</param>
    /// <param name="minimumCount">Least number of occurrences in the training rows of a piece with a key of its own, 1 or more; rarer ones
    /// are split again, and characters have the key of unknown pieces.</param>
    /// <param name="lowerCase">Whether texts are mapped to lower case, in training and in scoring.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static SubwordEstimator TokenizeIntoSubwords(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int vocabularySize = SubwordOptions.DefaultVocabularySize,
        int minimumCount = SubwordOptions.DefaultLearnedCount,
        bool lowerCase = false
    ) =>
        catalog.TokenizeIntoSubwords(
            new SubwordOptions
            {
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
                VocabularySize = vocabularySize,
                MinimumCount = minimumCount,
                LowerCase = lowerCase,
            }
        );

    /// <summary>
    /// Creates an estimator that splits texts into the pieces of a given tokenizer of Microsoft.ML.Tokenizers, and maps those of the
    /// training rows to keys.
    /// </summary>
    /// <param name="catalog">The text transforms of a context.</param>
    /// <param name="outputColumnName">Name of the column of keys to add: VariableVector of Key of UInt32.</param>
    /// <param name="tokenizer">The tokenizer, which becomes part of the saved model.</param>
    /// <param name="inputColumnName">Name of the column of texts: Text, or a vector of Text. Null:
    /// <paramref name="outputColumnName"/>.</param>
    /// <param name="minimumCount">Least number of occurrences in the training rows of a piece with a key of its own, 1 or more; all others
    /// have the key of unknown pieces, those of byte pair encoding only after they were split again.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static SubwordEstimator TokenizeIntoSubwords(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        SubwordTokenizer tokenizer,
        string? inputColumnName = null,
        int minimumCount = SubwordOptions.DefaultGivenCount
    )
    {
        Runtime.Contracts.CheckValue(tokenizer, nameof(tokenizer));
        return catalog.TokenizeIntoSubwords(
            new SubwordOptions
            {
                OutputColumnName = outputColumnName,
                InputColumnName = inputColumnName,
                Tokenizer = tokenizer,
                MinimumCount = minimumCount,
            }
        );
    }

    /// <summary>Creates an estimator that maps texts to keys of subwords, from an object of options.</summary>
    /// <param name="catalog">The text transforms of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static SubwordEstimator TokenizeIntoSubwords(this TransformsCatalog.TextTransforms catalog, SubwordOptions options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);
}
