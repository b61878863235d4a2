using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Formats;

/// <summary>
/// Views of CoNLL files: a word and its annotations a line, a blank line between sentences, and <c>-DOCSTART-</c> lines between documents,
/// which are no words.
/// </summary>
/// <param name="ectx">Creates the errors.</param>
/// <param name="source">The files.</param>
/// <param name="options">Columns, separator and comments; read once.</param>
internal sealed class ConllFile(IExceptionContext ectx, IMultiStreamSource source, ConllOptions options)
{
    private const string DocumentStart = "-DOCSTART-";
    private const string WhiteSpace = " \t";

    private readonly Index[] _wanted = [options.TokensColumn, .. options.Columns.Select(column => column.Index)];
    private readonly bool _hasSeparator = options.Separator is not null;
    private readonly string _separators = options.Separator?.ToString() ?? WhiteSpace;
    private readonly string? _comment = options.CommentPrefix;

    /// <param name="env">The environment.</param>
    /// <param name="source">The files.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="FormatException">The first sentence is malformed, or the file has none.</exception>
    public static IDataView Load(IHostEnvironment env, IMultiStreamSource source, ConllOptions options)
    {
        IHost host = env.Register(nameof(ConllFile));
        host.CheckValue(options.Columns, nameof(options.Columns));
        if (options.Columns.Contains(null!))
            throw host.ExceptUserArg(nameof(options.Columns), "An element of Columns is null; each must name a column to read.");
        var file = new ConllFile(host, source, options);
        string[] names = [options.TokensColumnName, .. options.Columns.Select(column => column.Name)];
        var view = new FileDataView<TaggedSentence>(
            host,
            names.Select((name, i) => FileColumns.Texts<TaggedSentence>(name, sentence => sentence.Columns[i])),
            file.Read
        );
        _ = file.Read().First();
        return view;
    }

    /// <summary>The sentences of all files, one after another.</summary>
    private IEnumerable<TaggedSentence> Read()
    {
        int? columns = null;
        var sentence = new SentenceBuilder(_wanted.Length);
        var fields = new List<Range>();
        for (int i = 0; i < source.Count; i++)
        {
            using var lines = new LineReader(ectx, source, i);
            bool isEmpty = true;
            while (lines.Read() is string line)
            {
                if (line.AsSpan().Trim(WhiteSpace).IsEmpty)
                {
                    if (sentence.Count > 0)
                        yield return sentence.Take();
                    continue;
                }
                if (IsDocumentStart(line))
                {
                    if (sentence.Count > 0)
                        throw lines.Problem($"{DocumentStart} is inside a sentence: put a blank line before it");
                    continue;
                }
                if (sentence.Count == 0 && _comment is string comment && line.StartsWith(comment, StringComparison.Ordinal))
                    continue;
                isEmpty = false;
                Split(lines, line, fields);
                if (fields.Count != (columns ??= Checked(lines, fields.Count)))
                    throw lines.Problem(
                        $"expected {Columns(columns.Value)} as in the first line, received {fields.Count} in {LineReader.Show(line)}"
                            + (!_hasSeparator ? ": correct it, or set Separator if words contain blanks" : ": correct it")
                    );
                for (int c = 0; c < _wanted.Length; c++)
                    sentence.Add(c, line.AsMemory(fields[_wanted[c].GetOffset(fields.Count)]));
            }
            if (isEmpty)
                throw lines.Problem("the file ends without a word: expected a word and its annotations on each line");
            if (sentence.Count > 0)
                yield return sentence.Take();
        }
    }

    private bool IsDocumentStart(string line) =>
        line.StartsWith(DocumentStart, StringComparison.Ordinal)
        && (line.Length == DocumentStart.Length || (_separators + WhiteSpace).Contains(line[DocumentStart.Length]));

    private void Split(LineReader lines, string line, List<Range> fields)
    {
        fields.Clear();
        foreach (Range field in line.AsSpan().SplitAny(_separators))
        {
            bool isEmpty = line.AsSpan(field).IsEmpty;
            if (isEmpty && _hasSeparator)
                throw lines.Problem(
                    $"column {fields.Count + 1} is empty in {LineReader.Show(line)}: expected a value, such as an underscore"
                );
            if (!isEmpty)
                fields.Add(field);
        }
    }

    private int Checked(LineReader lines, int columns)
    {
        int[] found = [.. _wanted.Select(index => index.GetOffset(columns))];
        for (int i = 0; i < found.Length; i++)
            if (found[i] < 0 || found[i] >= columns)
                throw lines.Problem(
                    $"the options name the column {_wanted[i]}, but the line has {Columns(columns)}: name one of these"
                        + (!_hasSeparator ? "" : ", or another Separator")
                );
        if (found.AsSpan(1).Contains(found[0]))
            throw lines.Problem(
                $"the column {found[0]} of the tokens is also a column of annotations, and the line has {Columns(columns)}: set "
                    + "TokensColumn and Columns to those of the file"
            );
        return columns;
    }

    private static string Columns(int count) => Words.Plural(count, "column");
}
