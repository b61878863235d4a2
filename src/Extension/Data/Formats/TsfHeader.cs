namespace RnnMlNet.Data.Formats;

/// <summary>The type of an attribute of a .tsf file.</summary>
internal enum TsfType
{
    /// <summary>A text.</summary>
    String,

    /// <summary>A number.</summary>
    Numeric,

    /// <summary>A date and time of day, <c>yyyy-MM-dd HH-mm-ss</c>.</summary>
    Date,
}

/// <summary>An attribute of a .tsf file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
internal sealed record TsfAttribute(string Name, TsfType Type);

/// <summary>The header of a .tsf file (https://github.com/rakshitha123/TSForecasting). What it does not state is null.</summary>
internal sealed record TsfHeader
{
    private const string Attribute = "attribute";
    private const string StartName = "start_timestamp";

    private static readonly string[] _tags = ["relation", Attribute, "frequency", "horizon", "missing", "equallength"];

    /// <summary>The attributes, in the order of their values.</summary>
    public IReadOnlyList<TsfAttribute> Attributes { get; private set; } = [];

    /// <summary>The distance between steps.</summary>
    public TsfFrequency? Frequency { get; private set; }

    /// <summary>The number of steps to forecast.</summary>
    public int? Horizon { get; private set; }

    /// <summary>Whether values are missing.</summary>
    public bool? HasMissing { get; private set; }

    /// <summary>Whether all series have one length.</summary>
    public bool IsEqualLength { get; private set; }

    /// <summary>The attribute of the series' beginning, as a position; -1 where there is none.</summary>
    public int Start { get; private set; } = -1;

    /// <summary>Reads the lines up to <c>@data</c>.</summary>
    /// <exception cref="FormatException">A tag is unknown, repeated or malformed.</exception>
    public static TsfHeader Read(LineReader lines)
    {
        var reader = new HeaderReader(lines, _tags, Attribute);
        var header = new TsfHeader();
        var attributes = new List<TsfAttribute>();
        while (reader.Next() is var (tag, value))
            switch (tag)
            {
                case "relation":
                    break;
                case Attribute:
                    attributes.Add(ReadAttribute(lines, value, attributes));
                    break;
                case "frequency":
                    header.Frequency = TsfFrequency.Read(lines, value);
                    break;
                case "horizon":
                    header.Horizon = reader.Count(tag, value);
                    break;
                case "missing":
                    header.HasMissing = reader.Flag(tag, value);
                    break;
                case "equallength":
                    header.IsEqualLength = reader.Flag(tag, value);
                    break;
                default:
                    throw lines.Problem($"the tag @{tag} is known and not read");
            }
        header.Attributes = attributes;
        header.FindStart(lines);
        return header;
    }

    private static TsfAttribute ReadAttribute(LineReader lines, string value, List<TsfAttribute> before)
    {
        string[] words = value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        TsfType? type =
            words.Length == 2
                ? words[1].ToLowerInvariant() switch
                {
                    "string" => TsfType.String,
                    "numeric" => TsfType.Numeric,
                    "date" => TsfType.Date,
                    _ => null,
                }
                : null;
        if (type is null)
            throw lines.Problem($"expected a name and string, numeric or date after @attribute, received {LineReader.Show(value)}");
        if (before.Any(attribute => attribute.Name == words[0]))
            throw lines.Problem($"the attribute {LineReader.Show(words[0])} occurs a second time: give it another name");
        return new TsfAttribute(words[0], type.Value);
    }

    private void FindStart(LineReader lines)
    {
        int[] dates = [.. Enumerable.Range(0, Attributes.Count).Where(i => Attributes[i].Type == TsfType.Date)];
        if (dates.Length == 0)
            return;
        int[] named = [.. dates.Where(i => Attributes[i].Name == StartName)];
        Start =
            named.Length == 1 ? named[0]
            : dates.Length == 1 ? dates[0]
            : throw lines.Problem(
                $"{dates.Length} attributes are dates, and none is named {StartName}: name the series' beginning so, or declare the "
                    + "others as string"
            );
        if (Frequency is null)
            throw lines.Problem(
                $"the series begin at '{Attributes[Start].Name}', but the header has no @frequency: add it, such as @frequency daily"
            );
    }
}
