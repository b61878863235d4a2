using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Whole groups are held out, about as many rows as were asked for, in all and of each class.</summary>
[TestFixture]
public class GroupSplitTests
{
    private static readonly string[] _equalRows = ["none", "some", "most"];

    [Test]
    public void No_group_is_divided_and_the_share_is_within_the_largest_groups_size(
        [Values(0.01, 0.1, 0.3, 0.9)] double fraction,
        [Values(1, 2, 3, 4, 5, 6)] int seed
    )
    {
        using SequenceStore store = Stores.OfGroups(Stores.DrawnGroups(groups: 2 + 5 * seed, largest: 20, seed), _ => 0);

        var (training, validation) = ValidationSplit.Split(store, fraction, stratified: false, seed);

        IsDivided(store, training, validation);
        int largest = Enumerable.Range(0, store.Count).GroupBy(store.Group).Max(group => group.Count());
        Assert.That(validation.Length, Is.EqualTo(fraction * store.Count).Within(largest));
    }

    [Test]
    public void Each_class_gives_about_its_share_and_keeps_a_row([Values(0.1, 0.25, 0.5)] double fraction, [Values(1, 2, 3, 4)] int seed)
    {
        var random = new Random(seed);
        using SequenceStore store = Stores.OfGroups(
            Stores.DrawnGroups(groups: 60, largest: 12, seed),
            _ =>
                random.Next(10) switch
                {
                    < 6 => 0,
                    < 9 => 1,
                    _ => 2,
                }
        );

        var (training, validation) = ValidationSplit.Split(store, fraction, stratified: true, seed);

        IsDivided(store, training, validation);
        for (int @class = 0; @class < 3; @class++)
        {
            int all = Count(store, Enumerable.Range(0, store.Count), @class);
            Assert.That(Count(store, validation, @class), Is.EqualTo(fraction * all).Within(Math.Max(3, 0.1 * all)), $"class {@class}");
            Assert.That(Count(store, training, @class), Is.Positive);
        }
    }

    // Classes 0 and 1 have several groups; each of the others is in one group alone.
    [Test]
    public void A_group_with_all_rows_of_a_class_is_never_held_out([Values(0.1, 0.5, 0.9)] double fraction, [Values(1, 2, 3)] int seed)
    {
        int[] groups = [.. Enumerable.Range(0, 120).Select(row => row % 12)];
        using SequenceStore store = Stores.OfGroups(groups, row => groups[row] < 8 ? groups[row] % 2 : groups[row]);

        var (training, validation) = ValidationSplit.Split(store, fraction, stratified: true, seed);

        IsDivided(store, training, validation);
        Assert.That(training.Select(store.Group).Distinct(), Is.SupersetOf(new[] { 8, 9, 10, 11 }));
        Assert.That(training.Select(row => store.Label(row)[0]).Distinct().Count(), Is.EqualTo(6));
    }

    [Test]
    public void Equal_rows_are_on_one_side_with_all_their_groups_unless_most_rows_are_equal(
        [ValueSource(nameof(_equalRows))] string equal,
        [Values(1, 2, 3)] int seed
    )
    {
        int[] groups = Stores.DrawnGroups(groups: 40, largest: 5, seed);
        var random = new Random(seed);
        int Sequence(int row) =>
            equal switch
            {
                "none" => row,
                // Row 0 of every fifth group is that of the group before it.
                "some" => random.Next(12) == 0 ? 1000 + groups[row] / 2 : row,
                _ => random.Next(4),
            };
        using SequenceStore store = Stores.OfGroups(groups, _ => 0, Sequence);

        var (training, validation) = ValidationSplit.Split(store, 0.2, stratified: false, seed);

        IsDivided(store, training, validation);
        int shared = DuplicateRows.Count(new SequenceSet(store, training), new SequenceSet(store, validation));
        Assert.That(shared, equal == "most" ? Is.Positive : Is.Zero);
        Assert.That(validation.Length, Is.EqualTo(0.2 * store.Count).Within(10));
    }

