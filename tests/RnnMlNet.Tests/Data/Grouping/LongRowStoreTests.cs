using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Grouping;

/// <summary>The store of rows in any order: in memory and in a file, whatever the number of rows to a block.</summary>
[TestFixture]
public class LongRowStoreTests
{
    [Test]
    public void Keys_are_gathered_from_memory_and_from_a_file(
        [Values(1, 7, 9000)] int features,
        [Values(0, 1, 500, 3001)] int rows,
        [Values] bool isInFile
    )
    {
        if (features == 9000 && rows > 500)
            rows = 501;
        using var folder = new TemporaryFolder();
        var test = new TestHost();
        IDataView table = new ProbeView { Rows = rows }
            .Scalar("Unit", NumberDataViewType.Int32, row => row * 31 % 17)
            .Vector("A", new VectorDataViewType(NumberDataViewType.Single, features), row => Values(row, features));
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Features", "A")],
            KeyColumnNames = ["Unit"],
            StoreMemoryLimit = isInFile ? 0 : null,
            StoreDirectory = folder.FullName,
        };
        using LongRowStore store = LongRowStore.Read(test.Host, table, GroupingBinding.Bind(test.Host, table.Schema, options, true));
        Assert.That(store.Count, Is.EqualTo(rows));
        Assert.That(store.FileBytes, isInFile && rows > 0 ? Is.EqualTo(4L * rows * features) : Is.Zero);

        int[][] expected = [.. Enumerable.Range(0, rows).GroupBy(row => row * 31 % 17).Select(key => key.ToArray())];
        float[] buffer = [];
        int key = 0;
        while (key < expected.Length)
        {
            int end = store.Gather(key, ref buffer),
                start = 0;
            for (; key < end; key++)
            {
                Assert.That(store.CountOf(key), Is.EqualTo(expected[key].Length));
                foreach (int row in expected[key])
                {
                    Assert.That(buffer.AsSpan(start, features).SequenceEqual(Values(row, features)), $"row {row}");
                    start += features;
                }
            }
        }
    }

    private static float[] Values(int row, int features) => [.. Enumerable.Range(0, features).Select(f => row + f / 10000f)];
}
