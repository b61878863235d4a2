using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Labels that a score cannot be as large as are refused.</summary>
[TestFixture]
public class LabelCheckTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Load(Func<int, float> label)
    {
        SequenceRow[] rows = TinyData.Rows();
        for (int row = 0; row < rows.Length; row++)
            (rows[row].Number, rows[row].Targets) = (label(row), [row, label(row)]);
        return TinyData.Load(_ml, rows);
    }

    [Test]
    public void Numbers_at_the_end_of_single_precision_are_refused() =>
        Refused.Operation(
            () => Tiny.Regression(_ml).Fit(Load(row => row % 2 == 0 ? 3e38f : -3e38f)),
            "The label column 'Number' holds numbers from -3E+38 to 3E+38, and scores some deviations beyond them would exceed "
                + "the range of single precision, 3.4E+38: "
                + "divide the labels by a large number before training, and multiply scores by it."
        );

    [Test]
    public void Of_several_targets_it_is_said_which() =>
        Refused.Operation(
            () => Tiny.Trainer(_ml, TinyTask.MultiTarget).Fit(Load(row => row % 2 == 0 ? 3e38f : 0)),
            "The label column 'Targets' holds numbers from 0E+0 to 3E+38 (target 1), and scores"
        );

    [Test]
    public void Large_numbers_have_scores()
    {
        IDataView data = Load(row => row % 2 == 0 ? 1e37f : -1e37f);
        Assert.That(Scores.Of(Tiny.Regression(_ml).Fit(data), data).SelectMany(score => score).All(float.IsFinite), Is.True);
    }
}
