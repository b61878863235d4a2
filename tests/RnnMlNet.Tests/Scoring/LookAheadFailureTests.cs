using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Scoring;

/// <summary>Where a row cannot be read or scored, all rows before it come, and then the exception itself.</summary>
[TestFixture]
public class LookAheadFailureTests
{
    private static readonly int[] FailingRows = [0, 1, 31, 32, 33, 95, 96, 97, 500, 999];
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Upstream_that_fails_to_move([Values(1, 2, 8)] int threads, [ValueSource(nameof(FailingRows))] int row)
    {
        ProbeView data = ScoringRig.AddSequence(new ProbeView { Rows = 1000, FailsAt = row });
        EndsAt(row, ScoringRig.View(_ml, data, new ProbeScorer(), threads), data.Failure);
        Assert.That(data.Disposed, Is.EqualTo(1));
    }

    [Test, Pairwise]
    public void Upstream_that_fails_to_give_a_value(
        [Values(1, 2, 8)] int threads,
        [ValueSource(nameof(FailingRows))] int row,
        [Values("Words", "Number", ScoringRig.Sequence, "id")] string column
    )
    {
        ProbeView data = ScoringRig.AddAllTypes(
            new ProbeView
            {
                Rows = 1000,
                FailsToReadAt = row,
                FailingColumn = column,
            }
        );
        EndsAt(row, ScoringRig.View(_ml, data, new ProbeScorer(), threads), data.Failure);
        Assert.That(data.Disposed, Is.EqualTo(1));
    }

    [Test]
    public void A_row_that_cannot_be_scored([Values(1, 2, 8)] int threads, [ValueSource(nameof(FailingRows))] int row)
    {
        IDataView data = WithBadRow(row, [ProbeScorer.Unscorable, 0, 0]);
        EndsAt(row, ScoringRig.View(_ml, data, new ProbeScorer(), threads), ProbeScorer.Failure);
    }

    [Test]
    public void Of_two_failures_the_first_row_counts([Values(1, 2, 8)] int threads)
    {
        ProbeView data = new ProbeView { Rows = 1000, FailsAt = 60 }.Vector(
            ScoringRig.Sequence,
            MemoryView.VariableSingles,
            row => row == 40 ? [ProbeScorer.Unscorable, 0, 0] : ScoringRig.Steps(row)
        );
        EndsAt(40, ScoringRig.View(_ml, data, new ProbeScorer(), threads), ProbeScorer.Failure);
    }

    [Test]
    public void A_scorer_that_cannot_begin([Values(1, 2, 8)] int threads) =>
        EndsAt(
            0,
            ScoringRig.View(_ml, ScoringRig.SequenceOnly(100), new ProbeScorer { HasNoSessions = true }, threads),
            ProbeScorer.Failure
        );

    [Test]
    public void A_row_of_a_wrong_length_is_told_by_its_sentence([Values(1, 2, 8)] int threads, [ValueSource(nameof(FailingRows))] int row)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads);
        IDataView scored = model.Transform(WithBadRow(row, [1, 2, 3, 4]));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        for (int i = 0; i < row; i++)
            Assert.That(cursor.MoveNext(), Is.True);

        Refused.Operation(
            () => cursor.MoveNext(),
            $"Row {row} of column 'Sequence' has 4 values, which is not a multiple of FeaturesPerStep, 3."
        );
    }

    [Test]
    public void The_rows_before_a_failure_score_as_they_do_without_it([Values(1, 2)] int threads)
    {
        const int Row = 77;
        using RnnRegressionTransformer model = ScoringRig.Model(_ml);
        float[] without = ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(100)));
        var scorer = new FailingScorer(((IRowScorer)model).RowScorer, ScoringRig.Steps(Row));
        IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(100), scorer, threads);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<float> getter = cursor.GetGetter<float>(scored.Schema["Score"]);
        float score = 0;
        for (int row = 0; row < Row; row++)
        {
            cursor.MoveNext();
            getter(ref score);
            Assert.That(score, Is.EqualTo(without[row]));
        }
        Assert.That(cursor.MoveNext, Throws.Exception.SameAs(ProbeScorer.Failure));
    }

    private static ProbeView WithBadRow(int bad, float[] steps) =>
        new ProbeView { Rows = 1000 }.Vector(
            ScoringRig.Sequence,
            MemoryView.VariableSingles,
            row => row == bad ? steps : ScoringRig.Steps(row)
        );

    private static void EndsAt(int row, IDataView scored, Exception failure)
    {
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<float> getter = cursor.GetGetter<float>(scored.Schema["Score"]);
        ValueGetter<VBuffer<float>> sequence = cursor.GetGetter<VBuffer<float>>(scored.Schema[ScoringRig.Sequence]);
        float score = 0;
        VBuffer<float> steps = default;
        for (int i = 0; i < row; i++)
        {
            Assert.That(cursor.MoveNext(), Is.True, $"row {i}");
            getter(ref score);
            sequence(ref steps);
            Assert.That((cursor.Position, score), Is.EqualTo(((long)i, ScoringRig.Sum(i))));
            Assert.That(steps.DenseValues(), Is.EqualTo(ScoringRig.Steps(i)));
        }
        for (int time = 0; time < 3; time++)
        {
            Assert.That(cursor.MoveNext, Throws.Exception.SameAs(failure));
            Assert.That(() => getter(ref score), Throws.InvalidOperationException);
        }
    }

    /// <summary>Another scorer, but for one row.</summary>
    private sealed class FailingScorer(ISequenceScorer scorer, float[] bad) : ISequenceScorer
    {
        public IScoringSession NewSession() => new Session(scorer.NewSession(), bad);

        public void Dispose() { }

        private sealed class Session(IScoringSession session, float[] bad) : IScoringSession
        {
            public void Score(in SequenceView sequence, Span<float> outputs) => session.Score(sequence, outputs);

            public void Score(SequenceRows rows, Span<float> outputs)
            {
                for (int row = 0; row < rows.Count; row++)
                    if (rows[row].Steps.SequenceEqual(bad))
                        throw ProbeScorer.Failure;
                session.Score(rows, outputs);
            }

            public void Dispose() => session.Dispose();
        }
    }
}
