using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class SequenceStoreTests
{
    private static readonly SequenceColumns Columns = new(["X"], AreChannels: false, FeaturesPerStep: 2, SequenceLayout.StepMajor);

    private TestHost _test = null!;

    [SetUp]
    public void SetUp() => _test = new TestHost();

    private SequenceStore Read(
        MemoryView data,
        string? weight = null,
        SequenceColumns? columns = null,
        CancellationToken cancellation = default
    )
    {
        var sequence = SequenceBinding.Bind(_test.Host, data.Schema, columns ?? Columns);
        var label = LabelBinding.Bind(_test.Host, data.Schema, "Y", LabelKind.Numbers);
        return StoreReader.Read(_test.Host, data, sequence, label, weight, StoreSettings.Of(null, null), cancellation);
    }

    private string ReadError(MemoryView data, string? weight = null) => ProperFailure.Of("Read", () => Read(data, weight)).Message;

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];

    private static MemoryView View(float[][] sequences, float[] labels, float[]? weights = null)
    {
        MemoryView data = new MemoryView()
            .Vector("X", MemoryView.VariableSingles, sequences)
            .Scalar("Y", NumberDataViewType.Single, labels);
        return weights is null ? data : data.Scalar("W", NumberDataViewType.Single, weights);
    }

    [Test]
    public void Every_row_is_kept_as_it_was()
    {
        int[] lengths = Stores.OddLengths;
        float[][] sequences = [.. lengths.Select(length => Numbers(2 * length))];
        MemoryView data = View(sequences, [.. lengths.Select(length => -(float)length)], [.. lengths.Select(length => length / 2f)]);

        using SequenceStore store = Read(data, "W");

        Assert.That((store.Count, store.Features, store.UsesTokens, store.LabelWidth), Is.EqualTo((lengths.Length, 2, false, 1)));
        for (int row = 0; row < lengths.Length; row++)
        {
            Assert.That(
                (store.Length(row), store.View(row).Length, store.Weight(row)),
                Is.EqualTo((lengths[row], lengths[row], lengths[row] / 2f))
            );
            Assert.That(store.View(row).Steps.ToArray(), Is.EqualTo(sequences[row]));
            Assert.That(store.Label(row).ToArray(), Is.EqualTo(new[] { -(float)lengths[row] }));
        }
        Assert.That((store.Skipped, _test.Warnings.Count), Is.EqualTo((new SkippedRows(0, 0, 0, 0), 0)));
    }

    [Test]
    public void Tokens_are_kept_and_rows_of_missing_keys_alone_are_skipped()
    {
        MemoryView data = new MemoryView()
            .Vector<uint>("X", MemoryView.Keys<uint>(9), [3u, 0, 9], [0u, 0], [1u])
            .Vector<float>("Y", MemoryView.Singles(2), [1, 2], [3, 4], [5, 6]);

        using SequenceStore store = Read(data, columns: Columns with { FeaturesPerStep = null });

        Assert.That((store.Count, store.Features, store.UsesTokens, store.LabelWidth), Is.EqualTo((2, 0, true, 2)));
        Assert.That(store.View(0).Tokens.ToArray(), Is.EqualTo(new[] { 2, 8 }));
        Assert.That(store.View(1).Tokens.ToArray(), Is.EqualTo(new[] { 0 }));
        Assert.That(store.Label(1).ToArray(), Is.EqualTo(new float[] { 5, 6 }));
        Assert.That(store.Skipped.Empty, Is.EqualTo(1));
    }

    [Test]
    public void The_data_is_read_once_and_only_the_columns_needed()
    {
        MemoryView data = View(
                [
                    [1, 2],
                    [3, 4],
                ],
                [1, 2],
                [1, 1]
            )
            .Scalar("Other", NumberDataViewType.Single, 0f, 0f);

        Read(data, "W").Dispose();
        Assert.That(data.CursorsOpened, Is.EqualTo(1));
        Assert.That(data.LatestColumns, Is.EquivalentTo(new[] { "X", "Y", "W" }));

        Read(data).Dispose();
        Assert.That(data.LatestColumns, Is.EquivalentTo(new[] { "X", "Y" }));
    }

    [Test]
    public void Rows_that_cannot_be_trained_on_are_skipped_counted_and_warned_of()
    {
        const float Nan = float.NaN,
            Inf = float.PositiveInfinity;
        MemoryView data = View(
            [
                [1, 2],
                [1, Nan],
                [Inf, 2],
                [1, 2],
                [1, 2],
                [],
                [7, 8],
            ],
            [1, 1, 1, Nan, 1, 1, 9],
            [1, 1, 1, 1, Nan, 1, 3]
        );

        using SequenceStore store = Read(data, "W");

        Assert.That(store.Count, Is.EqualTo(2));
        Assert.That((store.View(1).Steps.ToArray(), store.Label(1)[0], store.Weight(1)), Is.EqualTo((new float[] { 7, 8 }, 9f, 3f)));
        Assert.That(store.Skipped, Is.EqualTo(new SkippedRows(BadFeatures: 2, BadLabel: 1, BadWeight: 1, Empty: 1)));
        Assert.That(store.Skipped.Total, Is.EqualTo(5));
        Assert.That(
            _test.Warnings,
            Is.EqualTo(
                new[]
                {
                    "Skipped 2 instances with missing features during training",
                    "Skipped 1 instances with missing label during training",
                    "Skipped 1 instances with missing weight during training",
                    "Skipped 1 instances with an empty sequence during training",
                }
            )
        );
    }

    [Test]
    public void No_rows_at_all_is_an_error() =>
        Assert.That(ReadError(View([], [])), Is.EqualTo("No valid training instances found: the data has no rows."));

    [Test]
    public void All_rows_skipped_is_an_error_with_the_counts() =>
        Assert.That(
            ReadError(
                View(
                    [
                        [1, float.NaN],
                        [],
                        [1, 2],
                    ],
                    [1, 1, float.NaN]
                )
            ),
            Is.EqualTo(
                "No valid training instances found: all 3 rows were skipped, 1 for missing or infinite features, 1 for a missing label, "
                    + "0 for a missing weight, 1 for an empty sequence."
            )
        );

    [Test]
    public void A_negative_weight_is_an_error_naming_the_row() =>
        Assert.That(
            ReadError(
                View(
                    [
                        [1, 2],
                        [1, 2],
                    ],
                    [1, 1],
                    [1, -0.5f]
                ),
                "W"
            ),
            Is.EqualTo("Row 1 has the weight -0.5 in column 'W': a weight must be 0 or more.")
        );

    [Test]
    public void Weights_that_are_all_0_are_an_error() =>
        Assert.That(
            ReadError(
                View(
                    [
                        [1, 2],
                        [1, 2],
                    ],
                    [1, 1],
                    [0, 0]
                ),
                "W"
            ),
            Is.EqualTo("No valid training instances found: all 2 rows have the weight 0 in column 'W'.")
        );

    [Test]
    public void A_ragged_row_is_an_error_naming_the_row() =>
        Assert.That(
            ReadError(
                View(
                    [
                        [1, 2],
                        [1, 2, 3],
                    ],
                    [1, 1]
                )
            ),
            Is.EqualTo("Row 1 of column 'X' has 3 values, which is not a multiple of FeaturesPerStep, 2.")
        );

    [Test]
    public void A_cancelled_host_ends_the_reading()
    {
        MemoryView data = View(
            [
                [1, 2],
            ],
            [1]
        );
        _test.Cancel();

        Assert.That(() => Read(data), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_cancelled_token_ends_the_reading() =>
        Assert.That(
            () =>
                Read(
                    View(
                        [
                            [1, 2],
                        ],
                        [1]
                    ),
                    cancellation: new CancellationToken(canceled: true)
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );

    [Test]
    public void A_row_lies_in_one_piece_whatever_its_size()
    {
        int[] lengths = [100_000, 7, 200_000, 60_000, 400_000, 1, 250_000];
        using SequenceStore store = Stores.OfLengths(1, lengths);

        for (int row = 0; row < lengths.Length; row++)
        {
            ReadOnlySpan<float> steps = store.View(row).Steps;
            Assert.That(
                (steps.Length, steps[0], steps[^1]),
                Is.EqualTo((lengths[row], Stores.Value(row, 0, 0), Stores.Value(row, lengths[row] - 1, 0)))
            );
        }
    }
}