    [Test]
    public void The_seed_says_which_groups_and_each_may_be_held_out()
    {
        int[] groups = [.. Enumerable.Range(0, 50).Select(row => row % 10)];
        using SequenceStore store = Stores.OfGroups(groups, _ => 0);
        int[] Held(int seed) => ValidationSplit.Split(store, 0.2, stratified: false, seed).Validation;

        int[] first = Held(7),
            again = Held(7);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Enumerable.Range(0, 60).SelectMany(seed => Held(seed).Select(store.Group)).Distinct().Count(), Is.EqualTo(10));
        Assert.That(Enumerable.Range(0, 60).Select(seed => Held(seed).Length), Is.All.EqualTo(10));
    }

    // As without groups, each row being one of its own.
    [Test]
    public void Groups_of_one_row_each_give_the_rounded_share([Values(0.001, 0.1, 0.25, 0.999)] double fraction)
    {
        using SequenceStore store = Stores.OfGroups([.. Enumerable.Range(0, 37)], _ => 0);

        var (_, validation) = ValidationSplit.Split(store, fraction, stratified: false, seed: 1);

        Assert.That(validation, Has.Length.EqualTo(Math.Clamp((int)Math.Round(37 * fraction), 1, 36)));
    }

    [Test]
    public void Of_a_tagger_a_group_can_be_held_out_even_if_each_has_a_tag_of_its_own()
    {
        using var store = new SequenceStore(1, 1, hasLabelsPerStep: true) { GroupColumns = "column 'Text'" };
        for (int row = 0; row < 6; row++)
            store.Add(RnnMlNet.Runtime.Sequences.SequenceView.OfSteps([row, row + 0.5f], 1), [0, 1 + row], 1, row / 2);
        store.Seal();

        var (training, validation) = ValidationSplit.Split(store, 0.3, stratified: true, seed: 1);

        IsDivided(store, training, validation);
        Assert.That(validation, Has.Length.EqualTo(2));
    }

    [Test]
    public void One_group_cannot_be_split()
    {
        using SequenceStore store = Stores.OfGroups([0, 0, 0], row => row);

        Assert.That(
            ProperFailure.Of("Split", () => ValidationSplit.Split(store, 0.1, stratified: false, seed: 1)).Message,
            Is.EqualTo(
                "The 3 rows to train on are in 1 group of column 'Unit', so no group can be held out as the share 0.1 for validation: give "
                    + "rows of at least 2 groups, or a ValidationSet of other groups, or set ValidationFraction to 0, or GroupColumnNames "
                    + "to null."
            )
        );
    }

    [Test]
    public void Groups_that_are_the_classes_cannot_be_split()
    {
        using SequenceStore store = Stores.OfGroups([0, 0, 1, 1, 2], row => row / 2);

        Assert.That(
            ProperFailure.Of("Split", () => ValidationSplit.Split(store, 0.2, stratified: true, seed: 1)).Message,
            Is.EqualTo(
                "The 5 rows to train on are in 3 groups of column 'Unit', each of which has all rows of a class, so no group can be held "
                    + "out as the share 0.2 for validation: give more groups of each class, or a ValidationSet of other groups, or set "
                    + "ValidationFraction to 0, or GroupColumnNames to null."
            )
        );
    }

    private static int Count(SequenceStore store, IEnumerable<int> rows, int @class) => rows.Count(row => store.Label(row)[0] == @class);

    private static void IsDivided(SequenceStore store, int[] training, int[] validation)
    {
        Assert.That(training.Concat(validation).Order(), Is.EqualTo(Enumerable.Range(0, store.Count)));
        Assert.That(training, Is.Not.Empty.And.Ordered);
        Assert.That(validation, Is.Not.Empty.And.Ordered);
        Assert.That(training.Select(store.Group).Intersect(validation.Select(store.Group)), Is.Empty);
    }
}
