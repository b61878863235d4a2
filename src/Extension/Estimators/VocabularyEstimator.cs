using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Interop;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet;

/// <summary>
/// Learns the vocabulary of a column of words, and maps words to keys: those that occur often enough have a key of their own, all others
/// the key of unknown words. Created by <c>mlContext.Transforms.Text.LearnVocabulary</c>.
/// </summary>
/// <remarks>
/// Fit reads the column once. The first key is that of unknown words; then follow the words by their number of occurrences, in descending
/// order, those with as many by their text (ordinal): the keys do not depend on the order of the rows. An empty word is a missing key.
/// </remarks>
public sealed class VocabularyEstimator : IEstimator<VocabularyTransformer>
{
    private const int RowsBetweenChecks = 1024;
    private readonly IHost _host;
    private readonly VocabularyOptions _options;

    internal VocabularyEstimator(IHostEnvironment env, VocabularyOptions options)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(env, nameof(env));
        _host = env.Register(nameof(VocabularyEstimator));
        _host.CheckValue(options, nameof(options));
        options.Check(_host);
        _options = options.Clone();
    }

    /// <summary>Counts the words of the training rows.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>A transformer that maps words to keys.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">No word occurs often enough.</exception>
    public VocabularyTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var form = new WordForm(_options.LowerCase, _options.FoldDigits);
        using IChannel channel = _host.Start("Learning a vocabulary");
        WordCounts counts = Count(input, form);
        string[] words = counts.MostFrequent(_options.MinimumCount, _options.MaximumNumberOfWords, _options.UnknownWord);
        if (words.Length == 0)
            throw EmptyVocabulary(counts);
        Report(channel, counts, words);
        var table = new WordTable([_options.UnknownWord, .. words], form, hasUnknown: true);
        return new VocabularyTransformer(_host, _options.OutputColumnName, _options.Input, table);
    }

    /// <summary>Returns the input columns and the column of keys, after the same check as Fit.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        if (!inputSchema.TryFindColumn(_options.Input, out SchemaShape.Column words))
            throw _host.ExceptSchemaMismatch(nameof(inputSchema), WordColumn.Role, _options.Input);
        if (words.ItemType is not TextDataViewType)
            throw _host.ExceptSchemaMismatch(
                nameof(inputSchema),
                WordColumn.Role,
                _options.Input,
                WordColumn.Expected,
                words.GetTypeString()
            );
        var annotations = new List<SchemaShape.Column>
        {
            new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false),
        };
        if (words.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out SchemaShape.Column slotNames))
            annotations.Add(slotNames);
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        columns[_options.OutputColumnName] = new SchemaShape.Column(
            _options.OutputColumnName,
            words.Kind,
            NumberDataViewType.UInt32,
            isKey: true,
            new SchemaShape(annotations)
        );
        return new SchemaShape(columns.Values);
    }

    private WordCounts Count(IDataView input, WordForm form)
    {
        var counts = new WordCounts(form);
        DataViewSchema.Column column = input.Schema[_options.Input];
        using DataViewRowCursor cursor = input.GetRowCursor(column);
        Action countRow = column.Type is VectorDataViewType ? CountsVectors(cursor, column, counts) : CountsScalars(cursor, column, counts);
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                _host.CheckAlive();
            countRow();
        }
        return counts;
    }

    private static Action CountsScalars(DataViewRow row, DataViewSchema.Column column, WordCounts counts)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> word = default;
        return () =>
        {
            getter(ref word);
            counts.Add(word.Span);
        };
    }

    private static Action CountsVectors(DataViewRow row, DataViewSchema.Column column, WordCounts counts)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> words = default;
        return () =>
        {
            getter(ref words);
            foreach (ReadOnlyMemory<char> word in words.GetValues())
                counts.Add(word.Span);
        };
    }

    private Exception EmptyVocabulary(WordCounts counts)
    {
        if (counts.Total == 0)
            return _host.Except(
                $"Column '{_options.Input}' has no words, so that there is no vocabulary to learn: it has no rows, or all are empty."
            );
        return _host.Except(
            $"No word of column '{_options.Input}' occurs {Times(_options.MinimumCount)} or more, so that the vocabulary would be empty: "
                + $"there are {counts.Distinct} distinct words with {counts.Total} occurrences. Lower MinimumCount, or, where the column "
                + $"has whole texts, split them into words first with mlContext.Transforms.Text.TokenizeIntoWords."
        );
    }

    private void Report(IChannel channel, WordCounts counts, string[] words)
    {
        double known = (double)counts.Of(words) / counts.Total;
        channel.Info(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The vocabulary of column '{_options.Input}' has {words.Length} of {counts.Distinct} words, "
                    + $"which are {100 * known:F1} % of all occurrences."
            )
        );
        if (known == 1)
            channel.Warning(
                $"The key of unknown words does not occur in column '{_options.Input}', as all its words are in the vocabulary: the "
                    + $"network cannot learn what an unknown word means. Raise MinimumCount, now {_options.MinimumCount}, or set "
                    + $"MaximumNumberOfWords."
            );
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
