using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Data;

public class FoldSplitTests
{
    [Test]
    public void Each_row_is_held_out_once([Values(2, 3, 5, 10)] int folds, [Values] bool stratified)
    {
        using SequenceStore store = Store(10, row => row % 3);

        var split = FoldSplit.Split(store, folds, stratified, seed: 1);

        Assert.That(split, Has.Length.EqualTo(folds));
        Assert.That(split.SelectMany(fold => fold.Validation), Is.EquivalentTo(Enumerable.Range(0, 10)));
        foreach (var (training, validation) in split)
        {
            Assert.That(training.Concat(validation), Is.EquivalentTo(Enumerable.Range(0, 10)));
            Assert.That(validation, Is.Ordered);
            Assert.That(training, Is.Ordered);
        }
    }

    [Test]
    public void Stratified_each_fold_has_its_part_of_each_class()
    {
        // 20 rows of class 0, 5 of class 1.
        using SequenceStore store = Store(25, row => row < 20 ? 0 : 1);

        var split = FoldSplit.Split(store, 5, stratified: true, seed: 3);

        Assert.That(split.Select(fold => fold.Validation.Count(row => row >= 20)), Is.All.EqualTo(1));
        Assert.That(split.Select(fold => fold.Validation.Length), Is.All.EqualTo(5));
    }

    [Test]
    public void The_seed_says_which_rows()
    {
        using SequenceStore store = Store(40, _ => 0);
        int[] Held(int seed) => FoldSplit.Split(store, 4, stratified: false, seed)[0].Validation;

        int[] first = Held(1),
            again = Held(1);
        Assert.That(first, Is.EqualTo(again));
        Assert.That(first, Is.Not.EqualTo(Held(2)));
    }

    [Test]
    public void Fewer_rows_than_folds_are_refused()
    {
        using SequenceStore store = Store(4, _ => 0);

        var error = Assert.Throws<InvalidOperationException>(() => FoldSplit.Split(store, 5, stratified: false, seed: 1));

        Assert.That(error!.Message, Does.Contain("There are 4 rows, too few for 5 folds: give more rows, or set Folds to 2 or less."));
    }

    // Two classes of four rows with four of one row between them: what cannot be held out takes no place in a fold.
    [Test]
    public void Rows_that_are_the_only_ones_of_their_class_leave_no_fold_empty([Range(1, 5)] int seed)
    {
        using SequenceStore store = Store(
            12,
            row =>
                row < 4 ? 0
                : row < 8 ? row
                : 9
        );

        var split = FoldSplit.Split(store, 8, stratified: true, seed);

        Assert.That(split.Select(fold => fold.Validation.Length), Is.All.EqualTo(1));
        Assert.That(split.SelectMany(fold => fold.Validation), Is.EquivalentTo((int[])[0, 1, 2, 3, 8, 9, 10, 11]));
    }

    private static SequenceStore Store(int rows, Func<int, int> @class)
    {
        var store = new SequenceStore(features: 1, labelWidth: 1);
        for (int row = 0; row < rows; row++)
            store.Add(SequenceView.OfSteps([row], 1), [@class(row)], 1);
        store.Seal();
        return store;
    }
}
