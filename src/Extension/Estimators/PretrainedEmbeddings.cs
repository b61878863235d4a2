using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Data.Formats;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Text;

namespace RnnMlNet.Estimators;

/// <summary>The vectors of a file of word vectors for the words behind a column's keys, the initial embeddings of their tokens.</summary>
internal sealed class PretrainedEmbeddings
{
    private const string Option = nameof(RnnOptions.PretrainedEmbeddingsPath);
    private const int WordsBetweenChecks = 1 << 14;

    private readonly string _path;
    private readonly float[]?[] _vectors;

    private PretrainedEmbeddings(string path, int width, float[]?[] vectors) => (_path, Width, _vectors) = (path, width, vectors);

    /// <summary>E, values of a vector.</summary>
    public int Width { get; }

    /// <summary>Whether a token has a vector.</summary>
    public bool Has(int token) => token < _vectors.Length && _vectors[token] is not null;

    /// <summary>Checksum of the vectors.</summary>
    public string Checksum => Checkpoints.Checksum.Of(_vectors);

    /// <summary>Checks the options on embeddings against the sequence column, and opens the file.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="options">The options.</param>
    /// <param name="sequence">The sequence column.</param>
    /// <param name="isWarmStart">Whether embeddings are those of a previous model.</param>
    /// <returns>The file; null for none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The options do not fit the column or the file.</exception>
    /// <exception cref="FormatException">The file has none of the formats.</exception>
    public static EmbeddingFile? Open(IExceptionContext ectx, RnnOptions options, SequenceBinding sequence, bool isWarmStart)
    {
        if (options.PretrainedEmbeddingsPath is null && !options.FreezeEmbeddings)
            return null;
        if (sequence.Vocabulary == 0)
            throw ectx.ExceptUserArg(
                options.PretrainedEmbeddingsPath is null ? nameof(options.FreezeEmbeddings) : Option,
                $"{(options.PretrainedEmbeddingsPath is null ? "FreezeEmbeddings" : Option)} is set, but the sequence has "
                    + $"{sequence.Describe()}, and tokens alone have embeddings: leave it at its default, or give a column of keys."
            );
        if (isWarmStart)
            return null;
        if (options.PretrainedEmbeddingsPath is not string path)
            throw ectx.ExceptUserArg(
                nameof(options.FreezeEmbeddings),
                $"FreezeEmbeddings is true, but embeddings start with random values, which training has to change: set {Option}, continue "
                    + "from a previous model, or leave it false."
            );
        if (LabelKeyValues.Of(sequence.Columns[0])?.IsText != true)
            throw ectx.ExceptUserArg(
                Option,
                $"{Option} is set, but the keys of column '{sequence.Columns[0].Name}' have no texts as values, by which vectors are "
                    + "found: make the keys with mlContext.Transforms.Text.LearnVocabulary, or MapValueToKey of text."
            );
        var file = new EmbeddingFile(ectx, path);
        if (options.EmbeddingSize is int size && size != file.Width)
        {
            file.Dispose();
            throw ectx.ExceptUserArg(
                nameof(options.EmbeddingSize),
                $"EmbeddingSize is {size}, but the vectors of '{path}' have {file.Width} values: leave EmbeddingSize null, or set it to "
                    + $"{file.Width}."
            );
        }
        return file;
    }

