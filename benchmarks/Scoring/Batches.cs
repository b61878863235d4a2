using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Models;
using Shared;
using TorchSharp;

namespace Scoring;

/// <summary>
/// Many rows, two threads: the kernels, Transform with its Score column read, ONNX Runtime and libtorch on tensors made beforehand.
/// </summary>
internal static class Batches
{
    private const int BatchRows = 256;
    private const int Threads = 2;

    /// <summary>Batches that the kernel's threads score, each as they come to it, before they wait for each other.</summary>
    private const int LongPasses = 16;

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        torch.set_num_threads(Threads);
        var ml = new MLContext(seed: 1);
        Console.WriteLine(
            $"Batches of {BatchRows}, {Threads} threads; long: {LongPasses * BatchRows} rows by the kernel, {options.Rows} by Transform. "
                + $"Microseconds a row, medians of {Math.Min(Rounds.Fewest, options.Rounds)} to {options.Rounds} turns;"
        );
        Console.WriteLine(
            "x: times faster than the better of ONNX Runtime and libtorch, of the slower Transform; share: its multiply-adds, of the "
                + $"processor's peak on {Threads} threads; kept: of the kernel's speed by Transform, both long"
        );
        Console.WriteLine(
            $"{"", -20} {"kernel", 9} {"long", 9} {"Transform", 9} {"long", 9} {"ORT", 9} {"libtorch", 9} {"x Transf.", 9} "
                + $"{"x long", 9}   bar        {"share", 6}   bar        {"kept", 5}   bar"
        );
        // The first case would be measured while ML.NET's own code is still being compiled.
        Times(Case.All("").First(), ml, options with { Rounds = 1 });
        foreach (Case @case in Case.All(options.Only))
            Measure(@case, ml, options, verdict);
    }

    private static void Measure(Case @case, MLContext ml, ScoringOptions options, Verdict verdict)
    {
        (double[] us, double[] processor) = Times(@case, ml, options);
        double peer = Math.Min(us[4], us[5]),
            once = peer / us[2],
            @long = peer / us[3],
            share = @case.Operations / (1000 * processor[0] * Math.Max(us[2], us[3])),
            kept = us[1] / us[3];
        string bar = verdict.AtLeast(Bars.Peer, Math.Min(once, @long), $"{@case.Name} Transform");
        string shareBar = verdict.AtLeast(Bars.Batch(@case), share, $"{@case.Name} Transform's share of the peak");
        string keptBar = verdict.AtLeast(Bars.Kept, kept, $"{@case.Name} kept");
        Console.WriteLine(
            $"{@case.Name, -20} {string.Join(' ', us.Select(time => $"{time, 9:0.000}"))} {once, 9:0.00} "
                + $"{@long, 9:0.00} {bar} {share, 6:0.00} {shareBar} {kept, 5:0.00} {keptBar}"
        );
    }

    private static (double[] Microseconds, double[] Processor) Times(Case @case, MLContext ml, ScoringOptions options)
    {
        TrainedNetwork network = @case.Network();
        Row[] batch = @case.RandomRows(BatchRows);
        RnnMulticlassTransformer model = @case.Transformer(ml, network);
        model.ScoringThreads = Threads;
        return PeerRounds.Measure(
            [
                new KernelPeer(@case, network, batch, Threads),
                new KernelPeer(@case, network, batch, Threads, LongPasses),
                new TransformPeer(@case, ml, model, batch, BatchRows),
                new TransformPeer(@case, ml, model, batch, options.Rows),
                new OnnxRuntimePeer(@case, network, batch, Threads),
                new TorchPeer(@case, network, batch),
            ],
            options.Rounds,
            options.Milliseconds,
            new MultiplyAdds(Threads).Turn
        );
    }
}
