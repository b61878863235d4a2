using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines.Simd.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

/// <summary>Which micro-batches are divided into segments, and the segments themselves.</summary>
[TestFixture]
public sealed class SegmentationTests
{
    [Test]
    public void Up_to_the_limit_all_is_kept()
    {
        MicroBatch microBatch = Of(100, 90, 7);
        long bytes = 4 * 50 * 100 * 3;
        Assert.That(new Segmentation(elements: 50, bytes).StepsOf(microBatch), Is.Null);
        Assert.That(new Segmentation(elements: 50, bytes - 1).StepsOf(microBatch), Is.EqualTo(21));
    }

    // A product of gradients takes 64 rows, so 64 / n steps.
    [TestCase(16, 100_000, 320)]
    [TestCase(16, 100, 12)]
    [TestCase(3, 10_000, 105)]
    [TestCase(1, 10_000, 128)]
    [TestCase(64, 10_000, 100)]
    public void Segments_are_as_many_as_their_steps(int rows, int steps, int expected) =>
        Assert.That(
            new Segmentation(elements: 1, limit: 0).StepsOf(Of([.. Enumerable.Repeat(steps, rows)])),
            Is.EqualTo(expected).And.Matches<int>(segment => segment % DirectionTraining.StepsAtOnce(rows) == 0)
        );

    [Test]
    public void A_segment_has_the_rows_steps_in_it()
    {
        var segment = new MicroBatch();
        MicroBatch whole = Of(10, 7, 4, 0);
        segment.TakeSegment(whole, segment: 1, steps: 4);
        Assert.That((segment.First, segment.Steps, segment.Count), Is.EqualTo((4, 4, 4)));
        Assert.That(Lengths(segment), Is.EqualTo((int[])[4, 3, 0, 0]));
        Assert.That(segment.ActiveRows.Take(4), Is.EqualTo((int[])[2, 2, 2, 1]));
        Assert.That(segment.RowLength(1), Is.EqualTo(7));

        segment.TakeSegment(whole, segment: 2, steps: 4);
        Assert.That((segment.First, segment.Steps), Is.EqualTo((8, 2)));
        Assert.That(Lengths(segment), Is.EqualTo((int[])[2, 0, 0, 0]));
    }

    private static int[] Lengths(MicroBatch microBatch) => [.. Enumerable.Range(0, microBatch.Count).Select(microBatch.Length)];

    private static MicroBatch Of(params int[] lengths)
    {
        var microBatch = new MicroBatch();
        microBatch.Take(
            new MiniBatch { Count = lengths.Length, Lengths = lengths },
            [.. Enumerable.Range(0, lengths.Length)],
            first: 0,
            every: 1
        );
        return microBatch;
    }
}
