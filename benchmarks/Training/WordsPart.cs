using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Training;
using Shared;
using TorchSharp;

namespace Training;

/// <summary>
/// Sentences: samples a second of our engine, beside the torch engine on libtorch's CPU, both on the same batches, which lie ready.
/// </summary>
internal static class WordsPart
{
    private const int Threads = 2,
        LossEpochs = 2;
    private const float LearningRate = 1e-3f;
    private static readonly int[] _vocabularies = [1_000, 10_000, 100_000];

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        Console.WriteLine(
            $"Sentences of {WordSet.Shortest} to {WordSet.Longest} words, embeddings of {WordSet.EmbeddingSize}, {WordSet.Units} units, "
                + $"B {WordSet.BatchSize}, AdamW: samples a second, {Threads} threads. libtorch: the torch engine on the "
                + $"CPU, on one thread or two."
        );
        Console.WriteLine();
        Console.WriteLine("| Words | Cell | Engine | libtorch | Faster | Bar |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (CellKind cell in new[] { CellKind.Lstm, CellKind.Gru })
        foreach (int vocabulary in _vocabularies)
            Measure(new WordSet(cell, vocabulary, options.Rows ?? WordSet.UsualRows), options, verdict);
    }

    private static void Measure(WordSet set, TrainingOptions options, Verdict verdict)
    {
        if (!set.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))
            return;
        IReadOnlyList<MiniBatch> batches = set.Batches();
        LossCheck.Require(set.Name, Losses(EngineKind.Simd, set, batches), Losses(EngineKind.Torch, set, batches));
        using EnginePeer ours = new(EngineKind.Simd, set.Engine(Threads), batches),
            libtorch = new(EngineKind.Torch, set.Engine(Threads), batches);
        Func<double, double> On(int threads) =>
            milliseconds =>
            {
                torch.set_num_threads(threads);
                return libtorch.Turn(milliseconds);
            };
        double[] measured = Rounds.Measure([ours.Turn, On(1), On(Threads)], options.Rounds, options.Milliseconds);
        double ourTime = measured[0],
            torchTime = measured[1..].Min();
        string bar = verdict.AtLeast(Bars.Peer, torchTime / ourTime, set.Name);
        Console.WriteLine(
            $"| {set.Vocabulary:N0} | {set.Cell} | {1e6 / ourTime:0} | {1e6 / torchTime:0} | {torchTime / ourTime:0.00}x | {bar.Trim()} |"
        );
    }

    private static double[] Losses(EngineKind kind, WordSet set, IReadOnlyList<MiniBatch> batches)
    {
        using ITrainingEngine engine = EngineFactory.Create(kind, set.Engine(Threads), out _);
        return [.. Enumerable.Range(0, LossEpochs).Select(_ => batches.Average(batch => engine.TrainStep(batch, LearningRate)))];
    }
}
