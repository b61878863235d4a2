using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class ValidationSplitTests
{
    /// <summary>Labels of classes with the given numbers of rows, mixed up.</summary>
    private static SequenceStore Classes(params int[] rows)
    {
        float[] labels = [.. rows.SelectMany((count, label) => Enumerable.Repeat((float)label, count))];
        new Random(5).Shuffle(labels);
        return Stores.OfLabels(labels);
    }

    private static int[] Count(SequenceStore store, int[] rows, int classes)
    {
        var counts = new int[classes];
        foreach (int row in rows)
            counts[(int)store.Label(row)[0]]++;
        return counts;
    }

    [Test, Pairwise]
    public void Every_row_is_on_one_side(
        [Values(2, 3, 10, 33, 1000)] int rows,
        [Values(0.01, 0.1, 0.5, 0.99)] double fraction,
        [Values] bool stratified
    )
    {
        var (training, validation) = ValidationSplit.Split(
            Stores.OfLabels([.. Enumerable.Range(0, rows).Select(row => (float)(row % 2 == 0 || row == 1 ? 0 : 1))]),
            fraction,
            stratified,
            seed: 3
        );

        Assert.That(training.Concat(validation).Order(), Is.EqualTo(Enumerable.Range(0, rows)));
        Assert.That(training, Is.Not.Empty.And.Ordered);
        Assert.That(validation, Is.Not.Empty.And.Ordered);
    }

    [TestCase(0.001, 1)]
    [TestCase(0.1, 4)]
    [TestCase(0.25, 9)]
    [TestCase(0.5, 19)]
    [TestCase(0.999, 36)]
    public void The_share_is_rounded_over_all_rows(double fraction, int expected)
    {
        var (_, validation) = ValidationSplit.Split(
            Stores.OfLengths(1, Enumerable.Repeat(1, 37).ToArray()),
            fraction,
            stratified: false,
            seed: 1
        );

        Assert.That(validation, Has.Length.EqualTo(expected));
    }

    [Test]
    public void Stratified_each_class_gives_its_share()
    {
        SequenceStore store = Classes(100, 50, 20);

        var (_, validation) = ValidationSplit.Split(store, 0.1, stratified: true, seed: 1);

        Assert.That(Count(store, validation, 3), Is.EqualTo(new[] { 10, 5, 2 }));
    }

    [Test]
    public void Stratified_many_small_classes_still_give_their_share_together()
    {
        SequenceStore store = Classes([.. Enumerable.Repeat(4, 20)]);

        var (training, validation) = ValidationSplit.Split(store, 0.1, stratified: true, seed: 1);

        Assert.That(validation, Has.Length.EqualTo(8));
        Assert.That(Count(store, training, 20), Is.All.GreaterThanOrEqualTo(3));
    }

    [Test]
    public void Stratified_no_class_loses_its_last_training_row([Values(0.1, 0.5, 0.9)] double fraction)
    {
        SequenceStore store = Classes(1, 2, 40);

        var (training, _) = ValidationSplit.Split(store, fraction, stratified: true, seed: 1);

        Assert.That(Count(store, training, 3), Is.All.GreaterThanOrEqualTo(1));
    }

    [Test]
    public void The_same_seed_gives_the_same_rows_and_another_seed_others([Values] bool stratified)
    {
        SequenceStore store = Classes(50, 50);

        var (_, first) = ValidationSplit.Split(store, 0.2, stratified, seed: 7);
        var (_, again) = ValidationSplit.Split(store, 0.2, stratified, seed: 7);
        var (_, other) = ValidationSplit.Split(store, 0.2, stratified, seed: 8);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public void One_row_cannot_be_split() =>
        Assert.That(
            ProperFailure.Of("Split", () => ValidationSplit.Split(Stores.OfLabels(0), 0.1, stratified: false, seed: 1)).Message,
            Is.EqualTo(
                "There is 1 row to train on, too few to hold a share of 0.1 out for validation: set ValidationFraction to 0, or give a "
                    + "ValidationSet."
            )
        );

    [Test]
    public void Classes_of_one_row_each_cannot_be_split() =>
        Assert.That(
            ProperFailure.Of("Split", () => ValidationSplit.Split(Stores.OfLabels(0, 1, 2), 0.1, stratified: true, seed: 1)).Message,
            Is.EqualTo(
                "Each of the 3 rows to train on is the only one of its class, too few to hold a share of 0.1 out for validation: set "
                    + "ValidationFraction to 0, or give a ValidationSet."
            )
        );
}
