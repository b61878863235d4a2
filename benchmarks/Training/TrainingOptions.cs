using RnnMlNet.Engines;
using Shared;

namespace Training;

/// <summary>What can be measured.</summary>
internal enum Part
{
    Step,
    Lengths,
    Words,
    Threads,
    Quickstart,
    Memory,
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

    /// <summary>The device of the part of that name.</summary>
    public string Device { get; init; } = "cuda";

    /// <summary>A python that has PyTorch, to be a peer on that device, or null for none.</summary>
    public string? Python { get; init; }

    /// <summary>What the names of the cases measured contain.</summary>
    public string Only { get; init; } = "";

    public static string Usage => """
        benchmarks/Training: training beside libtorch, measured in the same run.
          --check            measures everything but device, and exits with 1 where a bar is missed
          --part P,...       these parts alone: step, lengths, words, threads, quickstart, memory, device (all but memory and device)
          --rounds N         turns of each peer (9)
          --ms N             least milliseconds of a turn (120)
          --mib N            MiB of sequences of the part memory (4096)
          --device D         what the part device measures torch on: cuda, cuda:1, mps or cpu (cuda)
          --python P         a python that has PyTorch: its own training loop is measured too on that device
          --only X           cases whose name contains X, such as "Gru 8,64"
        """;

    /// <exception cref="ArgumentException">An option is unknown, lacks its value or has a wrong one; the message says which.</exception>
    public static TrainingOptions Parse(IReadOnlyList<string> args)
    {
        var options = new TrainingOptions();
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            options = name switch
            {
                "--check" => options with { Check = true },
                "--part" => options with { Parts = OptionValues.Parts<Part>(name, Value()) },
                "--rounds" => options with { Rounds = OptionValues.Count(name, Value()) },
                "--ms" => options with { Milliseconds = OptionValues.Count(name, Value()) },
                "--mib" => options with { Mebibytes = OptionValues.Count(name, Value()) },
                "--device" => options with { Device = Named(Value()) },
                "--python" => options with { Python = Value() },
                "--only" => options with { Only = Value() },
                _ => throw new ArgumentException($"'{name}' is not an option."),
            };

            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{name} stands without its value.");
        }
        return options.Parts.Count > 0 ? options : options with { Parts = [.. Enum.GetValues<Part>().Where(part => part != Part.Device && (part != Part.Memory || options.Check))] };
    }

    private static string Named(string device) => DeviceName.TryParse(device, out DeviceName name) && name.Kind != DeviceKind.Auto
        ? device
        : throw new ArgumentException($"--device is '{device}', but must be cuda, cuda:n (n = 0, 1, ...), mps or cpu.");
}
