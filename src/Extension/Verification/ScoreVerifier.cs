using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>Scores a sample by every path, block by block, and measures the difference of each from the reference.</summary>
/// <param name="network">The network.</param>
/// <param name="reference">The path that the others are compared with.</param>
/// <param name="paths">The others.</param>
/// <param name="tolerance">Largest relative difference that counts as equal.</param>
internal sealed class ScoreVerifier(TrainedNetwork network, ScoringPath reference, IReadOnlyList<ScoringPath> paths, double tolerance)
{
    private readonly DifferenceMeter[] _meters = [.. paths.Select(_ => new DifferenceMeter(network.Shape.Outputs, network.LabelScaling))];
    private int _rows;

    /// <exception cref="InvalidOperationException">The sample has no rows, or one that is not a sequence.</exception>
    public ScoreVerification Verify(IExceptionContext ectx, IDataView sample, SequenceBinding binding, int maxRows)
    {
        using (var reader = new SampleReader(sample, binding, maxRows))
            while (reader.Next())
                Compare(reader.Rows);
        if (_rows == 0)
            throw ectx.Except("The sample has no rows, so that there are no scores to compare: give rows such as the model scores in use.");
        return new ScoreVerification([.. paths.Zip(_meters, Result)], _rows, network.Shape.CustomCell is null ? VectorWidth.Bits : null);
    }

    private void Compare(SequenceRows rows)
    {
        OutputLayout layout = network.Shape.OutputLayout;
        float[] expected = new float[layout.Of(rows)],
            actual = new float[expected.Length];
        reference.Score(rows, layout, expected);
        foreach ((ScoringPath path, DifferenceMeter meter) in paths.Zip(_meters))
        {
            int count = Math.Min(rows.Count, path.NotRun is null ? path.MaxRows - _rows : 0);
            if (count <= 0)
                continue;
            SequenceRows scored = count == rows.Count ? rows : First(rows, count);
            path.Score(scored, layout, actual.AsSpan(0, layout.Of(scored)));
            for (int row = 0; row < count; row++)
                meter.Add(layout.Slice(expected, scored, row), layout.Slice(actual, scored, row));
        }
        _rows += rows.Count;
    }

    private static SequenceRows First(SequenceRows rows, int count)
    {
        var first = rows.NewAlike();
        for (int row = 0; row < count; row++)
            first.Add(rows[row]);
        return first;
    }

    private VerifiedPath Result(ScoringPath path, DifferenceMeter meter) =>
        new()
        {
            Name = path.Name,
            NotRun = path.NotRun,
            Rows = meter.Rows,
            LargestDifference = meter.Largest,
            LargestRelativeDifference = meter.LargestRelative,
            WorstRow = meter.Row,
            Tolerance = tolerance,
        };
}
