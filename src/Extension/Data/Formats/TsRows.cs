using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Formats;

/// <summary>A row of a .ts file.</summary>
/// <param name="Values">T x F, step after step; NaN where a value is missing.</param>
/// <param name="Times">T times; null where the file has none.</param>
/// <param name="Class">The class; empty where it has none.</param>
/// <param name="Target">The target; NaN where it has none or is missing.</param>
internal sealed record TsRow(float[] Values, TsTimes? Times, string Class, float Target);

/// <summary>What the columns of .ts files are: the same in all files of a view, and each time that they are read.</summary>
/// <param name="Channels">F.</param>
/// <param name="Label">What the rows are labelled by.</param>
/// <param name="Classes">The classes of the header, with blanks between them.</param>
/// <param name="HasTimes">Whether the steps have times.</param>
/// <param name="HasDates">Whether the times are dates, not whole numbers.</param>
internal sealed record TsLayout(int Channels, TsLabel Label, string Classes, bool HasTimes, bool HasDates)
{
    /// <summary>The layout as text, for an error.</summary>
    public override string ToString() =>
        $"{Words.Plural(Channels, "channel")}, "
        + (
            !HasTimes ? "no times"
            : HasDates ? "dates as times"
            : "whole numbers as times"
        )
        + Label switch
        {
            TsLabel.None => ", no labels",
            TsLabel.Class => Classes.Length == 0 ? ", classes" : $", the classes {Classes}",
            TsLabel.Target => ", targets",
            _ => throw new InvalidOperationException($"The label {Label} is unknown."),
        };
}

/// <summary>Reads the rows of .ts files.</summary>
internal sealed class TsRows
{
    private readonly LineReader _lines;
    private readonly TsHeader _header;
    private readonly TsChannels _channels;
    private int _count;

    private TsRows(LineReader lines)
    {
        _lines = lines;
        _header = TsHeader.Read(lines);
        _channels = new TsChannels(lines, _header);
    }

    /// <summary>The layout of the first file.</summary>
    /// <exception cref="FormatException">Its header or its first row is malformed, or it has no rows.</exception>
    public static TsLayout Layout(IExceptionContext ectx, IMultiStreamSource source)
    {
        using var lines = new LineReader(ectx, source, 0);
        var rows = new TsRows(lines);
        _ = rows.Next();
        return rows.LayoutOfRows();
    }

    /// <summary>The rows of all files, one after another.</summary>
    /// <exception cref="FormatException">A file is malformed, or its layout is another than that of the first.</exception>
    public static IEnumerable<TsRow> Read(IExceptionContext ectx, IMultiStreamSource source, TsLayout layout)
    {
        for (int i = 0; i < source.Count; i++)
        {
            using var lines = new LineReader(ectx, source, i);
            var rows = new TsRows(lines);
            while (rows.Next() is TsRow row)
            {
                if (rows._count == 1 && rows.LayoutOfRows() is TsLayout found && found != layout)
                    throw lines.Problem(
                        $"the rows have {found}, but those of the first file, as it was opened, have {layout}: load files of "
                            + "one kind together"
                    );
                yield return row;
            }
        }
    }

    private TsLayout LayoutOfRows() =>
        new(_channels.Count, _header.Label, string.Join(' ', _header.Classes), _header.HasTimes, _channels.HasDates);

    private TsRow? Next()
    {
        if (HeaderReader.NextRow(_lines) is not string line)
            return _count > 0 ? null : throw _lines.Problem("no row follows @data: expected a series on each line after it");
        _count++;
        List<Range> parts = Parts(line);
        bool isLabelled = _header.Label != TsLabel.None;
        int channels = parts.Count - (isLabelled ? 1 : 0);
        if (channels == 0)
            throw _lines.Problem($"expected values, a colon and a label, received {LineReader.Show(line)} without a colon");
        var (values, times) = _channels.Read(line, parts[..channels]);
        ReadOnlySpan<char> label = isLabelled ? line.AsSpan(parts[^1]).Trim() : default;
        return new TsRow(
            values,
            times,
            _header.Label == TsLabel.Class ? Class(label) : "",
            _header.Label == TsLabel.Target ? Target(label) : float.NaN
        );
    }

    private string Class(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
            throw _lines.Problem("the class after the last colon is empty: write one of the classes");
        string name = label.ToString();
        return _header.Classes.Count == 0 || _header.Classes.Contains(name)
            ? name
            : throw _lines.Problem(
                $"the class {LineReader.Show(name)} is not one of @classLabel ({string.Join(", ", _header.Classes)}): correct it, or add "
                    + "it there"
            );
    }

    private float Target(ReadOnlySpan<char> label) =>
        TsChannels.TryRead(label, out float target)
            ? target
            : throw _lines.Problem(
                $"the target {LineReader.Show(label)} after the last colon is not a finite number: write a number, or ? for a missing one"
            );

    // What colons separate, except those of times in brackets.
    private List<Range> Parts(string line)
    {
        var parts = new List<Range>();
        int start = 0;
        bool isInside = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (_header.HasTimes && line[i] is '(' or ')')
                isInside = line[i] == '(';
            if (line[i] != ':' || isInside)
                continue;
            parts.Add(start..i);
            start = i + 1;
        }
        parts.Add(start..line.Length);
        return parts;
    }
}
