using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Whole groups are in one fold, and folds are as even as groups allow.</summary>
[TestFixture]
public class GroupFoldsTests
{
    [Test]
    public void No_group_is_in_two_folds_which_differ_by_the_largest_groups_size_at_most(
        [Values(2, 3, 5, 8)] int folds,
        [Values(1, 2, 3)] int seed
    )
    {
        using SequenceStore store = Stores.OfGroups(Stores.DrawnGroups(groups: 10 * seed, largest: 15, seed), _ => 0);

        var split = FoldSplit.Split(store, folds, stratified: false, seed);

        Assert.That(split.SelectMany(fold => fold.Validation).Order(), Is.EqualTo(Enumerable.Range(0, store.Count)));
        AreDivided(store, split);
        int largest = Enumerable.Range(0, store.Count).GroupBy(store.Group).Max(group => group.Count());
        int[] sizes = [.. split.Select(fold => fold.Validation.Length)];
        Assert.That(sizes.Max() - sizes.Min(), Is.LessThanOrEqualTo(largest));
    }

    [Test]
    public void Each_fold_has_about_its_part_of_each_class([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        using SequenceStore store = Stores.OfGroups(
            Stores.DrawnGroups(groups: 60, largest: 10, seed),
            _ =>
                random.Next(10) switch
                {
                    < 6 => 0,
                    < 9 => 1,
                    _ => 2,
                }
        );

        var split = FoldSplit.Split(store, 5, stratified: true, seed);

        AreDivided(store, split);
        for (int @class = 0; @class < 3; @class++)
        {
            int[] counts = [.. split.Select(fold => fold.Validation.Count(row => store.Label(row)[0] == @class))];
            Assert.That(counts.Max() - counts.Min(), Is.LessThanOrEqualTo(Math.Max(4, counts.Average() / 3)), string.Join(", ", counts));
        }
    }

    // Groups 8 to 11 have a class of their own: the others make four folds.
    [Test]
    public void A_group_with_all_rows_of_a_class_is_in_no_fold([Values(1, 2, 3)] int seed)
    {
        int[] groups = [.. Enumerable.Range(0, 60).Select(row => row % 12)];
        using SequenceStore store = Stores.OfGroups(groups, row => groups[row] < 8 ? groups[row] % 2 : groups[row]);

        var split = FoldSplit.Split(store, 4, stratified: true, seed);

        AreDivided(store, split);
        Assert.That(split.Select(fold => fold.Validation.Length), Is.All.EqualTo(10));
        Assert.That(split.SelectMany(fold => fold.Validation).Select(store.Group), Is.All.LessThan(8));
        foreach (var (training, _) in split)
            Assert.That(training.Select(row => store.Label(row)[0]).Distinct().Count(), Is.EqualTo(6));
    }

    [Test]
    public void Equal_rows_are_in_one_fold_with_all_their_groups([Values(1, 2, 3)] int seed)
    {
        // The first rows of groups 2n and 2n + 1 are equal.
        int[] groups = [.. Enumerable.Range(0, 80).Select(row => row / 4)];
        using SequenceStore store = Stores.OfGroups(groups, _ => 0, row => row % 4 == 0 ? 1000 + groups[row] / 2 : row);

        var split = FoldSplit.Split(store, 5, stratified: false, seed);

        AreDivided(store, split);
        foreach (var (training, validation) in split)
            Assert.That(DuplicateRows.Count(new SequenceSet(store, training), new SequenceSet(store, validation)), Is.Zero);
    }

    [Test]
    public void Where_most_rows_are_equal_groups_still_stay_whole()
    {
        int[] groups = [.. Enumerable.Range(0, 60).Select(row => row % 6)];
        using SequenceStore store = Stores.OfGroups(groups, _ => 0, row => row % 5 == 0 ? row : 1000);

        var split = FoldSplit.Split(store, 3, stratified: false, seed: 1);

        AreDivided(store, split);
        Assert.That(split.Select(fold => fold.Validation.Length), Is.All.EqualTo(20));
    }

    [Test]
    public void The_seed_says_which_groups()
    {
        using SequenceStore store = Stores.OfGroups([.. Enumerable.Range(0, 80).Select(row => row / 4)], _ => 0);
        int[] Held(int seed) => FoldSplit.Split(store, 4, stratified: false, seed)[0].Validation;

        int[] first = Held(1),
            again = Held(1);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Held(1), Is.Not.EqualTo(Held(2)));
    }

    [Test]
    public void Too_few_groups_are_counted()
    {
        using SequenceStore store = Stores.OfGroups([0, 0, 1, 1, 2, 2], row => row / 2);

        Assert.That(
            Assert.Throws<InvalidOperationException>(() => FoldSplit.Split(store, 4, stratified: false, seed: 1))!.Message,
            Is.EqualTo("The 6 rows are in 3 groups of column 'Unit', too few for 4 folds: give rows of more groups, or use fewer folds.")
        );
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => FoldSplit.Split(store, 2, stratified: true, seed: 1))!.Message,
            Is.EqualTo(
                "The 6 rows are in 3 groups of column 'Unit', of which only 0 can be held out without leaving a class without a row to "
                    + "train on, too few for 2 folds: give rows of more groups, or use fewer folds."
            )
        );
    }

    private static void AreDivided(SequenceStore store, (int[] Training, int[] Validation)[] split)
    {
        foreach (var (training, validation) in split)
        {
            Assert.That(training.Concat(validation).Order(), Is.EqualTo(Enumerable.Range(0, store.Count)));
            Assert.That(training.Select(store.Group).Intersect(validation.Select(store.Group)), Is.Empty);
        }
    }
}
