using Microsoft.ML;
using RnnMlNet.Models;
using TorchSharp;

namespace Scoring;

/// <summary>One row at a time, one thread each: the kernel, PredictionEngine.Predict, ONNX Runtime's InferenceSession.Run, libtorch.</summary>
internal static class SingleRow
{
    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        torch.set_num_threads(1);
        var ml = new MLContext(seed: 1);
        Console.WriteLine($"One row, one thread: microseconds, medians of {options.Rounds} turns; x: times faster than ONNX Runtime");
        Console.WriteLine($"{"",-20} {"kernel",9} {"Predict",9} {"ORT",9} {"libtorch",9} {"x kernel",9} {"x Predict",9}   bar");
        foreach (Case @case in Case.All(options.Only))
            Measure(@case, ml, options, verdict);
    }

    private static void Measure(Case @case, MLContext ml, ScoringOptions options, Verdict verdict)
    {
        TrainedNetwork network = @case.Network();
        Row[] row = @case.RandomRows(1);
        double[] us = Rounds.Measure(
        [
            new KernelPeer(@case, network, row, threads: 1),
            new PredictPeer(ml, @case.Transformer(ml, network), row[0]),
            new OnnxRuntimePeer(@case, network, row, threads: 1),
            new TorchPeer(@case, network, row),
        ], options.Rounds, options.Milliseconds);
        double kernel = us[2] / us[0], predict = us[2] / us[1];
        string bar = verdict.AtLeast(Bars.Single(@case), predict, $"{@case.Name} Predict");
        Console.WriteLine($"{@case.Name,-20} {us[0],9:0.00} {us[1],9:0.00} {us[2],9:0.00} {us[3],9:0.00} {kernel,9:0.00} {predict,9:0.00} {bar}");
    }
}
