using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML;
using RnnMlNet;
using Shared;

namespace Scoring;

/// <summary>
/// Very many predictions on several threads, an engine each over one model, of rows of different lengths drawn from a fixed set: every
/// score must be the one known beforehand, to the bit, and memory must not grow.
/// </summary>
internal sealed class Soak(ITransformer model, Row[] rows, float[][] expected)
{
    public const int Threads = 8;
    private const int Stages = 10;
    private const double Mebibyte = 1 << 20;
    private static readonly Case _case = new(CellKind.Lstm, 8, 32, 24);

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<MemorySample> _memory = [];
    private long _different;

    /// <summary>Scores that were not as expected.</summary>
    public long Different => _different;

    /// <summary>What was in use after each tenth of the predictions, all threads waiting and garbage collected.</summary>
    public IReadOnlyList<MemorySample> Memory => _memory;

    /// <summary>A soak over a random network, its scores taken from one engine on one thread.</summary>
    public static Soak Random(int rowCount)
    {
        var ml = new MLContext(seed: 1);
        RnnMulticlassTransformer model = _case.Transformer(ml, _case.Network(), isRagged: true);
        Row[] rows = _case.RaggedRows(rowCount);
        using PredictionEngine<Row, Prediction> engine = PredictPeer.EngineOver(ml, model, size: 0);
        return new Soak(model, rows, [.. rows.Select(row => engine.Predict(row).Score)]);
    }

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        Console.WriteLine(
            $"Soak: {options.Predictions} predictions of {_case.Cell} {_case.Features},{_case.Units}, rows of 1 to {2 * _case.Steps - 1} "
                + $"steps, on {Threads} threads"
        );
        Soak soak = Random(rowCount: 1000);
        var clock = Stopwatch.StartNew();
        soak.Run(options.Predictions);
        double heap = MemorySample.Growth([.. soak.Memory.Select(sample => sample.Heap)]) / Mebibyte,
            process = MemorySample.Growth([.. soak.Memory.Select(sample => sample.Process)]) / Mebibyte;
        Console.WriteLine($"{"predictions a second", -42} {options.Predictions / clock.Elapsed.TotalSeconds, 9:0}");
        Console.WriteLine(
            $"{"scores that differ", -42} {soak.Different, 9}   at most {verdict.AtMost(0, soak.Different, "Soak: scores that differ")}"
        );
        Console.WriteLine(
            $"{"growth of the managed heap, MiB", -42} {heap, 9:0.0}   at most "
                + $"{verdict.AtMost(Bars.HeapGrowth, heap, "Soak: heap's growth")}"
        );
        Console.WriteLine(
            $"{"growth of the process, MiB", -42} {process, 9:0.0}   at most "
                + $"{verdict.AtMost(Bars.ProcessGrowth, process, "Soak: process's growth")}"
        );
        Console.WriteLine(
            $"MiB of heap / process after each tenth: "
                + $"{string.Join(", ", soak.Memory.Select(sample => $"{sample.Heap / Mebibyte:0.0}/{sample.Process / Mebibyte:0}"))}"
        );
    }

    /// <summary>Makes at least so many predictions.</summary>
    public void Run(int predictions)
    {
        int each = (predictions + Threads * Stages - 1) / (Threads * Stages);
        using var stage = new Barrier(Threads, _ => _memory.Add(MemorySample.Take()));
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() => Predict(new Random(thread), each, stage)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
    }

    private void Predict(Random random, int each, Barrier stage)
    {
        using PredictionEngine<Row, Prediction> engine = PredictPeer.EngineOver(_ml, model, size: 0);
        var prediction = new Prediction();
        for (int i = 0; i < Stages; i++)
        {
            for (int j = 0; j < each; j++)
            {
                int row = random.Next(rows.Length);
                engine.Predict(rows[row], ref prediction);
                if (!MemoryMarshal.AsBytes<float>(prediction.Score).SequenceEqual(MemoryMarshal.AsBytes<float>(expected[row])))
                    Interlocked.Increment(ref _different);
            }
            stage.SignalAndWait();
        }
    }
}
