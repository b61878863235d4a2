using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Formats;

/// <summary>A step of a series of a .tsf file. One instance serves all rows of a cursor.</summary>
internal sealed class TsfStep
{
    /// <summary>The series: 1 for the first of the files, 2 for the next, ...</summary>
    public int Series { get; set; }

    /// <summary>The series' attributes as text; dates in <see cref="Dates"/>, numbers in <see cref="Numbers"/>.</summary>
    public string[] Texts { get; set; } = [];

    /// <summary>Its attributes of type numeric, at their positions.</summary>
    public double[] Numbers { get; set; } = [];

    /// <summary>Its attributes of type date, at their positions.</summary>
    public DateTime[] Dates { get; set; } = [];

    /// <summary>The step's number in its series, from 0.</summary>
    public int Step { get; set; }

    /// <summary>Its time, where the file states when series begin.</summary>
    public DateTime Time { get; set; }

    /// <summary>Its value; NaN where it is missing.</summary>
    public float Value { get; set; }
}

/// <summary>Reads the rows of .tsf files.</summary>
internal sealed class TsfRows
{
    private const string DateFormat = "yyyy-MM-dd HH-mm-ss";

    private readonly LineReader _lines;
    private readonly TsfHeader _header;
    private readonly TsfStep _step;
    private int? _length;

    private TsfRows(LineReader lines, TsfStep step)
    {
        _lines = lines;
        _header = TsfHeader.Read(lines);
        _step = step;
    }

    /// <summary>The header of the first file.</summary>
    /// <exception cref="FormatException">It is malformed, or there is no series or a malformed one after it.</exception>
    public static TsfHeader Header(IExceptionContext ectx, IMultiStreamSource source)
    {
        using var lines = new LineReader(ectx, source, 0);
        var rows = new TsfRows(lines, new TsfStep());
        _ = rows.Steps().First();
        return rows._header;
    }

    /// <summary>The steps of all files' series, one after another.</summary>
    /// <exception cref="FormatException">A file is malformed, or its attributes or its frequency are not those of the first.</exception>
    public static IEnumerable<TsfStep> Read(IExceptionContext ectx, IMultiStreamSource source, TsfHeader expected)
    {
        var step = new TsfStep();
        for (int i = 0; i < source.Count; i++)
        {
            using var lines = new LineReader(ectx, source, i);
            var rows = new TsfRows(lines, step);
            if (Describe(rows._header) != Describe(expected))
                throw lines.Problem(
                    $"the file has {Describe(rows._header)}, but the first file, as it was opened, has {Describe(expected)}: load files "
                        + "of one kind together"
                );
            foreach (TsfStep row in rows.Steps())
                yield return row;
        }
    }

    private static string Describe(TsfHeader header)
    {
        var attributes = header.Attributes.Select(attribute => $"{attribute.Name} ({attribute.Type.ToString().ToLowerInvariant()})");
        return $"the attributes {string.Join(", ", attributes)}, the frequency {header.Frequency?.Text ?? "none"} and the horizon "
            + (header.Horizon?.ToString(CultureInfo.InvariantCulture) ?? "none");
    }

    private IEnumerable<TsfStep> Steps()
    {
        var values = new List<float>();
        int before = _step.Series;
        while (HeaderReader.NextRow(_lines) is string line)
        {
            string[] parts = line.Split(':');
            if (parts.Length != _header.Attributes.Count + 1)
                throw _lines.Problem(
                    $"expected {Words.Plural(_header.Attributes.Count, "attribute")} and the values, with colons between them, received "
                        + $"{Words.Plural(parts.Length, "part")}: write times as {DateFormat}, and no colons in texts"
                );
            _step.Series++;
            ReadAttributes(parts.AsSpan(..^1));
            ReadValues(parts[^1], values);
            for (int t = 0; t < values.Count; t++)
            {
                _step.Step = t;
                _step.Value = values[t];
                if (_header.Start >= 0)
                    _step.Time = Time(t);
                yield return _step;
            }
        }
        if (_step.Series == before)
            throw _lines.Problem(
                "no series follows @data: expected attributes and values, with colons between them, on each line after it"
            );
    }

    private void ReadAttributes(ReadOnlySpan<string> texts)
    {
        _step.Texts = texts.ToArray();
        _step.Numbers = new double[texts.Length];
        _step.Dates = new DateTime[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            string text = texts[i].Trim();
            _step.Texts[i] = text;
            bool isRead = _header.Attributes[i].Type switch
            {
                TsfType.String => true,
                TsfType.Numeric => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _step.Numbers[i])
                    && double.IsFinite(_step.Numbers[i]),
                TsfType.Date => DateTime.TryParseExact(
                    text,
                    DateFormat,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out _step.Dates[i]
                ),
                _ => throw new InvalidOperationException($"The attribute type {_header.Attributes[i].Type} is unknown."),
            };
            if (!isRead)
                throw _lines.Problem(
                    $"the attribute '{_header.Attributes[i].Name}' is {LineReader.Show(text)}: expected "
                        + Expected(_header.Attributes[i].Type)
                );
        }
    }

    private static string Expected(TsfType type) =>
        type switch
        {
            TsfType.String => "a text",
            TsfType.Numeric => "a finite number",
            TsfType.Date => $"a time as {DateFormat}",
            _ => throw new InvalidOperationException($"The attribute type {type} is unknown."),
        };

    private void ReadValues(ReadOnlySpan<char> text, List<float> values)
    {
        values.Clear();
        foreach (Range item in text.Split(','))
        {
            ReadOnlySpan<char> value = text[item].Trim();
            if (!TsChannels.TryRead(value, out float number))
                throw _lines.Problem(
                    $"value {values.Count + 1} is {LineReader.Show(value)}: expected a finite number, or ? for a missing value"
                );
            if (float.IsNaN(number) && _header.HasMissing == false)
                throw _lines.Problem(
                    $"value {values.Count + 1} is missing ({LineReader.Show(value)}), but @missing is false: set @missing to true"
                );
            values.Add(number);
        }
        if (_header.IsEqualLength && values.Count != (_length ??= values.Count))
            throw _lines.Problem(
                $"expected {Words.Plural(_length.Value, "value")} as in the file's first series, received {values.Count}: complete the "
                    + "series, or set @equallength to false"
            );
    }

    private DateTime Time(int step)
    {
        DateTime start = _step.Dates[_header.Start];
        return _header.Frequency!.At(start, step)
            ?? throw _lines.Problem(
                $"step {step + 1} after '{_step.Texts[_header.Start]}' at the frequency {_header.Frequency.Text} is beyond the year "
                    + $"{DateTime.MaxValue.Year}: correct the series' beginning, or declare '{_header.Attributes[_header.Start].Name}' as "
                    + "string, so that steps are numbered"
            );
    }
}
