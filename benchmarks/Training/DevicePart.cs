using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using Shared;

namespace Training;

/// <summary>
/// The torch engine on a device, beside ours in C# on the CPU: with 32 bits, with TensorFloat-32, in bfloat16; and rows of many lengths padded or
/// packed. No bars: it is for choosing among them.
/// </summary>
internal static class DevicePart
{
    private const int BatchSize = 256;

    private static readonly int _processors = Environment.ProcessorCount;

    /// <exception cref="ArgumentException">The device is not there.</exception>
    public static void Measure(TrainingOptions options)
    {
        if (TorchDevice.WhyNot(options.Device) is string why)
            throw new ArgumentException($"--device is {options.Device}, but {why}.");
        Console.WriteLine($"Rows a second on {options.Device}, B {BatchSize}; ready batches, but for Fit, which is 32-bit too. Lengths uniform in [{TrainingSet.Fewest}, {TrainingSet.Most}]: 32-bit. C#: our engine on the CPU's {_processors} processors.");
        Console.WriteLine();
        Console.WriteLine("| F, H, T | Cell | 32-bit | TensorFloat-32 | bfloat16 | Fit | C# | Lengths, padded | packed | C# |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (Case @case in Case.All(options.Only))
            Measure(@case, options);
    }

    private static void Measure(Case @case, TrainingOptions options)
    {
        var even = new Batches(new TrainingSet(@case, BatchSize));
        var ragged = new Batches(new TrainingSet(@case with { Steps = TrainingSet.Most }, BatchSize, IsRagged: true));
        var torch = even.Set.Engine(_processors) with { Device = options.Device, AllowTensorFloat32 = false };
        var fit = new FitPeer(even.Set, _processors, trainer => (trainer.Engine, trainer.Device, trainer.AllowTensorFloat32) = (EngineKind.Torch, options.Device, false));
        double[] us = Rounds.Measure(
            [
                even.Turn(EngineKind.Torch, torch),
                even.Turn(EngineKind.Torch, torch with { AllowTensorFloat32 = true }),
                even.Turn(EngineKind.Torch, torch with { Precision = TrainingPrecision.BFloat16 }),
                fit.Turn,
                even.Turn(EngineKind.Simd, even.Set.Engine(_processors)),
                ragged.Turn(EngineKind.Torch, torch),
                ragged.Turn(EngineKind.Torch, torch with { PacksRaggedRows = true }),
                ragged.Turn(EngineKind.Simd, ragged.Set.Engine(_processors)),
            ],
            options.Rounds, options.Milliseconds);
        Console.WriteLine($"| {@case.Features}, {@case.Units}, {@case.Steps} | {@case.Cell} | {string.Join(" | ", us.Select(row => $"{1e6 / row:0}"))} |");
    }

    private sealed class Batches(TrainingSet set)
    {
        private readonly IReadOnlyList<SequenceBatch> _ready = set.Batches(epoch: 1);

        public TrainingSet Set => set;

        // An engine a turn: whether TensorFloat-32 is allowed is one setting for all engines there are at a time.
        public Func<double, double> Turn(EngineKind kind, EngineSettings settings) => milliseconds =>
        {
            using var peer = new EnginePeer(kind, settings, _ready);
            return peer.Turn(milliseconds);
        };
    }
}
