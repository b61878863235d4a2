using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Tokenizers;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Interop;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Text;

namespace RnnMlNet;

/// <summary>
/// Encodes texts as keys of subwords: byte pair encoding, whose merges it learns from the training rows, or a given tokenizer of
/// Microsoft.ML.Tokenizers. Created by <c>mlContext.Transforms.Text.TokenizeIntoSubwords</c>.
/// </summary>
/// <remarks>
/// Fit reads the column once. The first key is that of unknown pieces; then follow the pieces by their number of occurrences in the
/// training rows, in descending order, those with as many by their number: the keys do not depend on the order of the rows.
/// </remarks>
public sealed class SubwordEstimator : IEstimator<SubwordTransformer>
{
    private const int RowsBetweenChecks = 1024;
    private readonly IHost _host;
    private readonly SubwordOptions _options;

    internal SubwordEstimator(IHostEnvironment env, SubwordOptions options)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(env, nameof(env));
        _host = env.Register(nameof(SubwordEstimator));
        _host.CheckValue(options, nameof(options));
        options.Check(_host);
        _options = options.Clone();
    }

    private WordForm Form => new(_options.LowerCase, _options.FoldDigits);

    /// <summary>Learns the merges, unless a tokenizer is given, and counts the pieces of the training rows.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>A transformer that encodes texts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are no texts, or no piece occurs often enough.</exception>
    public SubwordTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        GetOutputSchema(SchemaShape.Create(input.Schema));
        using IChannel channel = _host.Start("Learning subwords");
        PieceCounts counts = _options.Tokenizer is SubwordTokenizer given ? Count(input, given) : Learn(channel, input);
        counts.SplitRare(_options.LeastCount);
        (int Number, string Text)[] pieces = counts.MostFrequent(_options.LeastCount, _options.UnknownPiece);
        if (pieces.Length == 0)
            throw NoPieces(counts);
        Report(channel, counts, pieces);
        return new SubwordTransformer(
            _host,
            new SubwordColumns(
                _options.OutputColumnName,
                _options.Input,
                _options.LabelColumnName,
                _options.PieceLabel,
                _options.WordIndexColumnName
            ),
            new SubwordKeys(counts.Tokenizer, Form, _options.UnknownPiece, pieces)
        );
    }

    /// <summary>Returns the input columns and those that are added, after the same check as Fit.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        SchemaShape.Column texts = Find(
            inputSchema,
            _options.Input,
            SubwordColumns.TextRole,
            SubwordColumns.TextExpected,
            column => column.ItemType is TextDataViewType
        );
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        columns[_options.OutputColumnName] = Vector(
            _options.OutputColumnName,
            NumberDataViewType.UInt32,
            isKey: true,
            [new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false)]
        );
        if (_options.WordIndexColumnName is string index)
            columns[index] = Vector(index, NumberDataViewType.Int32, isKey: false, []);
        if (_options.LabelColumnName is string name)
        {
            if (texts.Kind == SchemaShape.Column.VectorKind.Scalar)
                throw _host.ExceptSchemaMismatch(
                    nameof(inputSchema),
                    SubwordColumns.TextRole,
                    _options.Input,
                    "a vector of Text, the words that LabelColumnName has labels of",
                    texts.GetTypeString()
                );
            SchemaShape.Column labels = Find(
                inputSchema,
                name,
                SubwordColumns.LabelRole,
                SubwordColumns.LabelExpected,
                column =>
                    column.IsKey && column.ItemType == NumberDataViewType.UInt32 && column.Kind != SchemaShape.Column.VectorKind.Scalar
            );
            columns[_options.PieceLabel!] = Vector(
                _options.PieceLabel!,
                NumberDataViewType.UInt32,
                isKey: true,
                labels.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues)
            );
        }
        return new SchemaShape(columns.Values);
    }

    private SchemaShape.Column Find(
        SchemaShape schema,
        string name,
        string role,
        string expected,
        Func<SchemaShape.Column, bool> isExpected
    )
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw _host.ExceptSchemaMismatch("inputSchema", role, name);
        return isExpected(column) ? column : throw _host.ExceptSchemaMismatch("inputSchema", role, name, expected, column.GetTypeString());
    }

    private static SchemaShape.Column Vector(string name, DataViewType type, bool isKey, IEnumerable<SchemaShape.Column> annotations) =>
        new(name, SchemaShape.Column.VectorKind.VariableVector, type, isKey, new SchemaShape(annotations));

    private PieceCounts Count(IDataView input, SubwordTokenizer tokenizer)
    {
        var counts = new PieceCounts(tokenizer);
        ForEach(input, text => counts.Add(text, occurrences: 1));
        return counts;
    }

    private PieceCounts Learn(IChannel channel, IDataView input)
    {
        PreTokenizer splitter = SubwordTokenizer.Splitter(SubwordSplit.Words);
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        ForEach(
            input,
            text =>
            {
                foreach (var (offset, length) in splitter.PreTokenize(text))
                    CollectionsMarshal.GetValueRefOrAddDefault(words, text.Substring(offset, length), out _)++;
            }
        );
        var (pieces, merges) = BytePairLearner.Learn(words, _options.VocabularySize, _host.CheckAlive);
        channel.Info(
            $"{Words.Plural(merges.Count, "merge")} and {pieces.Count} pieces learned from {words.Count} distinct words of column "
                + $"'{_options.Input}'."
        );
        var counts = new PieceCounts(SubwordTokenizer.Learned(pieces, merges, _options.UnknownPiece));
        foreach (var (word, occurrences) in words)
            counts.Add(word, occurrences);
        return counts;
    }

    // Texts in their form, without empty ones.
    private void ForEach(IDataView input, Action<string> take)
    {
        DataViewSchema.Column column = input.Schema[_options.Input];
        using DataViewRowCursor cursor = input.GetRowCursor(column);
        Action readRow = column.Type is VectorDataViewType ? Vectors(cursor, column, take) : Scalars(cursor, column, take);
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                _host.CheckAlive();
            readRow();
        }
    }

    private Action Scalars(DataViewRow row, DataViewSchema.Column column, Action<string> take)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            if (!text.IsEmpty)
                take(Form.Of(text.ToString()));
        };
    }

    private Action Vectors(DataViewRow row, DataViewSchema.Column column, Action<string> take)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> texts = default;
        return () =>
        {
            getter(ref texts);
            foreach (ReadOnlyMemory<char> text in texts.GetValues())
                if (!text.IsEmpty)
                    take(Form.Of(text.ToString()));
        };
    }

    private Exception NoPieces(PieceCounts counts) =>
        counts.Total == 0
            ? _host.Except($"Column '{_options.Input}' has no texts with pieces: it has no rows, or all texts are empty or white space.")
            : _host.Except(
                $"No piece of column '{_options.Input}' occurs {_options.LeastCount} times or more, of {counts.Distinct} distinct ones "
                    + $"with {counts.Total} occurrences: lower MinimumCount."
            );

    private void Report(IChannel channel, PieceCounts counts, (int Number, string Text)[] pieces)
    {
        long known = pieces.Sum(piece => counts.Of(piece.Number));
        channel.Info(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{pieces.Length} of the {counts.Distinct} pieces that occur in column '{_options.Input}' have keys of their own, which "
                    + $"are {100.0 * known / counts.Total:F1} % of all occurrences."
            )
        );
        if (known == counts.Total)
            channel.Warning(
                $"The key of unknown pieces does not occur in column '{_options.Input}', as all its pieces have keys: the network cannot "
                    + $"learn what an unknown piece means. Raise MinimumCount, now {_options.LeastCount}."
            );
    }
}
