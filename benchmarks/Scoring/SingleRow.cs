using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Models;
using Shared;
using TorchSharp;

namespace Scoring;

/// <summary>
/// One row at a time, one thread each: the kernel, PredictionEngine.Predict, the same with recurrent weights as bfloat16, ONNX Runtime's
/// InferenceSession.Run, libtorch.
/// </summary>
internal static class SingleRow
{
    private const int ComparedRows = 200;

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        torch.set_num_threads(1);
        var ml = new MLContext(seed: 1);
        Console.WriteLine(
            $"One row, one thread: microseconds, medians of {options.Rounds} turns; x: times faster than the better of ONNX Runtime and "
                + "libtorch;"
        );
        Console.WriteLine(
            "limit: the time of the multiply-adds at the processor's peak or, if longer, of reading the recurrent weights once a step from "
                + "the cache that holds them; share: limit by Predict;"
        );
        Console.WriteLine(
            "as batch: times as long as the kernel that the row takes by the scorer of many rows, whose scores are the same to the bit "
                + "however many there are;"
        );
        Console.WriteLine(
            $"bf16: Predict with recurrent weights as bfloat16, and the largest difference that makes to a "
                + $"probability of {ComparedRows} rows"
        );
        Console.WriteLine(
            $"{"", -20} {"kernel", 9} {"Predict", 9} {"ORT", 9} {"libtorch", 9} {"x Predict", 9}   bar        "
                + $"{"limit", 9} {"share", 6}   bar        {"bf16", 9} {"x bf16", 9} {"differs", 9} {"as batch", 9}"
        );
        foreach (Case @case in Case.All(options.Only))
            Measure(@case, ml, options, verdict);
    }

    private static void Measure(Case @case, MLContext ml, ScoringOptions options, Verdict verdict)
    {
        TrainedNetwork network = @case.Network();
        Row[] row = @case.RandomRows(1);
        RnnMulticlassTransformer exact = @case.Transformer(ml, network),
            rounded = @case.Transformer(ml, network);
        rounded.SingleRowPrecision = WeightPrecision.BFloat16;
        (double[] us, double[] processor) = PeerRounds.Measure(
            [
                new KernelPeer(@case, network, row, threads: 1),
                new PredictPeer(ml, exact, row[0]),
                new OnnxRuntimePeer(@case, network, row, threads: 1),
                new TorchPeer(@case, network, row),
                new PredictPeer(ml, rounded, row[0]),
                new KernelPeer(@case, network, row, threads: 1, asBatch: true),
            ],
            options.Rounds,
            options.Milliseconds,
            new MultiplyAdds(threads: 1).Turn,
            new WeightReads(@case.RecurrentBytes).Turn
        );
        double peer = Math.Min(us[2], us[3]),
            limit = Math.Max(@case.Operations / processor[0], @case.Steps * @case.RecurrentBytes / processor[1]) / 1000,
            share = limit / us[1];
        string bar = verdict.AtLeast(Bars.Peer, peer / us[1], $"{@case.Name} Predict");
        string shareBar = verdict.AtLeast(Bars.Single(@case), share, $"{@case.Name} Predict's share of the limit");
        Console.WriteLine(
            $"{@case.Name, -20} {us[0], 9:0.00} {us[1], 9:0.00} {us[2], 9:0.00} {us[3], 9:0.00} {peer / us[1], 9:0.00} {bar} "
                + $"{limit, 9:0.00} {share, 6:0.00} {shareBar} {us[4], 9:0.00} {peer / us[4], 9:0.00} "
                + $"{Difference(@case, ml, exact, rounded), 9:0.00000} {us[5] / us[0], 8:0.00}x"
        );
    }

    private static float Difference(Case @case, MLContext ml, RnnMulticlassTransformer exact, RnnMulticlassTransformer rounded)
    {
        Row[] rows = @case.RandomRows(ComparedRows);
        return PredictPeer.Scores(ml, exact, rows).Zip(PredictPeer.Scores(ml, rounded, rows), (a, b) => Math.Abs(a - b)).Max();
    }
}
