using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Data;

/// <summary>Several time steps as one, by hand.</summary>
public class PatchTests
{
    [TestCase(0, 2, 0)]
    [TestCase(1, 2, 1)]
    [TestCase(2, 2, 1)]
    [TestCase(3, 2, 2)]
    [TestCase(7, 8, 1)]
    [TestCase(9, 8, 2)]
    [TestCase(33, 16, 3)]
    [TestCase(5, int.MaxValue, 1)]
    public void Steps(int timeSteps, int patchLength, int expected) =>
        Assert.That(Patch.Steps(timeSteps, patchLength), Is.EqualTo(expected));

    [Test]
    public void A_last_patch_that_is_not_full_repeats_the_last_time_step()
    {
        float[] steps = [1, 2, 3, 4, 5, 6, 7, 8]; // four time steps of two values
        var patch = new Patch(features: 2, length: 3);
        SequenceView folded = patch.Of(SequenceView.OfSteps(steps, 2));
        Assert.That(folded.Length, Is.EqualTo(2));
        Assert.That(folded.Steps.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 7, 8, 7, 8 }));
    }

    [Test]
    public void Full_patches_are_the_same_memory()
    {
        float[] steps = [1, 2, 3, 4];
        SequenceView folded = new Patch(features: 1, length: 2).Of(SequenceView.OfSteps(steps, 1));
        steps[0] = 9;
        Assert.That(folded.Length, Is.EqualTo(2));
        Assert.That(folded.Steps[0], Is.EqualTo(9));
    }

    [Test]
    public void No_step_is_none() => Assert.That(new Patch(features: 3, length: 4).Of(SequenceView.OfSteps([], 3)).Length, Is.Zero);

    [Test]
    public void A_shorter_row_behind_a_longer_one_sees_nothing_of_it()
    {
        var patch = new Patch(features: 1, length: 4);
        patch.Of(SequenceView.OfSteps([1, 2, 3, 4, 5, 6, 7], 1));
        Assert.That(patch.Of(SequenceView.OfSteps([8], 1)).Steps.ToArray(), Is.EqualTo(new float[] { 8, 8, 8, 8 }));
    }
}
