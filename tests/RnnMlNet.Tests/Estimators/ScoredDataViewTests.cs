using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The result of Transform, read by ML.NET's own readers: the same rows and scores for every reader.</summary>
[TestFixture]
public class ScoredDataViewTests
{
    private const int Rows = 1200;
    private readonly MLContext _ml = new(seed: 1);
    private RnnRegressionTransformer _model;
    private float[] _scores;

    private sealed class Scored
    {
        public int Number { get; set; }
        public string Text { get; set; } = "";
        public float Score { get; set; }
    }

    [OneTimeSetUp]
    public void Score()
    {
        _model = ScoringRig.Model(_ml, threads: 3);
        _scores = ScoringRig.Scores(_model.Transform(ScoringRig.SequenceOnly(Rows)));
    }

    [OneTimeTearDown]
    public void Dispose() => _model.Dispose();

    [Test]
    public void A_set_of_cursors_gives_each_row_once([Values(1, 2, 3, 7)] int n, [Values(1, 3)] int upstream, [Values] bool shuffled)
    {
        ProbeView data = ScoringRig.AddAllTypes(
            new ProbeView
            {
                Rows = Rows,
                SetSize = upstream,
                CanShuffle = true,
            }
        );
        IDataView scored = _model.Transform(data);
        DataViewRowCursor[] cursors = scored.GetRowCursorSet(scored.Schema, n, shuffled ? new Random(3) : null);
        // No more than ScoringThreads, 3, each of which scores on its reader's thread.
        Assert.That(cursors, Has.Length.EqualTo(Math.Min(n, upstream)));

        var parts = cursors.Select(cursor => Task.Run(() => Numbered(cursor))).ToArray();

        AssertEachOnce(parts.SelectMany(part => part.Result));
        Assert.That((data.Moved, data.Reads(ScoringRig.Sequence), data.Disposed), Is.EqualTo((Rows, Rows, cursors.Length)));
    }

    [Test]
    public void A_set_has_no_more_cursors_than_ScoringThreads()
    {
        ProbeView data = ScoringRig.AddSequence(new ProbeView { Rows = 10, SetSize = 8 });
        IDataView scored = _model.Transform(data);
        DataViewRowCursor[] cursors = scored.GetRowCursorSet([scored.Schema["Score"]], 8);
        Assert.That(cursors, Has.Length.EqualTo(3));
        foreach (DataViewRowCursor cursor in cursors)
            cursor.Dispose();
    }

    [Test]
    public void ML_NETs_consolidation_of_a_set_is_in_order()
    {
        ProbeView data = ScoringRig.AddAllTypes(new ProbeView { Rows = Rows, SetSize = 3 });
        IDataView scored = _model.Transform(data);
        using DataViewRowCursor cursor = DataViewUtils.ConsolidateGeneric(
            (IHostEnvironment)_ml,
            scored.GetRowCursorSet(scored.Schema, 3),
            64
        );
        AssertInOrder(Numbered(cursor));
    }

