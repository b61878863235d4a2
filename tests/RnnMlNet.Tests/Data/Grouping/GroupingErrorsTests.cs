using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Grouping;

/// <summary>Rows that cannot be grouped are errors in words, with key and time: none is passed over.</summary>
[TestFixture]
public class GroupingErrorsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Two_rows_with_one_time([Values] bool isGrouped) =>
        Check(
            options => options.IsGrouped = isGrouped,
            "Unit 'a' has two rows with the Cycle 2, but a time step is one row: remove one of the rows, merge them, or name a further key "
                + "column that tells them apart.",
            Row("a", 1),
            Row("a", 2),
            Row("a", 2)
        );

    [Test]
    public void Two_rows_with_one_time_and_no_key() =>
        Check(
            options => options.KeyColumnNames = [],
            "The table has two rows with the Cycle 2, but a time step is one row: set KeyColumnNames, remove one of the rows, or merge "
                + "them.",
            Row("a", 2),
            Row("b", 2)
        );

    [Test]
    public void A_row_without_a_key([Values] bool isGrouped) =>
        Check(
            options => options.IsGrouped = isGrouped,
            "Row 1 has an empty text in the key column 'Unit', so it belongs to no sequence: remove such rows, or give each its key.",
            Row("a", 1),
            Row("", 2)
        );

    [Test]
    public void A_row_with_a_missing_key()
    {
        IDataView table = new ProbeView { Rows = 3 }
            .Scalar("Unit", new KeyDataViewType(typeof(uint), 5), row => row == 2 ? 0u : 1u)
            .Scalar("A", NumberDataViewType.Single, row => (float)row);
        Assert.That(
            ProperFailure
                .Of("a missing key", () => LongTable.Lines(_ml.Data.GroupIntoSequences(table, "Features", ["Unit"], null, ["A"])))
                .Message,
            Is.EqualTo(
                "Row 2 has a missing key in the key column 'Unit', so it belongs to no sequence: remove such rows, or give each its key."
            )
        );
    }

    [Test]
    public void A_row_without_a_time() =>
        Check(
            options => options.OrderColumnName = nameof(LongRow.Seconds),
            "Row 1 has no time in the order column 'Seconds', but NaN: remove such rows, or give each its time.",
            Row("a", 1),
            new LongRow { Unit = "a", Seconds = double.NaN }
        );

    [TestCase(nameof(LongRow.Time), "0001-01-01 00:00:00")]
    [TestCase(nameof(LongRow.Moment), "0001-01-01 00:00:00 +00:00")]
    public void A_row_whose_time_was_not_set(string column, string text) =>
        Check(
            options => options.OrderColumnName = column,
            $"Row 0 has no time in the order column '{column}', but {text}: remove such rows, or give each its time.",
            new LongRow { Unit = "a" }
        );

    [Test]
    public void Grouped_rows_whose_key_comes_back() =>
        Check(
            options => (options.IsGrouped, options.KeyColumnNames) = (true, [nameof(LongRow.Unit), nameof(LongRow.Run)]),
            "Row 2 has the key Unit 'a', Run '0' again, after rows of Unit 'b', Run '0', but IsGrouped promises that the rows of a key "
                + "follow each other: sort the table, or leave IsGrouped false, which takes rows in any order (2 keys so far).",
            Row("a", 1),
            Row("b", 1),
            Row("a", 2)
        );

    [Test]
    public void Grouped_rows_in_another_order_of_time() =>
        Check(
            options => (options.IsGrouped, options.OrderColumnName) = (true, nameof(LongRow.Time)),
            "Row 1, of Unit 'a', has the Time 2026-03-01 02:00:00 after 2026-03-01 05:00:00, but IsGrouped promises the rows of a key in "
                + "the order of time: sort the table, or leave IsGrouped false, which takes rows in any order.",
            Row("a", 5),
            Row("a", 2)
        );

    [Test]
    public void A_static_value_that_varies() =>
        Check(
            options => options.StaticColumnNames = [nameof(LongRow.Site), nameof(LongRow.V)],
            "The static column 'V' of Unit 'a' has the value '[0, 0]' at the Cycle 1 and '[0, 3]' at the Cycle 2, but a static column has "
                + "one value for each sequence: name it among the step columns, or leave it out.",
            Row("a", 1),
            Vector(Row("a", 2), [0, 3])
        );

    [Test]
    public void A_static_value_that_varies_without_times() =>
        Check(
            options =>
            {
                options.OrderColumnName = null;
                options.StaticColumnNames = [nameof(LongRow.Cycle)];
            },
            "The static column 'Cycle' of Unit 'a' has the value '1' at its row 0 and '2' at its row 1, but a static column has one value "
                + "for each sequence: name it among the step columns, or leave it out.",
            Row("a", 1),
            Row("a", 2)
        );

    [Test]
    public void A_static_value_may_vary_between_sequences_of_a_key()
    {
        LongRow[] rows = [Vector(Row("a", 1), [0, 1]), Vector(Row("a", 5), [0, 2])];
        SequenceGroupingOptions options = Options();
        options.StaticColumnNames = [nameof(LongRow.V)];
        options.Gaps = SequenceGaps.NewSequence("1");
        Assert.That(LongTable.Lines(Group(rows, options)), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_gap_that_is_refused() =>
        Check(
            options => (options.Gaps, options.OrderColumnName) = (SequenceGaps.Refuse("1 hour"), nameof(LongRow.Moment)),
            "Unit 'a', between the Moment 2026-03-01 01:00:00 +02:00 and 2026-03-01 04:00:00 +02:00, has 2 time steps of 01:00:00 without "
                + "a row, and Gaps is Refuse: correct the data, or use SequenceGaps.Fill, Mask or NewSequence.",
            Row("a", 1),
            Row("a", 4)
        );

    [Test]
    public void A_gap_that_is_too_wide_to_be_filled() =>
        Check(
            options => options.Gaps = SequenceGaps.Fill("1", maxFilledSteps: 5),
            "Unit 'a', between the Cycle 1 and 2000000000, has 1999999998 time steps of 1 without a row, more than maxFilledSteps, 5: "
                + "correct the time of one of these rows, raise maxFilledSteps, or use SequenceGaps.NewSequence.",
            Row("a", 1),
            new LongRow { Unit = "a", Cycle = 2_000_000_000 }
        );

    [Test]
    public void A_time_between_two_steps() =>
        Check(
            options => (options.Gaps, options.OrderColumnName) = (SequenceGaps.Mask("2 hours"), nameof(LongRow.Time)),
            "Unit 'a' has a row at the Time 2026-03-01 02:00:00, which is not a whole number of time steps (02:00:00) after 2026-03-01 "
                + "01:00:00: correct the time, set the time step of Gaps to the time between rows, or use SequenceGaps.NewSequence, which "
                + "takes irregular times.",
            Row("a", 1),
            Row("a", 2)
        );

    [Test]
    public void A_time_that_is_not_whole() =>
        Check(
            options => (options.Gaps, options.OrderColumnName) = (SequenceGaps.Fill("1"), nameof(LongRow.Seconds)),
            "Unit 'a' has a row at the Seconds 1.5, which is not a whole number up to 2^53: correct the time, set the time step of Gaps "
                + "to the time between rows, or use SequenceGaps.NewSequence, which takes irregular times.",
            new LongRow { Unit = "a", Seconds = 1.5 }
        );

    [Test]
    public void A_time_that_is_not_whole_where_gaps_cut() =>
        Check(
            options => (options.Gaps, options.OrderColumnName) = (SequenceGaps.NewSequence("1"), nameof(LongRow.Seconds)),
            "Unit 'a' has a row at the Seconds 1.5, which is not a whole number up to 2^53: correct the time, or multiply all times by a "
                + "number that makes them whole.",
            new LongRow { Unit = "a", Seconds = 1 },
            new LongRow { Unit = "a", Seconds = 1.5 }
        );

    [Test]
    public void A_time_that_is_no_later_by_its_clock() =>
        Check(
            options => (options.Gaps, options.OrderColumnName) = (SequenceGaps.Fill("day"), nameof(LongRow.Moment)),
            "Unit 'a' has a row at the Moment 2026-03-01 00:00:00 -12:00, which is, by its clock, no later than the row before: correct "
                + "the time, set the time step of Gaps to the time between rows, or use SequenceGaps.NewSequence, which takes irregular "
                + "times.",
            new LongRow { Unit = "a", Moment = new DateTimeOffset(LongTable.Start, TimeSpan.FromHours(12)) },
            new LongRow { Unit = "a", Moment = new DateTimeOffset(LongTable.Start, TimeSpan.FromHours(-12)) }
        );

    [Test]
    public void A_day_without_a_step() =>
        Check(
            options => (options.Gaps, options.OrderColumnName) = (SequenceGaps.Fill("business day"), nameof(LongRow.Time)),
            "Unit 'a' has a row at the Time 2026-03-01 01:00:00, which is not a business day: correct the time, set the time step of Gaps "
                + "to the time between rows, or use SequenceGaps.NewSequence, which takes irregular times.",
            Row("a", 1)
        );

    [Test]
    public void Windows_that_are_longer_than_every_sequence([Values] bool isGrouped) =>
        Check(
            options => (options.IsGrouped, options.Windows) = (isGrouped, SequenceWindows.Sliding(30)),
            "No sequence is long enough for a row: windows have at least 30 time steps, but the longest of 2 sequences has 2 (3 rows "
                + "read). Give a smaller minimum length, or check KeyColumnNames and Gaps.",
            Row("a", 1),
            Row("a", 2),
            Row("b", 1)
        );

    [Test]
    public void A_vector_of_another_length() =>
        Check(
            options => options.Columns = [new("Features", nameof(LongRow.V))],
            "Row 1 of column 'V' has 3 values, but the column is of type Vector<Single, 2>, which has 2 in every row: give each row 2 "
                + "values, or make it a vector of variable size (in C#, [VectorType] without a number) where lengths vary.",
            Row("a", 1),
            Vector(Row("a", 2), [1, 2, 3])
        );

    private void Check(Action<SequenceGroupingOptions> change, string message, params LongRow[] rows)
    {
        SequenceGroupingOptions options = Options();
        change(options);
        IDataView grouped = Group(rows, options);
        Exception failure = ProperFailure.Of("grouping", () => LongTable.Lines(grouped));
        Assert.That(failure.Message, Is.EqualTo(message));
    }

    private static SequenceGroupingOptions Options() =>
        new()
        {
            Columns = [new("Features", nameof(LongRow.A))],
            KeyColumnNames = [nameof(LongRow.Unit)],
            OrderColumnName = nameof(LongRow.Cycle),
        };

    private IDataView Group(LongRow[] rows, SequenceGroupingOptions options) =>
        _ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(rows), options);

    private static LongRow Row(string unit, int cycle) => LongTable.Row(unit, cycle);

    private static LongRow Vector(LongRow row, float[] values)
    {
        row.V = values;
        return row;
    }
}
