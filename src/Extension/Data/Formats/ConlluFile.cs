using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Formats;

/// <summary>
/// Views of CoNLL-U files (https://universaldependencies.org/format.html). Rows have the syntactic words: multiword tokens and empty nodes
/// are checked and skipped, as the format says.
/// </summary>
/// <param name="ectx">Creates the errors.</param>
/// <param name="source">The files.</param>
/// <param name="options">Columns and metadata; read once.</param>
internal sealed class ConlluFile(IExceptionContext ectx, IMultiStreamSource source, ConlluOptions options)
{
    private const string Unspecified = "_";

    private static readonly int _fields = Enum.GetValues<ConlluField>().Length;

    private readonly ConlluField[] _wanted = [ConlluField.Form, .. options.Columns.Select(column => column.Field)];
    private readonly string[] _keys = [.. options.MetadataKeys];

    /// <param name="env">The environment.</param>
    /// <param name="source">The files.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="FormatException">The first sentence is malformed, or the file has none.</exception>
    public static IDataView Load(IHostEnvironment env, IMultiStreamSource source, ConlluOptions options)
    {
        IHost host = env.Register(nameof(ConlluFile));
        host.CheckValue(options.Columns, nameof(options.Columns));
        host.CheckValue(options.MetadataKeys, nameof(options.MetadataKeys));
        if (options.Columns.Contains(null!))
            throw host.ExceptUserArg(nameof(options.Columns), "An element of Columns is null; each must name a column to read.");
        foreach (ConlluColumn column in options.Columns)
            if (!Enum.IsDefined(column.Field))
                throw host.ExceptUserArg(nameof(options.Columns), $"The field {column.Field} of column '{column.Name}' is unknown.");
        var file = new ConlluFile(host, source, options);
        string[] names = [options.TokensColumnName, .. options.Columns.Select(column => column.Name)];
        var view = new FileDataView<TaggedSentence>(
            host,
            [
                .. names.Select((name, i) => FileColumns.Texts<TaggedSentence>(name, sentence => sentence.Columns[i])),
                .. file._keys.Select((key, i) => FileColumns.Text<TaggedSentence>(key, sentence => sentence.Metadata[i])),
            ],
            file.Read
        );
        _ = file.Read().First();
        return view;
    }

    /// <summary>The sentences of all files, one after another.</summary>
    private IEnumerable<TaggedSentence> Read()
    {
        var sentence = new SentenceBuilder(_wanted.Length);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var fields = new List<Range>();
        for (int i = 0; i < source.Count; i++)
        {
            using var lines = new LineReader(ectx, source, i);
            var ids = new ConlluIds(lines);
            bool isOpen = false,
                hasComments = false,
                isEnd = false,
                isEmpty = true;
            while (!isEnd)
            {
                string? line = lines.Read();
                isEnd = line is null;
                if (string.IsNullOrEmpty(line))
                {
                    if (isOpen && sentence.Count == 0)
                        throw lines.Problem("a sentence ends without a word: expected lines of words, whose IDs are whole numbers");
                    if (hasComments && !isOpen)
                        throw lines.Problem("comments end without a sentence: expected the lines of its words after them");
                    ids.End();
                    if (isOpen)
                        yield return sentence.Take([.. _keys.Select(key => metadata.GetValueOrDefault(key, ""))]);
                    metadata.Clear();
                    isOpen = hasComments = false;
                    continue;
                }
                if (line[0] == '#' && !isOpen)
                {
                    hasComments = true;
                    AddMetadata(lines, line, metadata);
                    continue;
                }
                isOpen = true;
                isEmpty = false;
                Split(lines, line, fields);
                if (!ids.IsWord(line.AsSpan(fields[0])))
                    continue;
                for (int c = 0; c < _wanted.Length; c++)
                    sentence.Add(c, Value(line, fields, _wanted[c]));
            }
            if (isEmpty)
                throw lines.Problem("the file ends without a word: expected a word in ten fields on each line");
        }
    }

    private static void Split(LineReader lines, string line, List<Range> fields)
    {
        fields.Clear();
        foreach (Range field in line.AsSpan().Split('\t'))
        {
            if (line.AsSpan(field).IsWhiteSpace() && fields.Count < _fields)
                throw lines.Problem($"the field {Name(fields.Count)} is empty: write an underscore where a value is unspecified");
            fields.Add(field);
        }
        if (fields.Count != _fields)
            throw lines.Problem(
                $"expected {_fields} fields with a tab between them, received {fields.Count} in {LineReader.Show(line)}"
                    + (line[0] == '#' ? ": move comments before the first word of the sentence" : ": correct the line")
            );
    }

    private static string Name(int field) => ((ConlluField)field).ToString().ToUpperInvariant();

    // An underscore is a form, and a form's lemma, where the word itself is one.
    private static ReadOnlyMemory<char> Value(string line, List<Range> fields, ConlluField field)
    {
        ReadOnlyMemory<char> value = line.AsMemory(fields[(int)field]);
        bool isSpecified =
            value.Span is not Unspecified
            || field == ConlluField.Form
            || (field == ConlluField.Lemma && line.AsSpan(fields[(int)ConlluField.Form]) is Unspecified);
        return isSpecified ? value : default;
    }

    // # key = value
    private void AddMetadata(LineReader lines, string line, Dictionary<string, string> metadata)
    {
        int equals = line.IndexOf('=');
        if (equals < 0)
            return;
        string key = line[1..equals].Trim();
        if (_keys.Contains(key) && !metadata.TryAdd(key, line[(equals + 1)..].Trim()))
            throw lines.Problem($"the sentence has a second value of {LineReader.Show(key)}: remove one of them");
    }
}