    [Test]
    public void A_shuffled_cursor_gives_another_order_of_the_same_rows([Values(1, 2)] int seed)
    {
        IDataView scored = _model.Transform(ScoringRig.AllTypes(Rows));
        Assert.That(scored.CanShuffle, Is.True);
        (int Number, float Score)[] read;
        using (DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema, new Random(seed)))
            read = Numbered(cursor);
        Assert.That(read.Select(row => row.Number), Is.Not.Ordered);
        AssertEachOnce(read);
    }

    [Test]
    public void A_view_over_rows_that_cannot_be_shuffled_ignores_the_wish()
    {
        IDataView scored = _model.Transform(ScoringRig.AddAllTypes(new ProbeView { Rows = Rows }));
        Assert.That(scored.CanShuffle, Is.False);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema, new Random(1));
        AssertInOrder(Numbered(cursor));
    }

    [Test]
    public void CreateEnumerable([Values] bool reuse)
    {
        var rows = _ml.Data.CreateEnumerable<Scored>(View(), reuse);
        AssertInOrder(rows.Select(row => (row.Number, row.Score)));
        Assert.That(
            _ml.Data.CreateEnumerable<Scored>(View(), reuse).Select(row => row.Text),
            Is.EqualTo(Enumerable.Range(0, Rows).Select(row => $"row {row}"))
        );
    }

    [Test]
    public void CreateEnumerable_that_is_left_early_leaves_no_cursor()
    {
        ProbeView data = ScoringRig.AllTypes(Rows);
        AssertRows(
            _ml.Data.CreateEnumerable<Scored>(_model.Transform(data), reuseRowObject: true).Take(40).Select(row => (row.Number, row.Score)),
            Enumerable.Range(0, 40)
        );
        Assert.That((data.Opened, data.Disposed), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Preview()
    {
        DataDebuggerPreview preview = View().Preview(maxRows: 40);
        Assert.That(preview.ColumnView.Single(column => column.Column.Name == "Score").Values, Is.EqualTo(_scores[..40]));
    }

    [Test]
    public void TakeRows_SkipRows_and_a_filter()
    {
        AssertRows(Numbered(_ml.Data.TakeRows(View(), 97)), Enumerable.Range(0, 97));
        AssertRows(Numbered(_ml.Data.SkipRows(View(), 97)), Enumerable.Range(97, Rows - 97));
        AssertRows(Numbered(_ml.Data.FilterRowsByMissingValues(View(), "Score")), Enumerable.Range(0, Rows));
    }

    [Test]
    public void ShuffleRows([Values] bool shuffleSource)
    {
        (int Number, float Score)[] read = Numbered(_ml.Data.ShuffleRows(View(), seed: 4, shufflePoolSize: 100, shuffleSource));
        Assert.That(read.Select(row => row.Number), Is.Not.Ordered);
        AssertEachOnce(read);
    }

    [Test]
    public void A_cache_behind_it()
    {
        ProbeView data = ScoringRig.AllTypes(Rows);
        IDataView cached = _ml.Data.Cache(_model.Transform(data));
        AssertInOrder(Numbered(cached));
        AssertInOrder(Numbered(cached));
        Assert.That(data.Reads(ScoringRig.Sequence), Is.EqualTo(Rows));
        AssertEachOnce(
            CursorPatterns.CursorSet(cached, 3).Select(row => ((int)row.Values[0]!, (float)row.Values[cached.Schema["Score"].Index]!))
        );
    }

    [Test]
    public void A_cache_before_it_is_read_in_parallel()
    {
        IDataView scored = _model.Transform(_ml.Data.Cache(ScoringRig.AllTypes(Rows)));
        AssertInOrder(Numbered(scored));
        DataViewRowCursor[] cursors = scored.GetRowCursorSet(scored.Schema, 3);
        Assert.That(cursors, Has.Length.EqualTo(3));
        AssertEachOnce(cursors.Select(cursor => Task.Run(() => Numbered(cursor))).ToArray().SelectMany(part => part.Result));
    }

    /// <summary>ML.NET's own transforms read their input on several threads.</summary>
    [Test]
    public void Transforms_before_and_behind_it()
    {
        var before = _ml.Transforms.CopyColumns("Copy", "Text").Append(_ml.Transforms.Conversion.ConvertType("Real", "Number"));
        IDataView scored = _model.Transform(before.Fit(View()).Transform(ScoringRig.AllTypes(Rows)));
        IDataView behind = _ml.Transforms.Concatenate("Both", "Score", "Real").Fit(scored).Transform(scored);
        float[][] both = [.. behind.GetColumn<float[]>("Both")];
        AssertInOrder(both.Select(pair => ((int)pair[1], pair[0])));
    }

    [Test]
    public void Saved_as_binary_and_loaded()
    {
        using var binary = new MemoryStream();
        IDataView view = _ml.Transforms.SelectColumns("Number", "Words", "Sparse", "Score").Fit(View()).Transform(View());
        _ml.Data.SaveAsBinary(view, binary);
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("scores.idv");
        File.WriteAllBytes(file, binary.ToArray());
        IDataView loaded = _ml.Data.LoadFromBinary(file);
        AssertInOrder(Numbered(loaded));
        // ML.NET's loader numbers the rows anew.
        List<RowCopy> expected =
        [
            .. CursorPatterns.AllColumns(view).Select(row => row with { Id = new DataViewRowId((ulong)row.Position, 0) }),
        ];
        RowsAssert.Same(view.Schema, expected, CursorPatterns.AllColumns(loaded), "binary");
    }

    /// <summary>The second model's columns follow the first's, which they hide by name.</summary>
    [Test]
    public void Scored_twice_both_scores_are_there()
    {
        using RnnRegressionTransformer other = ScoringRig.Model(_ml, threads: 2, ScoringRig.Shape(CellKind.Lstm));
        float[] others = ScoringRig.Scores(other.Transform(ScoringRig.SequenceOnly(Rows)));
        IDataView twice = other.Transform(_model.Transform(ScoringRig.AllTypes(Rows)));
        DataViewSchema.Column[] scores = [.. twice.Schema.Where(column => column.Name == "Score")];
        Assert.That(scores.Select(column => column.IsHidden), Is.EqualTo([true, false]));

        List<RowCopy> read = CursorPatterns.AllColumns(twice);

        Assert.That(read.Select(row => row.Values[scores[0].Index]), Is.EqualTo(_scores));
        Assert.That(read.Select(row => row.Values[scores[1].Index]), Is.EqualTo(others));
        Assert.That(
            CursorPatterns.Columns(twice, column => column.Equals(scores[0])).Select(row => row.Values[scores[0].Index]),
            Is.EqualTo(_scores)
        );
    }

    /// <summary>
    /// A value that is not a number, text, key, time or vector of them, such as an image, cannot be kept while upstream moves on.
    /// </summary>
    [Test]
    public void Values_that_ML_NET_does_not_keep_are_handed_on_row_by_row([Values] bool asSet)
    {
        var shown = new Plot();
        ProbeView data = ScoringRig.AddAllTypes(
            new ProbeView { Rows = Rows }.Scalar(
                "Plot",
                new PictureType(),
                row =>
                {
                    shown.Row = row;
                    return shown;
                }
            )
        );
        IDataView scored = _model.Transform(data);
        using DataViewRowCursor cursor = asSet ? scored.GetRowCursorSet(scored.Schema, 3).Single() : scored.GetRowCursor(scored.Schema);
        ValueGetter<Plot> plot = cursor.GetGetter<Plot>(scored.Schema["Plot"]);
        ValueGetter<float> score = cursor.GetGetter<float>(scored.Schema["Score"]);
        for (int row = 0; cursor.MoveNext(); row++)
        {
            Plot seen = null!;
            float value = 0;
            plot(ref seen);
            score(ref value);
            Assert.That(seen.Row, Is.EqualTo(row));
            Assert.That(value, Is.EqualTo(_scores[row]).Within(1e-6));
            Assert.That(data.Moved, Is.EqualTo(row + 1));
        }
        // Not requested, it does not matter.
        Assert.That(ScoringRig.Scores(scored), Is.EqualTo(_scores));
    }

    [Test]
    public void A_cursor_that_cannot_be_opened_leaves_none_of_upstreams_open([Values] bool asSet)
    {
        ProbeView data = ScoringRig.AddSequence(
            new ProbeView { Rows = 10, SetSize = 3 }.Scalar<int>("Odd", NumberDataViewType.Int64, row => row)
        );
        IDataView scored = _model.Transform(data);
        Assert.That(
            () => asSet ? scored.GetRowCursorSet(scored.Schema, 3) : [scored.GetRowCursor(scored.Schema)],
            Throws.InstanceOf<InvalidCastException>()
        );
        Assert.That((data.Opened, data.Disposed), Is.EqualTo((asSet ? 3 : 1, asSet ? 3 : 1)));
    }

    private IDataView View() => _model.Transform(ScoringRig.AllTypes(Rows));

    private static (int Number, float Score)[] Numbered(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Number"], view.Schema["Score"]]);
        return Numbered(cursor);
    }

    private static (int Number, float Score)[] Numbered(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            ValueGetter<int> number = cursor.GetGetter<int>(cursor.Schema["Number"]);
            ValueGetter<float> score = cursor.GetGetter<float>(cursor.Schema["Score"]);
            var rows = new List<(int, float)>();
            (int Number, float Score) row = default;
            while (cursor.MoveNext())
            {
                number(ref row.Number);
                score(ref row.Score);
                rows.Add(row);
            }
            return [.. rows];
        }
    }

    private void AssertInOrder(IEnumerable<(int Number, float Score)> read) => AssertRows(read, Enumerable.Range(0, Rows));

    private void AssertEachOnce(IEnumerable<(int Number, float Score)> read) => AssertInOrder(read.OrderBy(row => row.Number));

    private void AssertRows(IEnumerable<(int Number, float Score)> read, IEnumerable<int> rows) =>
        Assert.That(read, Is.EqualTo(rows.Select(row => (row, _scores[row]))));

    private sealed class Plot
    {
        public int Row { get; set; }
    }

    private sealed class PictureType() : StructuredDataViewType(typeof(object))
    {
        public override bool Equals(DataViewType? other) => other is PictureType;

        public override int GetHashCode() => typeof(PictureType).GetHashCode();
    }
}
