using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Scoring;

/// <summary>How far a cursor reads ahead, and what memory it takes.</summary>
[TestFixture]
public class LookAheadLimitsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Of_endless_rows_a_few_are_read_for_the_first_and_then_two_blocks_a_thread([Values(1, 2, 8)] int threads)
    {
        ProbeView data = ScoringRig.SequenceOnly(rows: null);
        IDataView scored = ScoringRig.View(_ml, data, new ProbeScorer(), threads);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        long most = threads == 1 ? 256 : 2L * threads * 256;
        for (int row = 1; row <= 6000; row++)
        {
            Assert.That(cursor.MoveNext(), Is.True);
            Assert.That(data.Moved - row, Is.LessThan(Math.Min(most, row <= 32 ? 96 : 22 * row)), $"Rows read ahead after {row}.");
        }
        Assert.That(data.Moved, Is.GreaterThan(6000 + most / 4), "Rows are read ahead.");
    }

    [Test]
    public void Opening_a_cursor_reads_nothing()
    {
        ProbeView data = ScoringRig.SequenceOnly(rows: null);
        var scorer = new ProbeScorer();
        IDataView scored = ScoringRig.View(_ml, data, scorer, threads: 4);
        Assert.That(data.Opened, Is.Zero);
        using (scored.GetRowCursor(scored.Schema))
            Assert.That((data.Opened, data.Moved, scorer.SessionsOpened), Is.EqualTo((1, 0, 0)));
        Assert.That(data.Disposed, Is.EqualTo(1));
    }

    /// <summary>Of 16 steps, 300 values and 4 rows, that limit cuts the blocks which is reached first.</summary>
    [TestCase(2, 0, 8, TestName = "Blocks_are_cut_by_steps")]
    [TestCase(1, 150, 2, TestName = "Blocks_are_cut_by_values_of_the_columns_handed_on")]
    [TestCase(1, 0, 4, TestName = "Blocks_are_cut_by_rows")]
    public void Blocks_are_cut(int steps, int otherValues, int rowsAtOnce)
    {
        ProbeView data = new ProbeView()
            .Vector(ScoringRig.Sequence, MemoryView.VariableSingles, row => new float[steps * ScoringRig.Features])
            .Vector("Other", MemoryView.VariableSingles, row => new float[otherValues]);
        var limits = new BlockLimits(Rows: rowsAtOnce == 4 ? 4 : 100, Steps: 16, Values: 300);
        IDataView scored = ScoringRig.View(_ml, data, new ProbeScorer(), threads: 1, limits);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        for (int row = 0; row < 50; row++)
        {
            cursor.MoveNext();
            Assert.That(data.Moved, Is.EqualTo((row / rowsAtOnce + 1) * rowsAtOnce), $"Rows read at row {row}.");
        }
    }

    /// <summary>
    /// Every 64th row is long, at another place of its block each time: were its memory kept there, all places would be long in the end.
    /// </summary>
    [Test]
    public void Long_vectors_are_not_kept_for_short_ones()
    {
        const int Long = 200_000,
            Rows = 4096,
            Every = 61;
        ProbeView data = ScoringRig.AddSequence(
            new ProbeView { Rows = Rows }.Vector("Other", MemoryView.VariableSingles, row => new float[row % Every == 0 ? Long : 1])
        );
        IDataView scored = ScoringRig.View(_ml, data, new ProbeScorer(), threads: 1);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int row = 0; row < Rows - 1; row++)
            cursor.MoveNext();

        // A block is full at 2^20 values, 4 MiB. All its 256 places with 200,000 values would be 195 MiB.
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(20 << 20));
        GC.KeepAlive(cursor);
    }

    [Test]
    public void A_row_of_scores_allocates_nothing([Values(1, 2)] int threads)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads, ScoringRig.Shape() with { Outputs = 4 });
        // One array for all rows, so that upstream itself allocates nothing.
        float[] steps = ScoringRig.Steps(7);
        ProbeView data = new ProbeView().Vector(ScoringRig.Sequence, MemoryView.VariableSingles, _ => steps);
        IDataView scored = model.Transform(data);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"], scored.Schema[ScoringRig.Sequence]]);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> value = default;
        Read(5000);

        // One thread scores on its caller's. With several the whole process is counted, in which the test platform and the thread pool
        // allocate too, but in no case something for each row.
        if (threads == 1)
            Assert.That(Allocation.Least(() => Read(5000)), Is.Zero);
        else
            Assert.That(Allocation.LeastOfProcess(() => Read(5000)), Is.LessThan(5000));

        void Read(int rows)
        {
            for (int row = 0; row < rows; row++)
            {
                cursor.MoveNext();
                score(ref value);
            }
        }
    }

    [Test]
    public void A_cursor_over_one_row_takes_little([Values(1, 8)] int threads)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads);
        IDataView scored = model.Transform(ScoringRig.SequenceOnly(1));
        ScoringRig.Scores(scored);

        Assert.That(Allocation.LeastOfProcess(() => ScoringRig.Scores(scored)), Is.LessThan(100_000));
    }
}
