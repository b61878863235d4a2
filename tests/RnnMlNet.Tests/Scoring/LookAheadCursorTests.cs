using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Scoring;

/// <summary>What a cursor over scores hands on: upstream's rows in their order, untouched, each with its own score.</summary>
[TestFixture]
public class LookAheadCursorTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Rows_come_in_order_with_their_ids_and_values(
        [Values(1, 2, 3, 8)] int threads,
        [Values(0, 1, 31, 32, 33, 96, 97, 1000, 5000)] int rows
    )
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads);
        ProbeView data = ScoringRig.AllTypes(rows);
        IDataView scored = model.Transform(data);

        List<RowCopy> upstream = CursorPatterns.AllColumns(data),
            read = CursorPatterns.AllColumns(scored);

        Assert.That(read.Select(row => row.Position), Is.EqualTo(Enumerable.Range(0, rows)));
        int score = scored.Schema["Score"].Index;
        Assert.That(read.Select(row => (float)row.Values[score]!), Is.EqualTo(ByRowMapper(model, data)).Within(1e-6));
        RowsAssert.Same(
            data.Schema,
            upstream,
            [.. read.Select(row => row with { Values = row.Values[..data.Schema.Count] })],
            $"{rows} rows"
        );
    }

    [Test]
    public void All_types_of_column_there_are_were_read() =>
        Assert.That(
            ScoringRig.AllTypes(0).Schema.Select(column => column.Name),
            Is.EqualTo([.. ScoringRig.OtherColumns, ScoringRig.Sequence])
        );

    [Test]
    public void Reading_a_column_again_gives_the_same_and_what_the_consumer_writes_into_its_vector_harms_nobody()
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 2);
        IDataView scored = model.Transform(ScoringRig.AllTypes(200));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        var dense = cursor.GetGetter<VBuffer<double>>(scored.Schema["Dense"]);
        VBuffer<double> mine = default;
        for (int row = 0; cursor.MoveNext(); row++)
        for (int time = 0; time < 2; time++)
        {
            dense(ref mine);
            Assert.That(mine.GetValues().ToArray(), Is.EqualTo(new[] { row, 1, double.NaN, -row }));
            VBufferEditor.CreateFromBuffer(ref mine).Values.Clear();
        }
    }

    [Test]
    public void Each_needed_column_is_read_once_a_row_and_no_other([Values(1, 3)] int threads)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads);
        ProbeView data = ScoringRig.AllTypes(300);
        IDataView scored = model.Transform(data);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"], scored.Schema["Words"]]);
        var copier = new RowCopier(cursor);
        while (cursor.MoveNext())
        {
            copier.Copy();
            copier.Copy();
        }

        foreach (string column in ScoringRig.OtherColumns.Append(ScoringRig.Sequence))
            Assert.That(data.Reads(column), Is.EqualTo(column is "Words" or ScoringRig.Sequence ? 300 : 0), column);
        Assert.That(data.Reads("id"), Is.EqualTo(300));
        Assert.That((data.Opened, data.Moved), Is.EqualTo((1, 300)));
    }

    [Test]
    public void A_sequence_that_is_handed_on_as_well_is_read_once()
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 2);
        ProbeView data = ScoringRig.SequenceOnly(300);
        List<RowCopy> read = CursorPatterns.AllColumns(model.Transform(data));

        Assert.That(data.Reads(ScoringRig.Sequence), Is.EqualTo(300));
        Assert.That(read.Select(row => row.Values[0]), Is.EqualTo(Enumerable.Range(0, 300).Select(ScoringRig.Steps)));
        Assert.That(read.Select(row => (float)row.Values[1]!), Is.EqualTo(ScoringRig.Scores(model.Transform(data))));
    }

    [Test]
    public void Channels_of_which_one_is_handed_on_score_as_without(
        [Values(ColumnKind.Channels, ColumnKind.RaggedChannels)] ColumnKind kind
    )
    {
        ITransformer model = Tiny.Regression(_ml, kind).Fit(TinyData.Load(_ml));
        IDataView scored = model.Transform(TinyData.Load(_ml));
        string[] channels = kind.Columns();
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema[channels[1]], scored.Schema["Score"]]);
        var copier = new RowCopier(cursor);
        float[] scores = ScoringRig.Scores(scored);
        for (int row = 0; cursor.MoveNext(); row++)
        {
            object?[] values = copier.Copy().Values;
            Assert.That(values[scored.Schema["Score"].Index], Is.EqualTo(scores[row]));
            Assert.That(values[scored.Schema[channels[1]].Index], Is.EqualTo(scored.GetColumn<float[]>(channels[1]).ElementAt(row)));
        }
    }

    [Test]
    public void No_score_asked_for_is_no_score_made()
    {
        var scorer = new ProbeScorer();
        ProbeView data = ScoringRig.AllTypes(100);
        IDataView scored = ScoringRig.View(_ml, data, scorer, threads: 2);

        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Number"], scored.Schema[ScoringRig.Sequence]]);
        while (cursor.MoveNext())
            Assert.That(cursor.IsColumnActive(scored.Schema["Score"]), Is.False);

        Assert.That((scorer.SessionsOpened, scorer.RowsScored, data.Moved, data.Reads(ScoringRig.Sequence)), Is.EqualTo((0, 0, 100, 0)));
    }

    [Test]
    public void Rows_carry_upstreams_batch()
    {
        IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(400), new ProbeScorer(), threads: 2);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        for (int row = 0; cursor.MoveNext(); row++)
            Assert.That(cursor.Batch, Is.EqualTo(row / 50));
    }

    [Test]
    public void Before_the_first_row_and_after_the_last_there_is_nothing_to_read()
    {
        IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(40), new ProbeScorer(), threads: 2);
        DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        var score = cursor.GetGetter<float>(scored.Schema["Score"]);
        var sequence = cursor.GetGetter<VBuffer<float>>(scored.Schema[ScoringRig.Sequence]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();

        CannotBeRead();
        while (cursor.MoveNext())
            continue;
        CannotBeRead();
        cursor.Dispose();
        CannotBeRead();
        Assert.That(cursor.MoveNext(), Is.False);

        void CannotBeRead()
        {
            Assert.That(cursor.Position, Is.EqualTo(-1));
            foreach (Action read in new Action[] { () => Read(score), () => Read(sequence), () => Read(id) })
                Refused.Operation(read, "Values cannot be fetched at this time.");
        }
    }

    [Test]
    public void A_column_not_asked_for_and_a_wrong_type_are_refused()
    {
        IDataView scored = ScoringRig.View(_ml, ScoringRig.AllTypes(4), new ProbeScorer(), threads: 2);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"], scored.Schema["Number"]]);

        Refused.Operation(
            () => cursor.GetGetter<bool>(scored.Schema["Flag"]),
            "Column 'Flag' is not active: name it when the cursor is opened."
        );
        Refused.Operation(
            () => cursor.GetGetter<long>(scored.Schema["Number"]),
            "Invalid TValue in GetGetter: 'System.Int64', expected type: 'System.Int32'."
        );
        Refused.Operation(
            () => cursor.GetGetter<double>(scored.Schema["Score"]),
            "Invalid TValue in GetGetter: 'System.Double', expected type: 'System.Single'."
        );
    }

    private static void Read<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
    }

    // Scores as a PredictionEngine gets them: by the row mapper, row by row.
    private static float[] ByRowMapper(RnnRegressionTransformer model, IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        IRowToRowMapper mapper = ((ITransformer)model).GetRowToRowMapper(data.Schema);
        using DataViewRow row = mapper.GetRow(cursor, [mapper.OutputSchema["Score"]]);
        var getter = row.GetGetter<float>(mapper.OutputSchema["Score"]);
        var scores = new List<float>();
        float score = 0;
        while (cursor.MoveNext())
        {
            getter(ref score);
            scores.Add(score);
        }
        return [.. scores];
    }
}
