namespace RnnMlNet.Data.Formats;

/// <summary>What a row of a .ts file is labelled by.</summary>
internal enum TsLabel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A class.</summary>
    Class,

    /// <summary>A number.</summary>
    Target,
}

/// <summary>
/// The header of a .ts file (https://www.aeon-toolkit.org/en/stable/api_reference/data_format.html). What it does not state is null.
/// </summary>
internal sealed record TsHeader
{
    private static readonly string[] _tags =
    [
        "problemname",
        "timestamps",
        "missing",
        "univariate",
        "dimensions",
        "dimension",
        "equallength",
        "serieslength",
        "classlabel",
        "targetlabel",
    ];

    /// <summary>Whether each value has a time.</summary>
    public bool HasTimes { get; private set; }

    /// <summary>Whether values are missing.</summary>
    public bool? HasMissing { get; private set; }

    /// <summary>The number of channels.</summary>
    public int? Channels { get; private set; }

    /// <summary>Whether all series have one length.</summary>
    public bool IsEqualLength { get; private set; }

    /// <summary>That length.</summary>
    public int? Length { get; private set; }

    /// <summary>What the rows are labelled by.</summary>
    public TsLabel Label { get; private set; }

    /// <summary>The classes in the header's order; empty where it lists none.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>Reads the lines up to <c>@data</c>.</summary>
    /// <exception cref="FormatException">A tag is unknown, repeated or malformed, or two contradict each other.</exception>
    public static TsHeader Read(LineReader lines)
    {
        var reader = new HeaderReader(lines, _tags);
        var header = new TsHeader();
        bool? isUnivariate = null,
            isEqualLength = null;
        while (reader.Next() is var (tag, value))
            switch (tag)
            {
                case "problemname":
                    break;
                case "timestamps":
                    header.HasTimes = reader.Flag(tag, value);
                    break;
                case "missing":
                    header.HasMissing = reader.Flag(tag, value);
                    break;
                case "univariate":
                    isUnivariate = reader.Flag(tag, value);
                    break;
                case "dimensions" or "dimension":
                    if (header.Channels is not null)
                        throw lines.Problem("the number of dimensions is stated a second time: remove one of the tags");
                    header.Channels = reader.Count(tag, value);
                    break;
                case "equallength":
                    isEqualLength = reader.Flag(tag, value);
                    break;
                case "serieslength":
                    header.Length = reader.Count(tag, value);
                    break;
                case "classlabel":
                    header.ReadClasses(lines, reader, value);
                    break;
                case "targetlabel":
                    header.SetLabel(lines, TsLabel.Target, reader.Flag(tag, value));
                    break;
                default:
                    throw lines.Problem($"the tag @{tag} is known and not read");
            }
        if (isUnivariate == true && header.Channels > 1)
            throw lines.Problem($"@univariate is true, but @dimensions is {header.Channels}: correct one of them");
        if (isEqualLength == false && header.Length is not null)
            throw lines.Problem($"@equalLength is false, but @seriesLength states one length, {header.Length}: correct one of them");
        header.Channels ??= isUnivariate == true ? 1 : null;
        header.IsEqualLength = isEqualLength ?? header.Length is not null;
        return header;
    }

    private void ReadClasses(LineReader lines, HeaderReader reader, string value)
    {
        string[] words = value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        bool hasClass = reader.Flag("classlabel", words.Length == 0 ? "" : words[0]);
        Classes = words.Length == 0 ? [] : words[1..];
        if (!hasClass && Classes.Count > 0)
            throw lines.Problem("@classLabel is false, but classes follow: write true, or remove them");
        if (Classes.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw lines.Problem($"the class {LineReader.Show(twice.Key)} is listed a second time: remove one of them");
        SetLabel(lines, TsLabel.Class, hasClass);
    }

    private void SetLabel(LineReader lines, TsLabel label, bool isSet)
    {
        if (!isSet)
            return;
        if (Label != TsLabel.None)
            throw lines.Problem("both @classLabel and @targetLabel are true: set the one that the rows do not have to false");
        Label = label;
    }
}
