using RnnMlNet;
using RnnMlNet.Engines;
using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>
/// The recent cells beside the LSTM of the same sizes: our engine, and libtorch on the cell's equations.
/// </summary>
internal static class CellsPart
{
    private const int Threads = 2;
    private const int BatchSize = 32;

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        Console.WriteLine(
            $"Recent cells beside the LSTM: samples a second by the engine in C#, mini-batches of {BatchSize}, "
                + $"{Threads} threads; medians of {Math.Min(Rounds.Fewest, options.Rounds)} to {options.Rounds} turns. "
                + "libtorch: the same equations, of MinGru, MinLstm and Lru all states by a parallel scan, of SLstm step by step."
        );
        Console.WriteLine();
        Console.WriteLine("| F, H, T | Cell | Engine | LSTM | Times faster | Bar | libtorch | Times faster | Bar |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (Case @case in Case.Recent(options.Only))
            Measure(@case, options, verdict);
    }

    private static void Measure(Case @case, TrainingOptions options, Verdict verdict)
    {
        var set = new TrainingSet(@case, BatchSize);
        var lstm = new TrainingSet(@case with { Cell = CellKind.Lstm }, BatchSize);
        using var engine = EnginePeer.OfFit(set, Threads);
        using var beside = EnginePeer.OfFit(lstm, Threads);
        using var torch = new EnginePeer(EngineKind.Torch, set.Engine(Threads), set.Batches(epoch: 1));
        double[] us = Rounds.Measure([engine.Turn, beside.Turn, torch.Turn], options.Rounds, options.Milliseconds);
        double faster = us[1] / us[0],
            peer = us[2] / us[0];
        // With recurrent weights it takes the LSTM's products.
        string bar = @case.Cell == CellKind.SLstm ? "" : verdict.AtLeast(Bars.MinimalCell, faster, $"{@case.Name} beside the LSTM");
        string peerBar = verdict.AtLeast(Bars.Peer, peer, $"{@case.Name} beside libtorch");
        Console.WriteLine(
            $"| {@case.Features}, {@case.Units}, {@case.Steps} | {@case.Cell} | {1e6 / us[0]:0} | {1e6 / us[1]:0} | {faster:0.00}x "
                + $"| {bar.Trim()} | {1e6 / us[2]:0} | {peer:0.00}x | {peerBar.Trim()} |"
        );
    }
}
