using NUnit.Framework;
using RnnMlNet.Estimators;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Rows that were not trained on: their steps, and fewer of many.</summary>
public class HeldOutRowTests
{
    [Test]
    public void Steps_are_those_with_labels()
    {
        var row = new HeldOutRow([1, 2, 3, 4, 5, 6], [0, 1, -1, -1, 1, 1], 0.5f);

        HeldOutRow[] steps = [.. row.Steps(labels: 2)];

        Assert.That(steps.Select(step => step.Logits), Is.EqualTo(new[] { new float[] { 1, 2 }, [5, 6] }));
        Assert.That(steps.Select(step => step.Labels), Is.EqualTo(new[] { new float[] { 0, 1 }, [1, 1] }));
        Assert.That(steps.Select(step => step.Weight), Is.All.EqualTo(0.5f));
    }

    /// <summary>Rows of equal length are periods of steps, so a share must not be in step with any of them.</summary>
    [Test]
    public void Fewer_rows_are_spread_evenly_whatever_their_period([Values(0.5, 0.1, 0.03)] double share, [Values(2, 7, 10, 60)] int period)
    {
        HeldOutRow[] rows = [.. Enumerable.Range(0, 60_000).Select(i => new HeldOutRow([i], [0], 1))];

        int[] kept = [.. HeldOutRow.Thinned(rows, share).Select(row => (int)row.Logits[0])];

        Assert.That(kept, Has.Length.EqualTo(share * rows.Length).Within(5));
        int[] places = [.. kept.GroupBy(i => i % period).Select(place => place.Count())];
        Assert.That(places, Has.Length.EqualTo(period).And.All.EqualTo(kept.Length / (double)period).Within(period));
        Assert.That(HeldOutRow.Thinned(rows, 1).Count(), Is.EqualTo(rows.Length));
        Assert.That(HeldOutRow.Thinned([], double.PositiveInfinity), Is.Empty);
    }
}
