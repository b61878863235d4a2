using System.CommandLine;
using Shared;

namespace Scoring;

/// <summary>What can be measured.</summary>
internal enum Part
{
    Single,
    Batch,
    Cells,
    Cold,
    Aot,
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

    private static readonly Option<bool> _check = new("--check")
    {
        Description = "measures everything, aot and soak too, and exits with 1 where a bar is missed",
    };
    private static readonly Option<Part[]> _parts = CommandLine.List(
        "--part",
        "these parts alone: single, batch, cells, cold, aot, soak (all but aot and soak)",
        CommandLine.Parts<Part>,
        []
    );
    private static readonly Option<int?> _rounds = CommandLine.Count("--rounds", "turns of each peer, starts of each cold program (9)");
    private static readonly Option<int?> _milliseconds = CommandLine.Count("--ms", "least milliseconds of a turn (60)");
    private static readonly Option<int?> _rows = CommandLine.Count("--rows", "rows of the long Transform (100000)");
    private static readonly Option<int?> _predictions = CommandLine.Count("--predictions", "predictions of the soak (10000000)");
    private static readonly Option<string?> _only = new("--only") { Description = "cases whose name contains this, such as \"Gru 8,64\"" };

    /// <summary>The command line, without what it does.</summary>
    public static RootCommand Command() =>
        new("Scoring beside ONNX Runtime and libtorch, measured in the same run.")
        {
            _check,
            _parts,
            _rounds,
            _milliseconds,
            _rows,
            _predictions,
            _only,
        };

    /// <summary>The options that a command line without errors names.</summary>
    public static ScoringOptions Of(ParseResult result)
    {
        var options = new ScoringOptions
        {
            Check = result.GetValue(_check),
            Parts = result.GetValue(_parts)!,
            Only = result.GetValue(_only) ?? "",
        };
        options = options with
        {
            Rounds = result.GetValue(_rounds) ?? options.Rounds,
            Milliseconds = result.GetValue(_milliseconds) ?? options.Milliseconds,
            Rows = result.GetValue(_rows) ?? options.Rows,
            Predictions = result.GetValue(_predictions) ?? options.Predictions,
        };
        return options.Parts.Count > 0
            ? options
            : options with
            {
                Parts = [.. Enum.GetValues<Part>().Where(part => options.Check || part is not (Part.Aot or Part.Soak))],
            };
    }
}
