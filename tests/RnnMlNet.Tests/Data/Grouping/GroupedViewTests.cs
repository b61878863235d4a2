using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Grouping;

/// <summary>The rows that grouping gives of small tables, and how often it reads them.</summary>
[TestFixture]
public class GroupedViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_filled_month_has_the_day_of_the_rows_around_it()
    {
        LongRow[] rows =
        [
            new LongRow { Unit = "a", Time = new DateTime(2025, 2, 28) },
            new LongRow { Unit = "a", Time = new DateTime(2025, 4, 28) },
        ];
        IDataView grouped = _ml.Data.GroupIntoSequences(
            _ml.Data.LoadFromEnumerable(rows),
            "Features",
            [nameof(LongRow.Unit)],
            nameof(LongRow.Time),
            [nameof(LongRow.A)],
            windows: SequenceWindows.Sliding(1),
            gaps: SequenceGaps.Fill("month")
        );
        Assert.That(
            grouped.GetColumn<DateTime>("LastTime"),
            Is.EqualTo(new[] { new DateTime(2025, 2, 28), new DateTime(2025, 3, 28), new DateTime(2025, 4, 28) })
        );
    }

    [Test]
    public void Whole_sequences_with_the_remaining_steps_capped()
    {
        LongRow[] rows = [Row("b", 2, 5), Row("a", 1, 1), Row("b", 1, 4), Row("a", 3, 3), Row("a", 2, 2)];
        IDataView grouped = _ml.Data.GroupIntoSequences(
            _ml.Data.LoadFromEnumerable(rows),
            "Features",
            [nameof(LongRow.Unit)],
            nameof(LongRow.Cycle),
            [nameof(LongRow.A)],
            SequenceLabel.RemainingSteps(cap: 1),
            SequenceWindows.Sliding(2, minimumLength: 1)
        );
        Assert.That(
            LongTable.Lines(grouped),
            Is.EqualTo([
                "Unit=b; Features=[4]; Label=1; FirstTime=1; LastTime=1",
                "Unit=b; Features=[4, 5]; Label=0; FirstTime=1; LastTime=2",
                "Unit=a; Features=[1]; Label=1; FirstTime=1; LastTime=1",
                "Unit=a; Features=[1, 2]; Label=1; FirstTime=1; LastTime=2",
                "Unit=a; Features=[2, 3]; Label=0; FirstTime=2; LastTime=3",
            ])
        );
    }

    [Test]
    public void A_mask_marks_the_steps_without_a_row_and_their_labels_are_missing()
    {
        LongRow[] rows = [Row("a", 4, 7), Row("a", 1, 2)];
        (rows[0].Y, rows[1].Y) = (9, 8);
        (rows[0].Word, rows[1].Word) = ("last", "first");
        IDataView grouped = Group(
            rows,
            new SequenceGroupingOptions
            {
                Columns = [new("Features", nameof(LongRow.A)), new("Words", nameof(LongRow.Word))],
                KeyColumnNames = [nameof(LongRow.Unit)],
                OrderColumnName = nameof(LongRow.Time),
                Labels = [SequenceLabel.EveryStep(nameof(LongRow.Y)), SequenceLabel.EveryStep(nameof(LongRow.Word), "Tags")],
                Gaps = SequenceGaps.Mask("1 hour"),
            }
        );
        Assert.That(
            LongTable.Lines(grouped),
            Is.EqualTo([
                "Unit=a; Features=[2, 0, 2, 1, 2, 1, 7, 0]; Words=[1, 0, 0, 2]; Y=[8, NaN, NaN, 9]; Tags=[1, 0, 0, 2]; "
                    + "FirstTime=03-01 01:00; LastTime=03-01 04:00",
            ])
        );
    }

    [Test]
    public void A_month_is_a_time_step_whatever_its_length()
    {
        LongRow[] rows =
        [
            .. new[] { new DateTime(2026, 1, 31), new DateTime(2026, 2, 28), new DateTime(2026, 5, 31) }.Select(
                (time, i) => new LongRow { Time = time, A = i }
            ),
        ];
        IDataView grouped = _ml.Data.GroupIntoSequences(
            _ml.Data.LoadFromEnumerable(rows),
            "Features",
            [],
            nameof(LongRow.Time),
            [nameof(LongRow.A)],
            windows: SequenceWindows.Sliding(1),
            gaps: SequenceGaps.Fill("month")
        );
        Assert.That(
            LongTable.Lines(grouped),
            Is.EqualTo(
                new[] { ("0", "01-31"), ("1", "02-28"), ("1", "03-31"), ("1", "04-30"), ("2", "05-31") }.Select(step =>
                    $"Features=[{step.Item1}]; FirstTime={step.Item2} 00:00; LastTime={step.Item2} 00:00"
                )
            )
        );
    }

    [Test]
    public void Several_keys_statics_and_times_keep_their_types_and_annotations()
    {
        LongRow[] rows = [.. LongTable.Draw(5, units: 4)];
        IDataView table = _ml
            .Transforms.Conversion.MapValueToKey("Place", nameof(LongRow.Site))
            .Fit(_ml.Data.LoadFromEnumerable(rows))
            .Transform(_ml.Data.LoadFromEnumerable(rows));
        IDataView grouped = _ml.Data.GroupIntoSequences(
            table,
            new SequenceGroupingOptions
            {
                Columns = [new("Words", nameof(LongRow.Word)), new("Places", "Place")],
                KeyColumnNames = [nameof(LongRow.Unit), nameof(LongRow.Run)],
                OrderColumnName = nameof(LongRow.Moment),
                StaticColumnNames = ["Place"],
                FirstTimeColumnName = null,
                LastTimeColumnName = "End",
            }
        );
        Assert.That(
            grouped.Schema.Select(column => $"{column.Name}: {column.Type}"),
            Is.EqualTo([
                "Unit: String",
                "Run: Int32",
                "Place: Key<UInt32, 0-3>",
                "Words: Vector<Key<UInt32, 0-4>>",
                "Places: Vector<Key<UInt32, 0-3>>",
                "End: DateTimeOffset",
            ])
        );
        Assert.That(KeyValues(grouped, "Words"), Is.EqualTo(new[] { "word0", "word1", "word2", "word3", "word4" }));
        Assert.That(KeyValues(grouped, "Places"), Is.EqualTo(KeyValues(grouped, "Place")));
        int place = 0;
        Assert.That(
            LongTable.Lines(grouped).Select(line => line[..line.IndexOf("; Words", StringComparison.Ordinal)]),
            Is.EqualTo(rows.GroupBy(row => row.Unit).Select(unit => $"Unit={unit.Key}; Run={unit.First().Run}; Place={++place}"))
        );
    }

    [Test]
    public void Rows_are_read_once_for_cursors_that_are_open_together_and_again_after_them()
    {
        ProbeView table = Table(rows: 50);
        IDataView grouped = _ml.Data.GroupIntoSequences(table, "Features", ["Unit"], "Cycle", ["A"]);
        Assert.That(table.Opened, Is.Zero, "nothing is read before a cursor moves");
        using (
            DataViewRowCursor one = grouped.GetRowCursor(grouped.Schema),
                other = grouped.GetRowCursor(grouped.Schema)
        )
        {
            Assert.That(table.Opened, Is.Zero);
            Assert.That(one.MoveNext() && other.MoveNext());
            Assert.That(table.Opened, Is.EqualTo(1));
        }
        string[] lines = LongTable.Lines(grouped);
        Assert.That(table.Opened, Is.EqualTo(2));
        Assert.That(LongTable.Lines(grouped), Is.EqualTo(lines));
        Assert.That(table.Disposed, Is.EqualTo(3));
    }

    [Test]
    public void Grouped_rows_are_read_no_further_than_the_first_row_of_the_next_key()
    {
        ProbeView table = Table(rows: 50);
        IDataView grouped = _ml.Data.GroupIntoSequences(table, "Features", ["Unit"], "Cycle", ["A"], isGrouped: true);
        using (DataViewRowCursor cursor = grouped.GetRowCursor(grouped.Schema))
        {
            Assert.That(cursor.MoveNext());
            Assert.That(table.Moved, Is.EqualTo(11));
            Assert.That(cursor.MoveNext());
            Assert.That(table.Moved, Is.EqualTo(21));
        }
        Assert.That(table.Disposed, Is.EqualTo(1));
    }

    [Test]
    public void An_error_of_the_table_is_passed_on_and_the_next_cursor_reads_anew()
    {
        ProbeView table = new ProbeView { Rows = 20, FailsAt = 15 }
            .Scalar("Unit", NumberDataViewType.Int32, _ => 1)
            .Scalar("A", NumberDataViewType.Single, row => (float)row);
        IDataView grouped = _ml.Data.GroupIntoSequences(table, "Features", ["Unit"], null, ["A"]);
        for (int i = 1; i <= 2; i++)
        {
            Assert.That(() => LongTable.Lines(grouped), Throws.TypeOf<InvalidDataException>());
            Assert.That((table.Opened, table.Disposed), Is.EqualTo((i, i)));
        }
    }

    [Test]
    public void Nothing_is_left_of_the_file_after_the_last_cursor()
    {
        using var folder = new TemporaryFolder();
        IDataView grouped = _ml.Data.GroupIntoSequences(
            Table(rows: 50),
            new SequenceGroupingOptions
            {
                Columns = [new("Features", "A")],
                KeyColumnNames = ["Unit"],
                StoreMemoryLimit = 0,
                StoreDirectory = folder.FullName,
            }
        );
        using (DataViewRowCursor cursor = grouped.GetRowCursor(grouped.Schema))
        {
            Assert.That(cursor.MoveNext());
            if (OperatingSystem.IsLinux())
                Assert.That(StoreTraces.In(folder.FullName), Is.Not.Empty);
        }
        Assert.That(StoreTraces.In(folder.FullName), Is.Empty);
    }

    [Test]
    public void A_table_without_rows_has_no_sequences() =>
        Assert.That(LongTable.Lines(_ml.Data.GroupIntoSequences(Table(rows: 0), "Features", ["Unit"], "Cycle", ["A"])), Is.Empty);

    [Test]
    public void Sequences_that_are_too_short_are_counted_in_the_log()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        LongRow[] rows = [Row("a", 1), Row("b", 1), Row("b", 2)];
        IDataView grouped = ml.Data.GroupIntoSequences(
            ml.Data.LoadFromEnumerable(rows),
            "Features",
            [nameof(LongRow.Unit)],
            nameof(LongRow.Cycle),
            [nameof(LongRow.A)],
            windows: SequenceWindows.WholeOfAtLeast(2)
        );
        Assert.That(LongTable.Lines(grouped), Has.Length.EqualTo(1));
        Assert.That(
            log.Warnings.Select(LogCapture.Sentence),
            Is.EqualTo(["1 of 2 sequences have fewer than 2 time steps, the minimum length of Windows, and are left out."])
        );
    }

    private IDataView Group(IEnumerable<LongRow> rows, SequenceGroupingOptions options) =>
        _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(rows), options);

    private static LongRow Row(string unit, int cycle, float a = 0) => LongTable.Row(unit, cycle, a);

    // Ten rows for each unit.
    private static ProbeView Table(int rows) =>
        new ProbeView { Rows = rows }
            .Scalar("Unit", NumberDataViewType.Int32, row => row / 10)
            .Scalar("Cycle", NumberDataViewType.Int64, row => row % 10L)
            .Scalar("A", NumberDataViewType.Single, row => (float)row);

    private static string[] KeyValues(IDataView view, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        view.Schema[column].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
