using System.Diagnostics;
using System.Globalization;

namespace Training;

/// <summary>PyTorch in Python (pytorch_peer.py): the same networks, sizes and batches, with numbers of its own.</summary>
/// <param name="python">A python that has PyTorch.</param>
/// <param name="set">What is trained; rows of one length.</param>
/// <param name="device">A device's name as PyTorch has it.</param>
internal sealed class PyTorchPeer(string python, TrainingSet set, string device) : IDisposable
{
    private readonly Dialogue _process = new(Start(python, set, device), "of PyTorch");

    /// <summary>The ways to multiply, by the script's names, and as a table has them.</summary>
    public static IReadOnlyList<(string Name, string Title)> Precisions { get; } =
    [("Full", "32-bit"), ("TensorFloat32", "TensorFloat-32"), ("BFloat16", "bfloat16")];

    /// <summary>A turn with a precision; microseconds a row.</summary>
    public double Turn(string precision, double milliseconds) =>
        _process.Ask($"turn {precision} {milliseconds.ToString(CultureInfo.InvariantCulture)}")[0];

    public void Dispose() => _process.Dispose();

    private static Process Start(string python, TrainingSet set, string device)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "pytorch_peer.py");
        int[] sizes = [set.Case.Features, set.Case.Units, set.Case.Steps, set.BatchSize, set.Rows.Count / set.BatchSize];
        var start = new ProcessStartInfo(python, [script, $"{set.Case.Cell}", .. sizes.Select(size => $"{size}"), device])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // eng/run-cuda.sh gives this process libraries that may not be python's.
        if (Environment.GetEnvironmentVariable("SYSTEM_LIBRARY_PATH") is string systems)
            start.Environment["LD_LIBRARY_PATH"] = systems;
        return Process.Start(start)!;
    }
}
