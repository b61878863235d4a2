using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class SequenceReaderTests
{
    private readonly TestHost _test = new();

    private static readonly int[] Lengths = [0, .. Stores.OddLengths];

    private static SequenceColumns One(int? features = null, SequenceLayout layout = SequenceLayout.StepMajor) =>
        new(["X"], AreChannels: false, features, layout);

    private static readonly SequenceColumns TwoChannels = new(
        ["A", "B"],
        AreChannels: true,
        FeaturesPerStep: null,
        SequenceLayout.StepMajor
    );

    /// <summary>Reads every row: its values, and whether they are finite.</summary>
    private List<(float[] Steps, int Length, bool IsFinite)> ReadSteps(MemoryView data, SequenceColumns columns)
    {
        var rows = new List<(float[], int, bool)>();
        Read(data, columns, reader => rows.Add((reader.Current.Steps.ToArray(), reader.Current.Length, reader.IsFinite)));
        return rows;
    }

    private List<int[]> ReadTokens(MemoryView data)
    {
        var rows = new List<int[]>();
        Read(
            data,
            One(),
            reader =>
            {
                Assert.That(reader.Current.Length, Is.EqualTo(reader.Current.Tokens.Length));
                Assert.That(reader.IsFinite, Is.True);
                rows.Add(reader.Current.Tokens.ToArray());
            }
        );
        return rows;
    }

    private void Read(MemoryView data, SequenceColumns columns, Action<SequenceReader> each)
    {
        SequenceBinding binding = SequenceBinding.Bind(_test.Host, data.Schema, columns);
        using DataViewRowCursor cursor = data.GetRowCursor(binding.Columns);
        SequenceReader reader = binding.Open(cursor);
        while (cursor.MoveNext())
        {
            reader.Read();
            each(reader);
        }
    }

    private string ReadError(MemoryView data, SequenceColumns columns) =>
        ProperFailure.Of("Read", () => Read(data, columns, _ => { })).Message;

    private static float[] Numbers(int count, float first = 1) => [.. Enumerable.Range(0, count).Select(i => first + i)];

    [Test]
    public void A_column_of_steps_by_features_is_read_as_it_lies()
    {
        var data = new MemoryView().Vector("X", MemoryView.Singles(3, 2), Numbers(6), Numbers(6, 7));

        var rows = ReadSteps(data, One());

        Assert.That(rows.Select(row => row.Steps), Is.EqualTo(new[] { Numbers(6), Numbers(6, 7) }));
        Assert.That(rows.Select(row => row.Length), Is.All.EqualTo(3));
    }

    [Test]
    public void A_flat_column_is_cut_into_steps()
    {
        var data = new MemoryView().Vector("X", MemoryView.Singles(6), Numbers(6));

        Assert.That(ReadSteps(data, One(1))[0].Length, Is.EqualTo(6));
        Assert.That(ReadSteps(data, One(3))[0].Length, Is.EqualTo(2));
        Assert.That(ReadSteps(data, One(3))[0].Steps, Is.EqualTo(Numbers(6)));
    }

    [Test]
    public void A_variable_column_has_each_rows_own_length([Values(1, 3)] int features)
    {
        float[][] values = [.. Lengths.Select(length => Numbers(length * features))];
        var data = new MemoryView().Vector("X", MemoryView.VariableSingles, values);

        var rows = ReadSteps(data, One(features));

        Assert.That(rows.Select(row => row.Length), Is.EqualTo(Lengths));
        Assert.That(rows.Select(row => row.Steps), Is.EqualTo(values));
    }

    [Test]
    public void FeatureMajor_is_transposed_to_steps([Values(2, 3)] int features)
    {
        // value of step t, feature f: 100 f + t
        float[][] values =
        [
            .. Lengths.Select(length =>
                Enumerable
                    .Range(0, features * length)
                    .Select(i => (float)(100 * (i / Math.Max(1, length)) + i % Math.Max(1, length)))
                    .ToArray()
            ),
        ];
        var data = new MemoryView().Vector("X", MemoryView.VariableSingles, values);

        var rows = ReadSteps(data, One(features, SequenceLayout.FeatureMajor));

        for (int row = 0; row < Lengths.Length; row++)
            Assert.That(
                rows[row].Steps,
                Is.EqualTo(Enumerable.Range(0, features * Lengths[row]).Select(i => (float)(100 * (i % features) + i / features))),
                $"length {Lengths[row]}"
            );
    }

    [Test]
    public void FeatureMajor_of_one_feature_changes_nothing() =>
        Assert.That(
            ReadSteps(new MemoryView().Vector("X", MemoryView.Singles(4), Numbers(4)), One(1, SequenceLayout.FeatureMajor))[0].Steps,
            Is.EqualTo(Numbers(4))
        );

    [Test]
    public void A_sparse_row_has_zeros_where_nothing_stands()
    {
        var sparse = new VBuffer<float>(6, 2, [5f, 7f], [1, 4]);
        var dense = new VBuffer<float>(6, Numbers(6));
        var data = new MemoryView().Buffers("X", MemoryView.Singles(6), dense, sparse, dense);

        var rows = ReadSteps(data, One(2));

        Assert.That(rows[1].Steps, Is.EqualTo(new float[] { 0, 5, 0, 0, 7, 0 }));
        Assert.That(rows[2].Steps, Is.EqualTo(Numbers(6)));
        Assert.That(ReadSteps(data, One(2, SequenceLayout.FeatureMajor))[1].Steps, Is.EqualTo(new float[] { 0, 0, 5, 7, 0, 0 }));
    }

    [Test]
    public void A_row_whose_length_is_no_multiple_is_named()
    {
        var data = new MemoryView().Vector("X", MemoryView.VariableSingles, Numbers(6), Numbers(3), Numbers(7));

        Assert.That(
            ReadError(data, One(3)),
            Is.EqualTo("Row 2 of column 'X' has 7 values, which is not a multiple of FeaturesPerStep, 3.")
        );
    }

    [Test]
    public void A_row_with_a_value_that_is_no_number_is_seen(
        [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad,
        [Values] SequenceLayout layout
    )
    {
        var data = new MemoryView().Vector<float>("X", MemoryView.VariableSingles, [1, 2, 3, 4], [1, 2, 3, bad], [1, 2], [bad, 2]);

        Assert.That(ReadSteps(data, One(2, layout)).Select(row => row.IsFinite), Is.EqualTo(new[] { true, false, true, false }));
    }

    [Test]
    public void Channels_are_woven_into_steps()
    {
        float[][] a = [.. Lengths.Select(length => Numbers(length))],
            b = [.. Lengths.Select(length => Numbers(length, 1000))];
        var data = new MemoryView().Vector("A", MemoryView.VariableSingles, a).Vector("B", MemoryView.VariableSingles, b);

        var rows = ReadSteps(data, TwoChannels);

        Assert.That(rows.Select(row => row.Length), Is.EqualTo(Lengths));
        for (int row = 0; row < Lengths.Length; row++)
            Assert.That(
                rows[row].Steps,
                Is.EqualTo(a[row].Zip(b[row], (x, y) => new[] { x, y }).SelectMany(step => step)),
                $"length {Lengths[row]}"
            );
    }

    [Test]
    public void Sparse_and_non_finite_channels_work_as_dense_ones()
    {
        var data = new MemoryView()
            .Buffers("A", MemoryView.Singles(3), new VBuffer<float>(3, Numbers(3)), new VBuffer<float>(3, 1, [4f], [1]))
            .Buffers("B", MemoryView.Singles(3), new VBuffer<float>(3, 1, [9f], [2]), new VBuffer<float>(3, [0, float.NaN, 0]));

        var rows = ReadSteps(data, TwoChannels);

        Assert.That(rows[0], Is.EqualTo((new float[] { 1, 0, 2, 0, 3, 9 }, 3, true)));
        Assert.That(rows[1].IsFinite, Is.False);
    }

    [Test]
    public void A_row_whose_channels_differ_in_length_is_named_with_columns_and_lengths()
    {
        var data = new MemoryView()
            .Vector("A", MemoryView.VariableSingles, Numbers(3), Numbers(4))
            .Vector("B", MemoryView.VariableSingles, Numbers(3), Numbers(5));

        Assert.That(
            ReadError(data, TwoChannels),
            Is.EqualTo("Row 1 has 4 values in channel column 'A' but 5 in 'B': all channels of a row must have the same length.")
        );
    }

    [Test]
    public void Tokens_are_ids_from_0_and_missing_keys_are_left_out()
    {
        var data = new MemoryView().Vector<uint>("X", MemoryView.Keys<uint>(5), [1u, 5, 3], [0u, 2, 0, 4, 0], [], [0u, 0]);

        Assert.That(ReadTokens(data), Is.EqualTo(new int[][] { [0, 4, 2], [1, 3], [], [] }));
    }

    [Test]
    public void A_key_beyond_the_count_is_a_missing_one() =>
        Assert.That(
            ReadTokens(new MemoryView().Vector<ulong>("X", MemoryView.Keys<ulong>(5), [6UL, 5, (1UL << 32) + 1])),
            Is.EqualTo(new int[][] { [4] })
        );

    [Test]
    public void Sparse_tokens_are_the_keys_that_are_there() =>
        Assert.That(
            ReadTokens(new MemoryView().Buffers("X", MemoryView.Keys<uint>(5, 6), new VBuffer<uint>(6, 2, [3u, 1u], [1, 4]))),
            Is.EqualTo(new int[][] { [2, 0] })
        );

    [Test]
    public void Keys_of_every_raw_type_are_read()
    {
        int[][] expected =
        [
            [2, 0],
            [1],
        ];

        Assert.That(
            ReadTokens(new MemoryView().Vector<byte>("X", MemoryView.Keys<byte>(3), [(byte)3, 1], [(byte)2])),
            Is.EqualTo(expected)
        );
        Assert.That(
            ReadTokens(new MemoryView().Vector<ushort>("X", MemoryView.Keys<ushort>(3), [(ushort)3, 1], [(ushort)2])),
            Is.EqualTo(expected)
        );
        Assert.That(ReadTokens(new MemoryView().Vector<ulong>("X", MemoryView.Keys<ulong>(3), [3UL, 1], [2UL])), Is.EqualTo(expected));
    }

    private static readonly (string Kind, SequenceColumns Columns)[] Kinds =
    [
        ("steps", One(2)),
        ("feature-major", One(2, SequenceLayout.FeatureMajor)),
        ("channels", TwoChannels),
        ("tokens", new SequenceColumns(["T"], AreChannels: false, FeaturesPerStep: null, SequenceLayout.StepMajor)),
    ];

    [Test]
    public void Reading_a_row_allocates_nothing_once_the_buffers_have_grown([Range(0, 3)] int kind)
    {
        var data = new MemoryView()
            .Vector("X", MemoryView.VariableSingles, Numbers(66), Numbers(8))
            .Vector("A", MemoryView.VariableSingles, Numbers(33), Numbers(4))
            .Vector("B", MemoryView.VariableSingles, Numbers(33), Numbers(4))
            .Vector<uint>("T", MemoryView.Keys<uint>(5), [1u, 2, 3], [0u, 2]);
        SequenceBinding binding = SequenceBinding.Bind(_test.Host, data.Schema, Kinds[kind].Columns);
        var row = new FixedRow(data);
        SequenceReader reader = binding.Open(row);
        for (int warm = 0; warm < 3; warm++)
            reader.Read();

        long allocated = Allocation.Least(() =>
        {
            for (int i = 0; i < 100; i++)
                reader.Read();
        });
        Assert.That(allocated, Is.Zero, Kinds[kind].Kind);
    }

    /// <summary>The longest row of a view, for ever, through getters that do not allocate.</summary>
    private sealed class FixedRow(MemoryView data) : DataViewRow
    {
        public override DataViewSchema Schema => data.Schema;

        public override long Position => 0;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            using DataViewRowCursor cursor = data.GetRowCursor([column]);
            cursor.MoveNext();
            TValue value = default!;
            cursor.GetGetter<TValue>(column)(ref value);
            return value switch
            {
                VBuffer<float> numbers => (ValueGetter<TValue>)
                    (Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> dst) => numbers.CopyTo(ref dst)),
                VBuffer<uint> keys => (ValueGetter<TValue>)
                    (Delegate)(ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> dst) => keys.CopyTo(ref dst)),
                _ => throw new NotSupportedException(),
            };
        }
    }
}
