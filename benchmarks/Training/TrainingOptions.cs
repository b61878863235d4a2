using System.CommandLine;
using RnnMlNet.Engines;
using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>What can be measured.</summary>
internal enum Part
{
    Step,
    Lengths,
    Words,
    Cells,
    Threads,
    Quickstart,
    Memory,
    Long,
    Table,
    Device,
}

/// <summary>What to measure and how long, read from the command line.</summary>
internal sealed record TrainingOptions
{
    public IReadOnlyList<Part> Parts { get; init; } = [];

    /// <summary>Whether a missed bar makes the exit code 1.</summary>
    public bool Check { get; init; }

    /// <summary>Turns of each peer.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>The least time of a turn.</summary>
    public int Milliseconds { get; init; } = 120;

    /// <summary>MiB of sequences that are trained on under the memory limit.</summary>
    public int Mebibytes { get; init; } = 4096;

    /// <summary>Rows of an epoch of the parts words and device, or of the part table; null for as many as they measure with.</summary>
    public int? Rows { get; init; }

    /// <summary>Steps of the rows of the part long; null for its own lengths.</summary>
    public int? Steps { get; init; }

    /// <summary>The device of the part of that name.</summary>
    public string Device { get; init; } = "cuda";

    /// <summary>A python that has PyTorch, to be a peer on that device, or null for none.</summary>
    public string? Python { get; init; }

    /// <summary>What the names of the cases measured contain.</summary>
    public string Only { get; init; } = "";

    private static readonly Option<bool> _check = new("--check")
    {
        Description = "measures everything but table and device, and exits with 1 where a bar is missed",
    };
    private static readonly Option<Part[]> _parts = CommandLine.List(
        "--part",
        "these parts alone: step, lengths, words, cells, threads, quickstart, memory, long, table, device (all but the last four)",
        CommandLine.Parts<Part>,
        []
    );
    private static readonly Option<int?> _rounds = CommandLine.Count("--rounds", "turns of each peer (9)");
    private static readonly Option<int?> _milliseconds = CommandLine.Count("--ms", "least milliseconds of a turn (120)");
    private static readonly Option<int?> _mebibytes = CommandLine.Count("--mib", "MiB of sequences of the part memory (4096)");
    private static readonly Option<int?> _rows = CommandLine.Count(
        "--rows",
        "rows of an epoch of the parts words and device (some hundreds or thousands), or of the part table (10,000,000)"
    );
    private static readonly Option<int?> _steps = CommandLine.Count(
        "--steps",
        "steps of the rows of the part long (5,000, 20,000 and 100,000)"
    );
    private static readonly Option<string> _device = CommandLine.Value(
        "--device",
        "what the part device measures torch on: cuda, cuda:1, mps or cpu (cuda)",
        Named,
        "cuda"
    );
    private static readonly Option<string?> _python = new("--python")
    {
        Description = "a python that has PyTorch: its own training loop is measured too on that device",
    };
    private static readonly Option<string?> _only = new("--only") { Description = "cases whose name contains this, such as \"Gru 8,64\"" };

    /// <summary>The command line, without what it does.</summary>
    public static RootCommand Command() =>
        new("Training beside libtorch, measured in the same run.")
        {
            _check,
            _parts,
            _rounds,
            _milliseconds,
            _mebibytes,
            _rows,
            _steps,
            _device,
            _python,
            _only,
        };

    /// <summary>The options that a command line without errors names.</summary>
    public static TrainingOptions Of(ParseResult result)
    {
        var options = new TrainingOptions
        {
            Check = result.GetValue(_check),
            Parts = result.GetValue(_parts)!,
            Device = result.GetValue(_device)!,
            Python = result.GetValue(_python),
            Only = result.GetValue(_only) ?? "",
        };
        options = options with
        {
            Rounds = result.GetValue(_rounds) ?? options.Rounds,
            Milliseconds = result.GetValue(_milliseconds) ?? options.Milliseconds,
            Mebibytes = result.GetValue(_mebibytes) ?? options.Mebibytes,
            Rows = result.GetValue(_rows),
            Steps = result.GetValue(_steps),
        };
        return options.Parts.Count > 0
            ? options
            : options with
            {
                Parts =
                [
                    .. Enum.GetValues<Part>()
                        .Where(part => part is not (Part.Table or Part.Device))
                        .Where(part => options.Check || part is not (Part.Memory or Part.Long)),
                ],
            };
    }

    private static string Named(string device) =>
        DeviceName.TryParse(device, out DeviceName name) && name.Kind != DeviceKind.Auto
            ? device
            : throw new ArgumentException($"--device is '{device}', but must be cuda, cuda:n (n = 0, 1, ...), mps or cpu.");
}
