using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using Shared;

namespace Scoring;

/// <summary>
/// Our kernels alone, on rows in memory: one row, or many on several threads, which take them in blocks and score those
/// <paramref name="passes"/> times before they wait for each other.
/// </summary>
/// <param name="case">The case.</param>
/// <param name="network">The network.</param>
/// <param name="rows">The rows.</param>
/// <param name="threads">Threads.</param>
/// <param name="passes">How often the rows are scored.</param>
/// <param name="asBatch">Whether one row, too, is scored by the scorer of many rows, whose scores are the same to the bit however many
/// there are.</param>
internal sealed class KernelPeer(Case @case, TrainedNetwork network, Row[] rows, int threads, int passes = 1, bool asBatch = false) : IPeer
{
    private readonly IScoringSession[] _sessions = Sessions(network, threads);
    private readonly SequenceRows[] _blocks =
    [
        .. rows.Chunk((rows.Length + threads - 1) / threads).Select(block => Packed(block, @case.Features)),
    ];
    private readonly float[][] _scores = [.. Enumerable.Range(0, threads).Select(_ => new float[rows.Length * Case.Classes])];
    private int _next;

    public string Name =>
        asBatch ? "kernel of many rows"
        : passes == 1 ? "kernel"
        : $"kernel {passes} times";

    public int FirstClass { get; private set; }

    public int Run()
    {
        if (rows.Length == 1 && !asBatch)
            ScoreRow();
        else
            ScoreBlocks();
        return rows.Length * passes;
    }

    public void Dispose()
    {
        foreach (IScoringSession session in _sessions)
            session.Dispose();
    }

    private void ScoreRow()
    {
        _sessions[0].Score(_blocks[0][0], _scores[0]);
        FirstClass = Highest.Of(_scores[0].AsSpan(0, Case.Classes));
    }

    private void ScoreBlocks()
    {
        _next = 0;
        if (threads == 1)
            ScoreBlocks(0);
        else
            Parallel.For(0, threads, ScoreBlocks);
    }

    private void ScoreBlocks(int thread)
    {
        for (int block; (block = Interlocked.Increment(ref _next) - 1) < passes * _blocks.Length; )
        {
            SequenceRows taken = _blocks[block % _blocks.Length];
            Span<float> scores = _scores[thread].AsSpan(0, taken.Count * Case.Classes);
            _sessions[thread].Score(taken, scores);
            if (block == 0)
                FirstClass = Highest.Of(scores[..Case.Classes]);
        }
    }

    private static IScoringSession[] Sessions(TrainedNetwork network, int count)
    {
        var scorer = new SimdScorer(network);
        return [.. Enumerable.Range(0, count).Select(_ => scorer.NewSession())];
    }

    private static SequenceRows Packed(Row[] rows, int features)
    {
        var packed = new SequenceRows(features);
        foreach (Row row in rows)
            packed.Add(SequenceView.OfSteps(row.Steps, features));
        return packed;
    }
}
