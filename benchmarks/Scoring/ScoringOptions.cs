using Shared;

namespace Scoring;

/// <summary>What can be measured.</summary>
internal enum Part
{
    Single,
    Batch,
    Cold,
    Soak,
}

/// <summary>What to measure and how long, read from the command line.</summary>
internal sealed record ScoringOptions
{
    public IReadOnlyList<Part> Parts { get; init; } = [];

    /// <summary>Whether a missed bar makes the exit code 1.</summary>
    public bool Check { get; init; }

    /// <summary>Turns of each peer, and starts of each cold program.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>The least time of a turn.</summary>
    public int Milliseconds { get; init; } = 60;

    /// <summary>Rows of the long Transform.</summary>
    public int Rows { get; init; } = 100_000;

    /// <summary>Predictions of the soak, all threads together.</summary>
    public int Predictions { get; init; } = 10_000_000;

    /// <summary>What the names of the cases measured contain.</summary>
    public string Only { get; init; } = "";

    public static string Usage => """
        benchmarks/Scoring: scoring beside ONNX Runtime and libtorch, measured in the same run.
          --check            measures everything, the soak too, and exits with 1 where a bar is missed
          --part P,...       these parts alone: single, batch, cold, soak (all but soak)
          --rounds N         turns of each peer, starts of each cold program (9)
          --ms N             least milliseconds of a turn (60)
          --rows N           rows of the long Transform (100000)
          --predictions N    predictions of the soak (10000000)
          --only X           cases whose name contains X, such as "Gru 8,64"
        """;

    /// <exception cref="ArgumentException">An option is unknown, lacks its value or has a wrong one; the message says which.</exception>
    public static ScoringOptions Parse(IReadOnlyList<string> args)
    {
        var options = new ScoringOptions();
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            options = name switch
            {
                "--check" => options with { Check = true },
                "--part" => options with { Parts = OptionValues.Parts<Part>(name, Value()) },
                "--rounds" => options with { Rounds = OptionValues.Count(name, Value()) },
                "--ms" => options with { Milliseconds = OptionValues.Count(name, Value()) },
                "--rows" => options with { Rows = OptionValues.Count(name, Value()) },
                "--predictions" => options with { Predictions = OptionValues.Count(name, Value()) },
                "--only" => options with { Only = Value() },
                _ => throw new ArgumentException($"'{name}' is not an option."),
            };

            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{name} stands without its value.");
        }
        return options.Parts.Count > 0 ? options : options with { Parts = [.. Enum.GetValues<Part>().Where(part => part != Part.Soak || options.Check)] };
    }
}
