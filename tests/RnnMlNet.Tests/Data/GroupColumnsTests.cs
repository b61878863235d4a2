using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>The groups of rows are read from columns of all types, and kept beside the rows.</summary>
[TestFixture]
public class GroupColumnsTests
{
    private static readonly SequenceColumns _columns = new(["X"], AreChannels: false, FeaturesPerStep: 1, SequenceLayout.StepMajor);
    private TestHost _test = null!;

    [SetUp]
    public void SetUp() => _test = new TestHost();

    private SequenceStore Read(MemoryView data, string? group = "G", StoreSettings? settings = null)
    {
        var sequence = SequenceBinding.Bind(_test.Host, data.Schema, _columns);
        var label = LabelBinding.Bind(_test.Host, data.Schema, "Y", LabelKind.Numbers);
        GroupColumns? groups = group is null ? null : GroupColumns.Bind(_test.Host, data.Schema, group.Split(' '));
        return StoreReader.Read(_test.Host, data, sequence, label, null, settings ?? StoreSettings.Of(null, null), default, groups);
    }

    private static MemoryView Rows(int count) =>
        new MemoryView()
            .Vector("X", MemoryView.VariableSingles, [.. Enumerable.Range(0, count).Select(row => new float[] { row })])
            .Scalar("Y", NumberDataViewType.Single, [.. Enumerable.Range(0, count).Select(row => (float)row)]);

    private static IEnumerable<TestCaseData> Columns()
    {
        yield return Case(
            "Text",
            Rows(4).Scalar("G", TextDataViewType.Instance, "a".AsMemory(), "B".AsMemory(), "a".AsMemory(), "A".AsMemory())
        );
        yield return Case("Boolean", Rows(4).Scalar("G", BooleanDataViewType.Instance, true, false, true, false), [0, 1, 0, 1]);
        yield return Case("Int32", Rows(4).Scalar("G", NumberDataViewType.Int32, 7, 0, 7, -7));
        yield return Case("Double", Rows(4).Scalar("G", NumberDataViewType.Double, 0.5, 0, 0.5, double.PositiveInfinity));
        yield return Case("key", Rows(4).Scalar<uint>("G", new KeyDataViewType(typeof(uint), 9), 9, 1, 9, 2));
        yield return Case("byte key", Rows(4).Scalar<byte>("G", new KeyDataViewType(typeof(byte), 9), 9, 1, 9, 2));
        yield return Case("DateTime", Rows(4).Scalar("G", DateTimeDataViewType.Instance, Day(3), Day(1), Day(3), Day(2)));
    }

    private static DateTime Day(int day) => new(2026, 1, day);

