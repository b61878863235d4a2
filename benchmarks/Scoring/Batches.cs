using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Models;
using TorchSharp;

namespace Scoring;

/// <summary>Many rows, two threads: the kernels, Transform with its Score column read, ONNX Runtime and libtorch on tensors made beforehand.</summary>
internal static class Batches
{
    private const int BatchRows = 256;
    private const int Threads = 2;

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        torch.set_num_threads(Threads);
        var ml = new MLContext(seed: 1);
        Console.WriteLine($"Batches of {BatchRows}, {Threads} threads; long: Transform of {options.Rows} rows. Microseconds a row, medians of {Rounds.Fewest} to {options.Rounds} turns; x: times faster than the better of ONNX Runtime and libtorch; kept: of the kernel's speed");
        Console.WriteLine($"{"",-20} {"kernel",9} {"Transform",9} {"long",9} {"ORT",9} {"libtorch",9} {"x kernel",9} {"x Transf.",9} {"x long",9}   bar        {"kept",5}   bar");
        foreach (Case @case in Case.All(options.Only))
            Measure(@case, ml, options, verdict);
    }

    private static void Measure(Case @case, MLContext ml, ScoringOptions options, Verdict verdict)
    {
        TrainedNetwork network = @case.Network();
        Row[] batch = @case.RandomRows(BatchRows);
        RnnMulticlassTransformer model = @case.Transformer(ml, network);
        model.ScoringThreads = Threads;
        double[] us = Rounds.Measure(
        [
            new KernelPeer(@case, network, batch, Threads),
            new TransformPeer(@case, ml, model, batch, BatchRows),
            new TransformPeer(@case, ml, model, batch, options.Rows),
            new OnnxRuntimePeer(@case, network, batch, Threads),
            new TorchPeer(@case, network, batch),
        ], options.Rounds, options.Milliseconds);
        double peer = Math.Min(us[3], us[4]), kernel = peer / us[0], once = peer / us[1], @long = peer / us[2], kept = us[0] / us[2];
        string bar = verdict.AtLeast(Bars.Batch(@case), Math.Min(once, @long), $"{@case.Name} Transform");
        string keptBar = verdict.AtLeast(Bars.Kept, kept, $"{@case.Name} kept");
        Console.WriteLine($"{@case.Name,-20} {us[0],9:0.000} {us[1],9:0.000} {us[2],9:0.000} {us[3],9:0.000} {us[4],9:0.000} {kernel,9:0.00} {once,9:0.00} {@long,9:0.00} {bar} {kept,5:0.00} {keptBar}");
    }
}
