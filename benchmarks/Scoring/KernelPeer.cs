using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Scoring;

namespace Scoring;

/// <summary>Our kernels alone, on rows that lie ready: one row, or many on several threads, each with its share.</summary>
internal sealed class KernelPeer : IPeer
{
    private readonly SequenceRows[] _shares;
    private readonly IScoringSession[] _sessions;
    private readonly float[][] _scores;
    private readonly int _rows;

    public KernelPeer(Case @case, TrainedNetwork network, Row[] rows, int threads)
    {
        _rows = rows.Length;
        var scorer = new SimdScorer(network);
        _sessions = [.. Enumerable.Range(0, threads).Select(_ => scorer.NewSession())];
        _shares = [.. rows.Chunk((rows.Length + threads - 1) / threads).Select(share => Packed(share, @case.Features))];
        _scores = [.. _shares.Select(share => new float[share.Count * Case.Classes])];
    }

    public string Name => "kernel";

    public int FirstClass => Highest.Of(_scores[0].AsSpan(0, Case.Classes));

    public int Run()
    {
        if (_rows == 1)
            _sessions[0].Score(_shares[0][0], _scores[0]);
        else
            Parallel.For(0, _shares.Length, i => _sessions[i].Score(_shares[i], _scores[i]));
        return _rows;
    }

    public void Dispose()
    {
        foreach (IScoringSession session in _sessions)
            session.Dispose();
    }

    private static SequenceRows Packed(Row[] rows, int features)
    {
        var packed = new SequenceRows(features);
        foreach (Row row in rows)
            packed.Add(SequenceView.OfSteps(row.Steps, features));
        return packed;
    }
}
