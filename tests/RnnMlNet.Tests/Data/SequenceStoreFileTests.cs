using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>A store with rows in a file, some or all, equals one in memory.</summary>
[TestFixture]
public class SequenceStoreFileTests
{
    private static readonly SequenceColumns _columns = new(["X"], AreChannels: false, FeaturesPerStep: 2, SequenceLayout.StepMajor);

    private TemporaryFolder _folder = null!;
    private TestHost _test = null!;

    [SetUp]
    public void SetUp() => (_folder, _test) = (new TemporaryFolder(), new TestHost());

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private SequenceStore Read(
        IDataView data,
        long? limit,
        SequenceColumns? columns = null,
        string? weight = "W",
        CancellationToken cancellation = default
    )
    {
        var sequence = SequenceBinding.Bind(_test.Host, data.Schema, columns ?? _columns);
        var label = LabelBinding.Bind(_test.Host, data.Schema, "Y", LabelKind.Numbers);
        return StoreReader.Read(
            _test.Host,
            data,
            sequence,
            label,
            weight,
            new StoreSettings(limit ?? long.MaxValue, _folder.FullName),
            cancellation
        );
    }

    // Rows of 1 step to 100,000, half as many numbers as a page of 1 MiB holds: some 7 MiB.
    private static MemoryView Numbers(int rows)
    {
        var random = new Random(3);
        int[] lengths = [.. Enumerable.Range(0, rows).Select(row => row % 10 == 9 ? 100_000 : 1 + row * 7 % 50)];
        return new MemoryView()
            .Vector("X", MemoryView.VariableSingles, [.. lengths.Select(length => Values(random, 2 * length))])
            .Vector("Y", MemoryView.Singles(3), [.. lengths.Select(_ => Values(random, 3))])
            .Scalar("W", NumberDataViewType.Single, Values(random, rows));
    }

