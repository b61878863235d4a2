using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>Views of files as citizens of ML.NET.</summary>
[TestFixture]
internal sealed class FileDataViewTests
{
    private const string Content = "@classLabel true a b\n@data\n1,2,3:a\n4:b\n5,6:a\n";

    private FormatFile _files = null!;

    [SetUp]
    public void SetUp() => _files = new FormatFile("ts", (ml, path) => ml.Data.LoadFromTsFile(path));

    [TearDown]
    public void TearDown() => _files.Dispose();

    [Test]
    public void Cursors_are_independent_and_read_again()
    {
        IDataView view = _files.Load(Content);
        using DataViewRowCursor first = view.GetRowCursor(view.Schema),
            second = view.GetRowCursor(view.Schema);
        first.MoveNext();
        first.MoveNext();
        second.MoveNext();

        Assert.That((Values(first), Values(second)), Is.EqualTo((new float[] { 4 }, new float[] { 1, 2, 3 })));
        Assert.That((first.Position, second.Position), Is.EqualTo((1, 0)));
        Assert.That(view.GetColumn<string>("Label"), Is.EqualTo(new[] { "a", "b", "a" }));
        Assert.That(view.GetColumn<string>("Label"), Is.EqualTo(new[] { "a", "b", "a" }));
    }

    [Test]
    public void Rows_have_ids_and_no_order_but_their_own()
    {
        IDataView view = _files.Load(Content);
        using DataViewRowCursor cursor = view.GetRowCursorSet(view.Schema, 4).Single();
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }

        Assert.That(ids, Is.EqualTo(new DataViewRowId[] { new(0, 0), new(1, 0), new(2, 0) }));
        Assert.That((view.CanShuffle, view.GetRowCount()), Is.EqualTo((false, (long?)null)));
    }

    [Test]
    public void ML_NETs_transforms_split_cache_and_convert_the_rows()
    {
        MLContext ml = _files.Context;
        IDataView view = _files.Load(Content);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").AppendCacheCheckpoint(ml).Fit(view).Transform(view);

        Assert.That(keyed.GetColumn<uint>("Label"), Is.EqualTo(new uint[] { 1, 2, 1 }));
        Assert.That(ml.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Select(row => row.Features.Length), Is.EqualTo([3, 1, 2]));
        Assert.That(ml.Data.SkipRows(view, 1).GetColumn<string>("Label"), Is.EqualTo(new[] { "b", "a" }));
        Assert.That(ml.Data.Cache(view).GetColumn<float[]>("Features").Select(row => row.Length), Is.EqualTo(new[] { 3, 1, 2 }));
    }

    [Test]
    public void A_getter_of_another_type_and_of_an_inactive_column_is_refused()
    {
        IDataView view = _files.Load(Content);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Label"]]);

        Refused.Operation(
            () => cursor.GetGetter<float>(view.Schema["Label"]),
            "Invalid TValue: 'System.Single', the column 'Label' is of type String."
        );
        Refused.Operation(
            () => cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]),
            "Column 'Features' is not active: name it when the cursor is opened."
        );
    }

    [Test]
    public void The_file_is_closed_with_its_cursor()
    {
        string path = _files.Write(Content);
        IDataView view = _files.Context.Data.LoadFromTsFile(path);
        using (DataViewRowCursor cursor = view.GetRowCursor(view.Schema))
            cursor.MoveNext();

        using FileStream alone = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.That(alone.Length, Is.EqualTo(Content.Length));
    }

    [Test]
    public void Columns_have_names_of_their_own()
    {
        string path = _files.Write(Content);

        Refused.Argument(
            () => _files.Context.Data.LoadFromTsFile(path, labelColumnName: "Features"),
            "Two columns have the name 'Features': give one of them another name."
        );
        Refused.Argument(() => _files.Context.Data.LoadFromTsFile(path, labelColumnName: " "), "A column has no name: name it.");
    }

    [Test]
    public void A_file_that_is_not_there_is_named()
    {
        Refused.Argument(() => _files.Context.Data.LoadFromTsFile("nowhere.ts"), "There is no file 'nowhere.ts': give the path of one.");
        Refused.Argument(() => _files.Context.Data.LoadFromConllFile(new MultiFileSource()), "The source has no file: give one or more.");
    }

    private static float[] Values(DataViewRowCursor cursor)
    {
        VBuffer<float> values = default;
        cursor.GetGetter<VBuffer<float>>(cursor.Schema["Features"])(ref values);
        return [.. values.DenseValues()];
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
