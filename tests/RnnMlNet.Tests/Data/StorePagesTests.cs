using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class StorePagesTests
{
    private const int PageSize = 16;

    // Around a page's edges, with two numbers of head before each: pages that are just full, rows larger than a page, rows of nothing.
    private static readonly int[] _rows = [0, 14, 13, 1, 0, 0, 12, 2, 15, 40, 3, 100, 14, 14, 0, 7, 7, 7, 1000, 5];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private StorePages Pages(long limit, int pageSize = PageSize) =>
        new(limit, bytes => StoreFile.Create(new TestHost().Host, _folder.FullName, bytes), pageSize);

    private static float[] Body(int row, int length) => [.. Enumerable.Range(0, length).Select(i => row * 10_000f + i)];

    private static long[] Append(StorePages pages) => [.. _rows.Select((length, row) => pages.Append([row, -row], Body(row, length)))];

    [Test]
    public void A_row_is_read_as_it_was_appended_wherever_it_lies([Values(0, 63, 64, 200, 640, 4500, 100_000)] long limit)
    {
        using StorePages pages = Pages(limit);
        long[] places = Append(pages);
        pages.Seal();

        Assert.That(pages.MemoryBytes, Is.LessThanOrEqualTo(limit));
        Assert.That(pages.MemoryBytes + pages.FileBytes, Is.EqualTo(sizeof(float) * _rows.Sum(length => length + 2L)));
        Assert.That(pages.FileBytes > 0, Is.EqualTo(limit < 100_000));
        for (int row = 0; row < _rows.Length; row++)
        {
            Assert.That(pages.Read(places[row], 2).ToArray(), Is.EqualTo(new float[] { row, -row }));
            Assert.That(pages.Read(places[row] + 2, _rows[row]).ToArray(), Is.EqualTo(Body(row, _rows[row])));
        }
    }

    [Test]
    public void Rows_in_memory_can_be_read_before_the_last_is_in()
    {
        using StorePages pages = Pages(100_000);
        long[] places = Append(pages);

        Assert.That(
            _rows.Select((length, row) => pages.Read(places[row] + 2, length).ToArray()),
            Is.EqualTo(_rows.Select((length, row) => Body(row, length)))
        );
    }

    [Test]
    public void What_is_kept_beside_leaves_less_for_pages()
    {
        using StorePages pages = Pages(640);
        long[] places = [.. Enumerable.Range(0, 10).Select(row => pages.Append([], Body(row, PageSize)))];
        Assert.That(
            (pages.MemoryBytes, pages.FileBytes),
            Is.EqualTo((576, 0)),
            "Nine pages are full; the tenth is filled, and not yet counted."
        );

        pages.CountBeside(100);
        Assert.That((pages.MemoryBytes, pages.FileBytes), Is.EqualTo((8 * 64 + 100, 64)));
        pages.CountBeside(1000);
        Assert.That((pages.MemoryBytes, pages.FileBytes), Is.EqualTo((1000, 9 * 64)));
        pages.Seal();

        Assert.That(pages.Bytes, Is.EqualTo(1640));
        for (int row = 0; row < places.Length; row++)
            Assert.That(pages.Read(places[row], PageSize).ToArray(), Is.EqualTo(Body(row, PageSize)));
    }

    [Test]
    public void Reading_allocates_nothing([Values(0, 100_000)] long limit)
    {
        using StorePages pages = Pages(limit);
        long[] places = Append(pages);
        pages.Seal();
        float last = pages.Read(places[^1], 2)[0],
            sum = 0;

        long allocated = Allocation.Least(() =>
        {
            sum = last;
            for (int row = 0; row < places.Length; row++)
                sum += pages.Read(places[row], 2)[0];
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(sum, Is.EqualTo(_rows.Length - 1 + Enumerable.Range(0, _rows.Length).Sum()));
    }

    [Test]
    public void Rows_in_the_file_are_refused_before_it_is_mapped_and_after_it_is_gone()
    {
        using StorePages pages = Pages(0);
        long place = pages.Append([], Body(0, PageSize));
        pages.Append([], Body(1, PageSize));
        Assert.That(
            () => pages.Read(place, PageSize).Length,
            Throws.InvalidOperationException.With.Message.EqualTo("Numbers 0 to 16 of the store's file were requested, but 0 are mapped.")
        );

        pages.Seal();
        Assert.That(pages.Read(place, PageSize).ToArray(), Is.EqualTo(Body(0, PageSize)));
        Assert.That(
            () => pages.Read(place, 33).Length,
            Throws.InvalidOperationException.With.Message.EqualTo("Numbers 0 to 33 of the store's file were requested, but 32 are mapped.")
        );

        pages.Dispose();
        Assert.That(() => pages.Read(place, PageSize).Length, Throws.Exception);
    }

    [Test]
    public void Rows_are_found_in_a_file_of_more_than_2_GiB()
    {
        const int RowSize = 1 << 24,
            Rows = 34;
        IHost host = new TestHost().Host;
        using var pages = new StorePages(0, _ => new SparseFile(host, _folder.FullName), RowSize);
        var body = new float[RowSize - 1];
        long[] places = [.. Enumerable.Range(0, Rows).Select(row => pages.Append([row], body))];
        pages.Seal();

        Assert.That(pages.FileBytes, Is.EqualTo(Rows * (64L << 20)));
        Assert.That(places.Select(place => pages.Read(place, RowSize)[0]), Is.EqualTo(Enumerable.Range(0, Rows)));
    }

    [Test]
    public void Nothing_is_left_of_the_file_and_disposing_again_does_nothing()
    {
        StorePages pages = Pages(0);
        Append(pages);
        pages.Seal();
        if (OperatingSystem.IsLinux())
            Assert.That(StoreTraces.In(_folder.FullName), Is.Not.Empty, "The file is open and mapped.");

        pages.Dispose();
        pages.Dispose();

        Assert.That(StoreTraces.In(_folder.FullName), Is.Empty);
    }

    [Test]
    public void A_full_disk_is_an_error_that_says_where_how_much_and_what_to_do()
    {
        IHost host = new TestHost().Host;
        using var pages = new StorePages(0, _ => new FullDisk(host, _folder.FullName, writes: 2), pageSize: 1024);
        pages.Append([], new float[1024]);
        pages.Append([], new float[1024]);
        pages.Append([], new float[3000]);

        var failure = Assert.Throws<IOException>(pages.Seal)!;

        Assert.That(
            failure.Message,
            Is.EqualTo(
                $"The rows need more memory than StoreMemoryLimit allows, and the temporary file for the others in '{_folder.FullName}' "
                    + $"cannot grow: it holds 8.0 KiB and needs 11.7 KiB or more on top "
                    + "(No space left on device). Free room on that disk, set StoreDirectory to a folder on a larger one, or raise "
                    + "StoreMemoryLimit."
            )
        );
        Assert.That(failure.IsMarked(), Is.True);
        Assert.That(failure.InnerException, Is.InstanceOf<IOException>());
    }

    [Test]
    public void A_folder_that_takes_no_file_is_an_error_that_says_so([Values] bool isFile)
    {
        string path = _folder.PathOf("no folder");
        if (isFile)
            File.WriteAllText(path, "");
        using var pages = new StorePages(0, bytes => StoreFile.Create(new TestHost().Host, path, bytes), pageSize: 1024);
        pages.Append([], new float[2048]);

        var failure = Assert.Throws<IOException>(pages.Seal)!;

        Assert.That(
            failure.Message,
            Does.StartWith(
                $"The rows need more memory than StoreMemoryLimit allows, and no temporary file can be made for the others in '{path}', "
                    + $"where 8.0 KiB or more are needed ("
            )
        );
        Assert.That(failure.Message, Does.EndWith("). Set StoreDirectory to an existing, writable folder, or raise StoreMemoryLimit."));
        Assert.That(failure.IsMarked(), Is.True);
    }
}