    private static TestCaseData Case(string name, object data, int[]? expected = null) =>
        new TestCaseData(data, expected ?? [0, 1, 0, 2]).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Columns))]
    public void Equal_values_are_one_group(object data, int[] expected)
    {
        using SequenceStore store = Read((MemoryView)data);

        Assert.That(Enumerable.Range(0, 4).Select(store.Group), Is.EqualTo(expected));
        Assert.That((store.GroupColumns, ((MemoryView)data).CursorsOpened), Is.EqualTo(("column 'G'", 1)));
    }

    [Test]
    public void Combinations_of_values_of_several_columns_are_the_groups([Values(1, 2, 3)] int seed)
    {
        const int Count = 200;
        var random = new Random(seed);
        (string Line, int Unit, bool IsNew)[] values =
        [
            .. Enumerable.Range(0, Count).Select(_ => ($"line {random.Next(4)}", random.Next(5), random.Next(2) == 0)),
        ];
        MemoryView data = Rows(Count)
            .Scalar("A", TextDataViewType.Instance, [.. values.Select(value => value.Line.AsMemory())])
            .Scalar("B", NumberDataViewType.Int32, [.. values.Select(value => value.Unit)])
            .Scalar("C", BooleanDataViewType.Instance, [.. values.Select(value => value.IsNew)]);
        var columns = GroupColumns.Bind(_test.Host, data.Schema, ["A", "B", "C"]);
        using SequenceStore store = Read(data, "A B C");
        (string, int, bool)[] distinct = [.. values.Distinct()];

        Assert.That(store.GroupColumns, Is.EqualTo("columns 'A', 'B', 'C'"));
        Assert.That(Enumerable.Range(0, Count).Select(store.Group), Is.EqualTo(values.Select(value => Array.IndexOf(distinct, value))));
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        Func<int> group = columns.Open(cursor);
        while (cursor.MoveNext())
            group();
        Assert.That(
            columns.Numbers.Values(Enumerable.Range(0, distinct.Length)),
            Is.EqualTo(distinct.Select(value => new object[] { value.Item1, value.Item2, value.Item3 }))
        );
    }

    [Test]
    public void A_missing_value_of_one_of_several_columns_names_it() =>
        Assert.That(
            ProperFailure
                .Of(
                    "Read",
                    () =>
                        Read(
                            Rows(2)
                                .Scalar("A", TextDataViewType.Instance, "a".AsMemory(), "b".AsMemory())
                                .Scalar<uint>("B", new KeyDataViewType(typeof(uint), 9), 9, 0),
                            "A B"
                        )
                )
                .Message,
            Does.StartWith("Row 1 has no value in column 'B', which GroupColumnNames names")
        );

    [Test]
    public void A_missing_value_is_an_error_that_names_the_row()
    {
        const string Sentence =
            "Row 1 has no value in column 'G', which GroupColumnNames names, so it cannot be told which rows it must stay together with: "
            + "give each row a value (one of its own where it belongs to no other), or remove such rows.";
        MemoryView[] all =
        [
            Rows(2).Scalar<uint>("G", new KeyDataViewType(typeof(uint), 9), 9, 0),
            Rows(2).Scalar("G", TextDataViewType.Instance, "a".AsMemory(), default),
            Rows(2).Scalar("G", NumberDataViewType.Single, 0, float.NaN),
            Rows(2).Scalar("G", NumberDataViewType.Double, 0, double.NaN),
        ];
        foreach (MemoryView data in all)
            Assert.That(ProperFailure.Of("Read", () => Read(data)).Message, Is.EqualTo(Sentence));
    }

    // The row is left out anyway.
    [Test]
    public void A_row_that_is_skipped_needs_no_group()
    {
        MemoryView data = new MemoryView()
            .Vector("X", MemoryView.VariableSingles, [1f], [float.NaN], [2f])
            .Scalar("Y", NumberDataViewType.Single, 1f, 2f, 3f)
            .Scalar("G", TextDataViewType.Instance, "a".AsMemory(), default, "b".AsMemory());

        using SequenceStore store = Read(data);

        Assert.That(Enumerable.Range(0, store.Count).Select(store.Group), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void A_column_that_is_missing_or_has_several_values_is_refused()
    {
        Refused.Argument(() => Read(Rows(2), "Other"), "Could not find group column 'Other'");
        Refused.Argument(
            () => Read(Rows(2), "X"),
            "Schema mismatch for group column 'X': expected a value that rows can be grouped by, got Vector<Single>"
        );
    }

    [Test]
    public void Other_rows_have_the_same_numbers_and_need_the_same_type()
    {
        MemoryView first = Rows(2).Scalar("G", TextDataViewType.Instance, "a".AsMemory(), "b".AsMemory()),
            second = Rows(2).Scalar("G", TextDataViewType.Instance, "c".AsMemory(), "b".AsMemory());
        var column = GroupColumns.Bind(_test.Host, first.Schema, ["G"]);
        var sequence = SequenceBinding.Bind(_test.Host, first.Schema, _columns);
        var label = LabelBinding.Bind(_test.Host, first.Schema, "Y", LabelKind.Numbers);
        StoreSettings settings = StoreSettings.Of(null, null);

        using SequenceStore one = StoreReader.Read(_test.Host, first, sequence, label, null, settings, default, column);
        using SequenceStore other = StoreReader.Read(
            _test.Host,
            second,
            sequence,
            label,
            null,
            settings,
            default,
            column.In(second.Schema)
        );

        Assert.That((one.Group(0), one.Group(1), other.Group(0), other.Group(1)), Is.EqualTo((0, 1, 2, 1)));
        Assert.That(column.Numbers.Values([2, 0]), Is.EqualTo(new object[][] { ["c"], ["a"] }));
        Refused.Argument(
            () => column.In(Rows(1).Scalar("G", NumberDataViewType.Int32, 1).Schema),
            "Schema mismatch for group column 'G': expected String, as in the training data, got Int32"
        );
    }

    [Test]
    public void Groups_are_the_same_beyond_memory_and_in_a_changed_copy_and_their_memory_counts()
    {
        const int Count = 2000;
        MemoryView data = Rows(Count).Scalar("G", NumberDataViewType.Int32, [.. Enumerable.Range(0, Count).Select(row => row / 7 % 50)]);
        using var folder = new TemporaryFolder();

        using SequenceStore inMemory = Read(data),
            without = Read(data, group: null),
            inFile = Read(data, settings: new StoreSettings(0, folder.FullName));
        using SequenceStore copy = inFile.Changed(new Patch(1, 2), 2, StoreSettings.Of(null, null), _test.Host);

        int[] expected = [.. Enumerable.Range(0, Count).Select(row => row / 7 % 50)];
        Assert.That(Enumerable.Range(0, Count).Select(inMemory.Group), Is.EqualTo(expected));
        Assert.That(Enumerable.Range(0, Count).Select(inFile.Group), Is.EqualTo(expected));
        Assert.That(Enumerable.Range(0, Count).Select(copy.Group), Is.EqualTo(expected));
        Assert.That(copy.GroupColumns, Is.EqualTo("column 'G'"));
        Assert.That(inFile.FileBytes, Is.Positive);
        Assert.That(inMemory.MemoryBytes - without.MemoryBytes, Is.GreaterThanOrEqualTo(4 * Count));
        Assert.That(without.GroupColumns, Is.Null);
    }
}