    private static MemoryView Tokens(int rows) =>
        new MemoryView()
            .Vector(
                "X",
                MemoryView.Keys<uint>(1 << 30),
                [
                    .. Enumerable
                        .Range(0, rows)
                        .Select(row => Enumerable.Range(1, 1 + row % 40).Select(t => (uint)(t * 12_345_678 % (1 << 30))).ToArray()),
                ]
            )
            .Vector("Y", MemoryView.Singles(1), [.. Enumerable.Range(0, rows).Select(row => new float[] { row })])
            .Scalar("W", NumberDataViewType.Single, [.. Enumerable.Range(0, rows).Select(row => row + 0.5f)]);

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];

    private static void AreTheSame(SequenceStore store, SequenceStore expected)
    {
        Assert.That((store.Count, store.Skipped), Is.EqualTo((expected.Count, expected.Skipped)));
        for (int row = 0; row < expected.Count; row++)
        {
            Assert.That((store.Length(row), store.Weight(row)), Is.EqualTo((expected.Length(row), expected.Weight(row))));
            Assert.That(store.Label(row).SequenceEqual(expected.Label(row)), Is.True);
            Assert.That(store.View(row).Steps.SequenceEqual(expected.View(row).Steps), Is.True);
            Assert.That(store.View(row).Tokens.SequenceEqual(expected.View(row).Tokens), Is.True);
        }
    }

    private static void BatchesAreTheSame(SequenceStore store, SequenceStore expected)
    {
        var batches = new BatchSampler(SequenceSet.All(store), 7, seed: 2).Epoch(1);
        Assert.That(batches, Is.EqualTo(new BatchSampler(SequenceSet.All(expected), 7, seed: 2).Epoch(1)));
        InputEncoder? encoder = expected.UsesTokens ? null : Encoders.Of(Encoders.Learn(SequenceSet.All(expected)));
        MiniBatch batch = new(),
            other = new();
        foreach (int[] rows in batches)
        {
            new BatchAssembler(store, encoder, null).Fill(batch, rows);
            new BatchAssembler(expected, encoder, null).Fill(other, rows);
            Assert.That((batch.MaxLength, batch.Count), Is.EqualTo((other.MaxLength, other.Count)));
            Assert.That(batch.Steps.AsSpan().SequenceEqual(other.Steps) && batch.Tokens.AsSpan().SequenceEqual(other.Tokens), Is.True);
            Assert.That((batch.Lengths, batch.Labels, batch.Weights), Is.EqualTo((other.Lengths, other.Labels, other.Weights)));
        }
    }

    [Test]
    public void Numbers_labels_weights_and_batches_are_the_same([Values(0, 100, 3 << 20, 6 << 20)] long limit)
    {
        using SequenceStore store = Read(Numbers(95), limit),
            expected = Read(Numbers(95), limit: null);

        Assert.That(store.MemoryBytes, Is.LessThanOrEqualTo(Math.Max(limit, 128 << 10)));
        Assert.That(store.Bytes, Is.EqualTo(expected.Bytes));
        Assert.That(store.Description, Does.Contain(" of memory and ").And.EndsWith($" of a temporary file in '{_folder.FullName}'"));
        Assert.That(expected.Description, Does.EndWith("MiB of memory"));
        AreTheSame(store, expected);
        BatchesAreTheSame(store, expected);
    }

    [Test]
    public void Tokens_are_the_same([Values(0, 1_200_000)] long limit)
    {
        SequenceColumns columns = _columns with { FeaturesPerStep = null };
        using SequenceStore store = Read(Tokens(20_000), limit, columns),
            expected = Read(Tokens(20_000), limit: null, columns);

        Assert.That(store.Bytes - store.MemoryBytes, Is.GreaterThan(500_000));
        AreTheSame(store, expected);
        BatchesAreTheSame(store, expected);
    }

    [Test]
    public void Validation_rows_are_the_same()
    {
        using SequenceStore store = Read(Tokens(1000), 0, _columns with { FeaturesPerStep = null }),
            expected = Read(Tokens(1000), null, _columns with { FeaturesPerStep = null });

        var (training, validation) = ValidationSplit.Split(store, 0.2, stratified: false, seed: 1);

        Assert.That((training, validation), Is.EqualTo(ValidationSplit.Split(expected, 0.2, stratified: false, seed: 1)));
        Assert.That(training.Concat(validation).Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(training, Is.Ordered);
    }

    [Test]
    public void A_reading_that_fails_leaves_no_file()
    {
        MemoryView data = Numbers(95).Scalar("W", NumberDataViewType.Single, [.. Enumerable.Repeat(1f, 94), -1]);
        bool wasThere = false;
        Assert.That(
            () => Read(new Watched(data, () => wasThere |= StoreTraces.In(_folder.FullName).Length > 0), 0),
            Throws.InvalidOperationException.With.Message.Contains("Row 94 has the weight -1")
        );

        if (OperatingSystem.IsLinux())
            Assert.That(wasThere, Is.True, "There was a file while it was read.");
        Assert.That(StoreTraces.In(_folder.FullName), Is.Empty);
    }

    private sealed class Row
    {
        public float[] X { get; set; } = [];

        public float Y { get; set; }
    }

    [Test]
    public void Many_rows_take_no_more_memory_than_the_limit()
    {
        const int Rows = 1000,
            Length = 26_000;
        const long Limit = 10 << 20,
            Slack = 4 << 20;
        IDataView data = new MLContext().Data.LoadFromEnumerable(OneAfterTheOther());
        long before = GC.GetTotalMemory(forceFullCollection: true);

        using SequenceStore store = Read(data, Limit, weight: null);
        long after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.That(store.Bytes, Is.GreaterThan(100_000_000));
        Assert.That(store.MemoryBytes, Is.InRange(Limit - (2 << 20), Limit));
        Assert.That(after - before, Is.LessThan(Limit + Slack));
        Assert.That(store.View(Rows - 1).Steps[^1], Is.EqualTo(Rows - 1));

        static IEnumerable<Row> OneAfterTheOther()
        {
            var row = new Row { X = new float[Length] };
            for (int i = 0; i < Rows; i++)
            {
                row.X.AsSpan().Fill(i);
                yield return row;
            }
        }
    }
}
