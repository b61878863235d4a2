using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Training;
using Shared;
using TorchSharp;

namespace Training;

/// <summary>
/// The torch engine on a device, with 32 bits, with TensorFloat-32 and in bfloat16, beside the loop that TorchSharp's user writes, PyTorch
/// in Python, and our engine in C# on the CPU; then rows of many lengths, padded or packed.
/// </summary>
internal static class DevicePart
{
    private const int BatchSize = 256;

    private static readonly int _processors = Environment.ProcessorCount;

    /// <exception cref="ArgumentException">The device is not there.</exception>
    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        if (TorchDevice.WhyNot(options.Device) is string why)
            throw new ArgumentException($"--device is {options.Device}, but {why}.");
        Console.WriteLine(
            $"Rows a second on {options.Device}, B {BatchSize}; ready batches, but for Fit; Fit and TorchSharp's loop with 32 bits. C#: "
                + $"our engine on the CPU's {_processors} processors. Fit is faster: than the better of TorchSharp's loop and "
                + "PyTorch's, with 32 bits."
        );
        Console.WriteLine();
        string[] python = options.Python is null ? [] : [.. PyTorchPeer.Precisions.Select(precision => $"PyTorch, {precision.Title}")];
        Header([
            "F, H, T",
            "Cell",
            .. PyTorchPeer.Precisions.Select(precision => precision.Title),
            "Fit",
            "C#",
            "TorchSharp",
            .. python,
            "Fit is faster",
            "Bar",
        ]);
        foreach (Case @case in Case.All(options.Only))
            Print(@case, OneLength(@case, options), times => Faster(@case, times, verdict));
        Console.WriteLine();
        Console.WriteLine($"Lengths uniform in [{TrainingSet.Fewest}, {TrainingSet.Most}], with 32 bits.");
        Console.WriteLine();
        Header(["F, H", "Cell", "padded", "packed", "C#"]);
        foreach (Case @case in Case.All(options.Only))
            Print(@case with { Steps = 0 }, ManyLengths(@case, options), _ => "");
    }

    private static void Header(string[] columns)
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|{string.Concat(columns.Select(_ => "---|"))}");
    }

    // The loops with 32 bits are the sixth and, where there is a Python, the seventh.
    private static string Faster(Case @case, double[] microseconds, Verdict verdict)
    {
        double faster = microseconds[5..Math.Min(7, microseconds.Length)].Min() / microseconds[3];
        return $" {faster:0.00}x | {verdict.AtLeast(Bars.Peer, faster, $"{@case.Name} on the device").Trim()} |";
    }

    private static void Print(Case @case, double[] microseconds, Func<double[], string> faster)
    {
        string sizes = $"{@case.Features}, {@case.Units}{(@case.Steps > 0 ? $", {@case.Steps}" : "")}";
        Console.WriteLine(
            $"| {sizes} | {@case.Cell} | {string.Join(" | ", microseconds.Select(row => $"{1e6 / row:0}"))} |{faster(microseconds)}"
        );
    }

    private static double[] OneLength(Case @case, TrainingOptions options)
    {
        var even = new Batches(new TrainingSet(@case, BatchSize, Count: options.Rows), options.Device);
        EngineSettings torch = even.Torch;
        var fit = new FitPeer(
            even.Set,
            _processors,
            trainer => (trainer.Engine, trainer.Device, trainer.AllowTensorFloat32) = (EngineKind.Torch, options.Device, false)
        );
        using PyTorchPeer? python = options.Python is null ? null : new PyTorchPeer(options.Python, even.Set, options.Device);
        return Rounds.Measure(
            [
                even.Turn(EngineKind.Torch, torch),
                even.Turn(EngineKind.Torch, torch with { AllowTensorFloat32 = true }),
                even.Turn(EngineKind.Torch, torch with { Precision = TrainingPrecision.BFloat16 }),
                fit.Turn,
                even.Turn(EngineKind.Simd, even.Set.Engine(_processors)),
                even.TorchSharpTurn(),
                .. python is null
                    ? []
                    : PyTorchPeer.Precisions.Select(precision =>
                        (Func<double, double>)(milliseconds => python.Turn(precision.Name, milliseconds))
                    ),
            ],
            options.Rounds,
            options.Milliseconds
        );
    }

    private static double[] ManyLengths(Case @case, TrainingOptions options)
    {
        var ragged = new Batches(
            new TrainingSet(@case with { Steps = TrainingSet.Most }, BatchSize, IsRagged: true, options.Rows),
            options.Device
        );
        return Rounds.Measure(
            [
                ragged.Turn(EngineKind.Torch, ragged.Torch),
                ragged.Turn(EngineKind.Torch, ragged.Torch with { PacksRaggedRows = true }),
                ragged.Turn(EngineKind.Simd, ragged.Set.Engine(_processors)),
            ],
            options.Rounds,
            options.Milliseconds
        );
    }

    private sealed class Batches(TrainingSet set, string device)
    {
        private readonly IReadOnlyList<MiniBatch> _ready = set.Batches(epoch: 1);

        public TrainingSet Set => set;

        public EngineSettings Torch => set.Engine(_processors) with { Device = device, AllowTensorFloat32 = false };

        // An engine a turn: whether TensorFloat-32 is allowed is one setting for all engines there are at a time.
        public Func<double, double> Turn(EngineKind kind, EngineSettings settings) =>
            milliseconds =>
            {
                using var peer = new EnginePeer(kind, settings, _ready, kind == EngineKind.Torch ? Wait : null);
                return peer.Turn(milliseconds);
            };

        public Func<double, double> TorchSharpTurn()
        {
            torch.Device there = TorchDevice.Resolve(device, fallbackToCpu: false, out _);
            TorchTensors[] tensors = [.. _ready.Select(batch => TorchTensors.Of(batch, there))];
            var loop = new TorchLoop(set, new TorchVariant(_processors, TorchUpdate.AdamSetToNone), there, Wait);
            return milliseconds =>
            {
                using var bits = new TensorFloat32(allowed: false);
                return loop.Turn(tensors, milliseconds);
            };
        }

        private void Wait()
        {
            if (DeviceName.Parse(device).Kind == DeviceKind.Cuda)
                torch.cuda.synchronize();
        }
    }
}