    /// <summary>Reads the vectors of a column's words, each exactly as it is or else in lower case; logs how many were found.</summary>
    /// <param name="host">Creates the errors; its cancellation ends the reading.</param>
    /// <param name="file">The file, from its first word.</param>
    /// <param name="options">Path and cancellation.</param>
    /// <param name="column">A column of keys with texts as values.</param>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidOperationException">It has none of the words.</exception>
    public static PretrainedEmbeddings Read(IHost host, EmbeddingFile file, RnnOptions options, DataViewSchema.Column column)
    {
        string path = options.PretrainedEmbeddingsPath!;
        string[] words = [.. LabelKeyValues.Of(column)!.ToTexts()];
        var wanted = new WantedWords(words);
        var vectors = new float[]?[words.Length];
        var isExact = new bool[words.Length];
        while (file.Read())
        {
            if (file.Count % WordsBetweenChecks == 0)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                host.CheckAlive();
            }
            foreach (var (token, exact) in wanted.Of(file.Word))
            {
                // The first of equal words counts, as the file has frequent ones first.
                if (vectors[token] is not null && (isExact[token] || !exact))
                    continue;
                file.CopyTo(vectors[token] = new float[file.Width]);
                isExact[token] = exact;
            }
        }
        int found = vectors.Count(vector => vector is not null);
        if (found == 0)
            throw host.Except(
                $"None of the {Words.Plural(words.Length, "word")} behind the keys of column '{column.Name}', such as "
                    + $"{string.Join(", ", words.Take(3).Select(word => $"'{word}'"))}, is among the {file.Count} words of '{path}', "
                    + $"neither as it is nor in lower case: give a file of the same language, and words rather than texts or subwords, or "
                    + $"leave {Option} null."
            );
        using IChannel log = host.Start("Reading word vectors");
        log.Info(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Of the {Words.Plural(words.Length, "word")} of column '{column.Name}', {found} ({100.0 * found / words.Length:F1} %) "
                    + $"have a vector of {file.Width} values among the {file.Count} words of '{path}', "
                    + $"{found - isExact.Count(exact => exact)} of them that of their lower case."
            )
        );
        return new PretrainedEmbeddings(path, file.Width, vectors);
    }

    /// <summary>
    /// Initial weights with the vectors. The embeddings of other tokens remain random, with the deviation of the vectors' values.
    /// </summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="fresh">Random weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">The embeddings have another size than the vectors.</exception>
    public NetworkWeights Onto(IExceptionContext ectx, NetworkWeights fresh) =>
        new(fresh.Tensors.Select(tensor => tensor.Name == WeightLayout.Embedding ? Onto(ectx, tensor) : tensor));

    private NamedTensor Onto(IExceptionContext ectx, NamedTensor embedding)
    {
        if (embedding.Shape[1] != Width)
            throw ectx.ExceptUserArg(
                nameof(RnnOptions.EmbeddingSize),
                $"EmbeddingSize is {embedding.Shape[1]}, but the vectors of '{_path}' have {Width} values: do not search EmbeddingSize."
            );
        double deviation = Deviation(_vectors.OfType<float[]>().SelectMany(vector => vector)),
            random = Deviation(embedding.Values);
        float scale = deviation > 0 && random > 0 ? (float)(deviation / random) : 1;
        float[] values = [.. embedding.Values];
        for (int token = 0; token < embedding.Shape[0]; token++)
        {
            Span<float> row = values.AsSpan(token * Width, Width);
            if (Has(token))
                _vectors[token].CopyTo(row);
            else
                foreach (ref float value in row)
                    value *= scale;
        }
        return embedding with { Values = values };
    }

    private static double Deviation(IEnumerable<float> values)
    {
        var (count, sum, squares) = (0L, 0.0, 0.0);
        foreach (float value in values)
            (count, sum, squares) = (count + 1, sum + value, squares + (double)value * value);
        return Math.Sqrt(Math.Max(0, squares / count - sum / count * (sum / count)));
    }

    /// <summary>Finds the tokens of a file's word.</summary>
    private sealed class WantedWords
    {
        private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<int>> _lower = new(StringComparer.Ordinal);
        private readonly List<(int Token, bool IsExact)> _found = [];
        private char[] _text = new char[128];

        public WantedWords(string[] words)
        {
            foreach (var (token, word) in words.Index())
            {
                _exact.TryAdd(word, token);
                string lower = word.ToLowerInvariant();
                if (lower == word)
                    continue;
                if (!_lower.TryGetValue(lower, out List<int>? tokens))
                    _lower.Add(lower, tokens = []);
                tokens.Add(token);
            }
        }

        public List<(int Token, bool IsExact)> Of(ReadOnlySpan<byte> word)
        {
            _found.Clear();
            if (_text.Length < word.Length)
                _text = new char[word.Length];
            ReadOnlySpan<char> text = _text.AsSpan(0, Encoding.UTF8.GetChars(word, _text));
            if (_exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out int exact))
                _found.Add((exact, true));
            if (_lower.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out List<int>? tokens))
                _found.AddRange(tokens.Select(token => (token, false)));
            return _found;
        }
    }
}
