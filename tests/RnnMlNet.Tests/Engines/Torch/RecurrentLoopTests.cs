using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

public sealed class RecurrentLoopTests
{
    private DisposeScope _scope = null!;

    [SetUp]
    public void OpenScope() => _scope = NewDisposeScope();

    [TearDown]
    public void CloseScope() => _scope.Dispose();

    [Test]
    public void Forwards_OutputsAfterEachStep()
    {
        var (outputs, final) = RecurrentLoop.Run(new SumCell(1), Series(1, 10, 100));

        AssertValues(outputs, [3, 1, 1], 2, 12, 112);
        AssertValues(final, [1, 1], 112);
    }

    [Test]
    public void Backwards_BeginsAtTheLastStep()
    {
        var (outputs, final) = RecurrentLoop.Run(new SumCell(1), Series(1, 10, 100), reverse: true);

        AssertValues(outputs, [3, 1, 1], 112, 111, 101);
        AssertValues(final, [1, 1], 112);
    }

    // Rows of 3, 1 and 0 steps: (1, 10, 100), (2), ().
    private static readonly float[] Ragged = [1, 2, 99, 10, 99, 99, 100, 99, 99];
    private static readonly bool[] Valid = [true, true, false, true, false, false, true, false, false];

    [Test]
    public void Forwards_ARowThatHasEndedKeepsItsState()
    {
        var (outputs, final) = RecurrentLoop.Run(new SumCell(1), tensor(Ragged).reshape(3, 3, 1), tensor(Valid).reshape(3, 3));

        AssertValues(outputs, [3, 3, 1], 2, 3, 1, 12, 3, 1, 112, 3, 1);
        AssertValues(final, [3, 1], 112, 3, 1);
    }

    [Test]
    public void Backwards_ARowBeginsAtItsOwnLastStep()
    {
        var (outputs, final) = RecurrentLoop.Run(
            new SumCell(1),
            tensor(Ragged).reshape(3, 3, 1),
            tensor(Valid).reshape(3, 3),
            reverse: true
        );

        AssertValues(outputs, [3, 3, 1], 112, 3, 1, 111, 1, 1, 101, 1, 1);
        AssertValues(final, [3, 1], 112, 3, 1);
    }

    [Test]
    public void AStateMayBeWiderThanTheOutput()
    {
        // (a, b) from (0, 0): after 1 (0, 1), after 2 (1, 2), after 3 (2, 4).
        var (outputs, final) = RecurrentLoop.Run(new PairCell(), Series(1, 2, 3));

        AssertValues(outputs, [3, 1, 1], 0, 1, 2);
        AssertValues(final, [1, 1], 2);
    }

    [Test]
    public void WithoutSteps_TheFinalOutputIsThatOfTheInitialState()
    {
        var (outputs, final) = RecurrentLoop.Run(new SumCell(2), zeros(0, 3, 2));

        Assert.That(outputs.shape, Is.EqualTo(new long[] { 0, 3, 2 }));
        AssertValues(final, [3, 2], 1, 1, 1, 1, 1, 1);
    }

    [Test]
    public void WrongInputs_AreTold()
    {
        using var cell = new SumCell(2);

        Assert.That(
            () =>
            {
                RecurrentLoop.Run(null!, ones(3, 1, 2));
            },
            Throws.ArgumentNullException
        );
        Assert.That(
            () =>
            {
                RecurrentLoop.Run(cell, null!);
            },
            Throws.ArgumentNullException
        );
        Assert.That(
            () =>
            {
                RecurrentLoop.Run(cell, ones(3, 2));
            },
            Throws.ArgumentException.With.Message.StartsWith("Expected an input of shape [T, batch, 2], received [3, 2].")
        );
        Assert.That(
            () =>
            {
                RecurrentLoop.Run(cell, ones(3, 1, 4));
            },
            Throws.ArgumentException.With.Message.StartsWith("Expected an input of shape [T, batch, 2], received [3, 1, 4].")
        );
        Assert.That(
            () =>
            {
                RecurrentLoop.Run(cell, ones(3, 1, 2), ones(3, 2, dtype: ScalarType.Bool));
            },
            Throws.ArgumentException.With.Message.StartsWith("Expected a Boolean mask of shape [3, 1], received Bool [3, 2].")
        );
        Assert.That(
            () =>
            {
                RecurrentLoop.Run(cell, ones(3, 1, 2), ones(3, 1));
            },
            Throws.ArgumentException.With.Message.StartsWith("Expected a Boolean mask of shape [3, 1], received Float32 [3, 1].")
        );
    }

    [Test]
    public void ACell_NeedsWidthsOfAtLeastOne()
    {
        Assert.That(() => new GatedCell(0, 2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("inputSize"));
        Assert.That(() => new GatedCell(2, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("hiddenSize"));
    }

    private static Tensor Series(params float[] values) => tensor(values).reshape(-1, 1, 1);

    private static void AssertValues(Tensor actual, long[] shape, params float[] expected)
    {
        Assert.That(actual.shape, Is.EqualTo(shape));
        Assert.That(actual.contiguous().data<float>().ToArray(), Is.EqualTo(expected));
    }
}
