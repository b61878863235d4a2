using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Splits keep equal sequences on one side, and a row of each class in training.</summary>
[TestFixture]
public class EqualRowsTests
{
    [Test]
    public void Rows_are_grouped_by_their_sequences()
    {
        using SequenceStore store = Of((1, 0), (2, 0), (1, 1), (3, 0), (2, 0), (1, 0));

        EqualRows groups = EqualRows.Of(store);

        Assert.That(groups.Count, Is.EqualTo(3));
        Assert.That(Enumerable.Range(0, 6).Select(groups.GroupOf), Is.EqualTo(new[] { 0, 1, 0, 2, 1, 0 }));
        Assert.That(groups.Rows(0).ToArray(), Is.EqualTo(new[] { 0, 2, 5 }));
        Assert.That(groups.Rows(2).ToArray(), Is.EqualTo(new[] { 3 }));
    }

    // Groups 0 and 1 meet in an equal sequence, 1 and 2 in another; 3 is alone.
    [Test]
    public void Rows_that_are_together_in_either_grouping_are_united()
    {
        var one = EqualRows.Of([0, 0, 1, 1, 2, 3, 3]);
        var other = EqualRows.Of([0, 1, 1, 2, 2, 3, 4]);

        EqualRows united = EqualRows.United(one, other);

        Assert.That(united.Count, Is.EqualTo(2));
        Assert.That(united.Rows(0).ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(united.Rows(1).ToArray(), Is.EqualTo(new[] { 5, 6 }));
        EqualRows swapped = EqualRows.United(other, one);
        Assert.That(Enumerable.Range(0, 7).Select(swapped.GroupOf), Is.EqualTo(Enumerable.Range(0, 7).Select(united.GroupOf)));
    }

    [Test]
    public void Of_no_rows_there_are_no_groups()
    {
        using SequenceStore store = Of();
        Assert.That(EqualRows.Of(store).Count, Is.Zero);
    }

    // Short texts: a few come again and again, most once or twice.
    [Test]
    public void A_split_never_shares_rows([Values(0.05, 0.1, 0.3)] double fraction, [Values] bool stratified, [Values(1, 2, 3)] int seed)
    {
        using SequenceStore store = ShortTexts(seed);

        var (training, validation) = ValidationSplit.Split(store, fraction, stratified, seed);

        Assert.That(DuplicateRows.Count(new SequenceSet(store, training), new SequenceSet(store, validation)), Is.Zero);
        Assert.That(validation, Has.Length.EqualTo(1000 * fraction).Within(10));
        Assert.That(training.Concat(validation).Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
    }

    [Test]
    public void Folds_never_share_rows([Values(2, 5, 10)] int folds, [Values] bool stratified)
    {
        using SequenceStore store = ShortTexts(seed: 4);

        var split = FoldSplit.Split(store, folds, stratified, seed: 1);

        foreach (var (training, validation) in split)
        {
            Assert.That(DuplicateRows.Count(new SequenceSet(store, training), new SequenceSet(store, validation)), Is.Zero);
            Assert.That(validation, Has.Length.EqualTo(1000 / folds).Within(25));
        }
        Assert.That(split.SelectMany(fold => fold.Validation), Is.Unique);
    }

    [Test]
    public void Equal_sequences_of_several_classes_go_together_too()
    {
        using SequenceStore store = Of([.. Enumerable.Range(0, 400).Select(row => (row / 2, row % 2))]);

        var (training, validation) = ValidationSplit.Split(store, 0.1, stratified: true, seed: 1);

        Assert.That(DuplicateRows.Count(new SequenceSet(store, training), new SequenceSet(store, validation)), Is.Zero);
        Assert.That(validation, Has.Length.EqualTo(40));
        Assert.That(validation.Count(row => store.Label(row)[0] == 0), Is.EqualTo(20));
    }

    [Test]
    public void Where_most_rows_are_equal_they_are_held_out_one_by_one()
    {
        using SequenceStore store = Of([.. Enumerable.Range(0, 100).Select(row => (row % 3, row % 2))]);

        var (_, validation) = ValidationSplit.Split(store, 0.1, stratified: true, seed: 1);
        var folds = FoldSplit.Split(Of([.. Enumerable.Range(0, 100).Select(row => (0, row % 2))]), 5, stratified: true, seed: 1);

        Assert.That(validation, Has.Length.EqualTo(10));
        Assert.That(folds.Select(fold => fold.Validation.Length), Is.All.EqualTo(20));
    }

    [Test]
    public void The_only_rows_of_a_class_stay_in_training(
        [Values(0.1, 0.5, 0.9)] double fraction,
        [Values] bool isPerStep,
        [Values(1, 2, 3, 4)] int seed
    )
    {
        using SequenceStore store = ManyClasses(isPerStep);

        var (training, validation) = ValidationSplit.Split(store, fraction, stratified: true, seed);

        Assert.That(Classes(store, training), Is.EquivalentTo(Enumerable.Range(0, 60)));
        Assert.That(validation, Is.Not.Empty);
    }

    [Test]
    public void So_they_do_in_every_fold([Values(2, 5)] int folds, [Values] bool isPerStep, [Values(1, 2, 3, 4)] int seed)
    {
        using SequenceStore store = ManyClasses(isPerStep);

        foreach (var (training, validation) in FoldSplit.Split(store, folds, stratified: true, seed))
        {
            Assert.That(Classes(store, training), Is.EquivalentTo(Enumerable.Range(0, 60)));
            Assert.That(validation, Is.Not.Empty);
        }
    }

    [Test]
    public void A_handful_of_tagged_rows_is_split_all_the_same()
    {
        using var store = new SequenceStore(features: 1, labelWidth: 1, hasLabelsPerStep: true);
        for (int row = 0; row < 4; row++)
            store.Add(SequenceView.OfSteps([row, row], 1), [row, 9], 1);
        store.Seal();

        var (training, validation) = ValidationSplit.Split(store, 0.25, stratified: true, seed: 1);

        Assert.That((training.Length, validation.Length), Is.EqualTo((3, 1)));
        Assert.That(
            FoldSplit.Split(store, 2, stratified: true, seed: 1).Select(fold => fold.Validation.Length),
            Is.EqualTo(new[] { 2, 2 })
        );
    }

    [Test]
    public void Folds_of_classes_of_one_row_each_are_refused()
    {
        using SequenceStore store = Of((1, 0), (2, 1), (3, 2), (4, 3));
        Refused.Operation(
            () => FoldSplit.Split(store, 2, stratified: true, seed: 1),
            "Of the 4 rows only 0 can be held out without leaving a class without a row to train on, too few for 2 folds: give more rows "
                + "of each class, or use fewer folds."
        );
    }

    // 100 different sequences, of which a third come three times or more, and a class for each by its number.
    private static SequenceStore ShortTexts(int seed)
    {
        var random = new Random(seed);
        return Of([
            .. Enumerable.Range(0, 1000).Select(_ => (int)(700 * Math.Pow(random.NextDouble(), 3))).Select(text => (text, text % 4)),
        ]);
    }

    // 40 classes of one row or tag, 20 of several.
    private static SequenceStore ManyClasses(bool isPerStep)
    {
        var store = new SequenceStore(features: 1, labelWidth: 1, hasLabelsPerStep: isPerStep);
        for (int row = 0; row < 200; row++)
        {
            int @class = row < 40 ? row : 40 + row % 20;
            if (isPerStep)
                store.Add(SequenceView.OfSteps([row, row, row], 1), [40 + row % 20, StepClassesReader.Missing, @class], 1);
            else
                store.Add(SequenceView.OfSteps([row], 1), [@class], 1);
        }
        store.Seal();
        return store;
    }

    private static int[] Classes(SequenceStore store, int[] rows) =>
        [.. rows.SelectMany(row => store.Label(row).ToArray()).Where(label => label >= 0).Select(label => (int)label).Distinct()];

    private static SequenceStore Of(params (int Sequence, int Class)[] rows)
    {
        var store = new SequenceStore(features: 1, labelWidth: 1);
        foreach (var (sequence, @class) in rows)
            store.Add(SequenceView.OfSteps([sequence, 1], 1), [@class], 1);
        store.Seal();
        return store;
    }
}
