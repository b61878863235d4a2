using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>CrossValidate fits the same estimator once per fold: each fold comes out as if it had been fitted alone.</summary>
[TestFixture]
public class CrossValidateTests
{
    private const int Folds = 3;
    private const int SplitSeed = 7;
    private const string Label = TinyData.ClassLabel;
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Multiclass_folds_are_those_fitted_by_hand()
    {
        RnnMulticlassTrainer trainer = Tiny.Multiclass(_ml);
        var results = _ml.MulticlassClassification.CrossValidate(Data(), trainer, Folds, Label, seed: SplitSeed);
        IsSameByHand(trainer, [.. results.Select(r => r.ScoredHoldOutSet)]);
        IDataView first = trainer.Fit(ByHand()[0].TrainSet).Transform(ByHand()[0].TestSet);
        Assert.That(results[0].Metrics.LogLoss, Is.EqualTo(_ml.MulticlassClassification.Evaluate(first, Label).LogLoss));
    }

    [Test]
    public void Binary_folds_are_those_fitted_by_hand()
    {
        RnnBinaryTrainer trainer = Tiny.Binary(_ml, ColumnKind.Ragged);
        var results = _ml.BinaryClassification.CrossValidate(Data(), trainer, Folds, TinyTask.Binary.Label(), seed: SplitSeed);
        IsSameByHand(trainer, [.. results.Select(r => r.ScoredHoldOutSet)]);
        Assert.That(results.Select(r => r.Metrics.LogLoss), Has.All.GreaterThan(0));
    }

    [Test]
    public void Regression_folds_are_those_fitted_by_hand()
    {
        RnnRegressionTrainer trainer = Tiny.Regression(_ml, ColumnKind.Tokens);
        var results = _ml.Regression.CrossValidate(Data(), trainer, Folds, TinyTask.Regression.Label(), seed: SplitSeed);
        IsSameByHand(trainer, [.. results.Select(r => r.ScoredHoldOutSet)]);
        Assert.That(results.Select(r => r.Metrics.RootMeanSquaredError), Has.All.GreaterThan(0));
    }

    [Test]
    public void A_fold_does_not_depend_on_the_folds_fitted_before_it()
    {
        IDataView train = ByHand()[2].TrainSet,
            test = ByHand()[2].TestSet;
        RnnMulticlassTrainer used = Tiny.Multiclass(_ml, configure: options => options.Seed = 5),
            fresh = Tiny.Multiclass(_ml, configure: options => options.Seed = 5);
        used.Fit(ByHand()[0].TrainSet);
        used.Fit(ByHand()[1].TrainSet);
        Assert.That(Scores.Of(used.Fit(train), test), Is.EqualTo(Scores.Of(fresh.Fit(train), test)));
    }

    private void IsSameByHand(IEstimator<ITransformer> trainer, IDataView[] scored)
    {
        DataOperationsCatalog.TrainTestData[] folds = ByHand();
        Assert.That(scored, Has.Length.EqualTo(Folds));
        for (int i = 0; i < Folds; i++)
            Assert.That(Scores.Of(scored[i]), Is.EqualTo(Scores.Of(trainer.Fit(folds[i].TrainSet), folds[i].TestSet)), $"Fold {i}");
    }

    private DataOperationsCatalog.TrainTestData[] ByHand() => [.. _ml.Data.CrossValidationSplit(Data(), Folds, seed: SplitSeed)];

    private IDataView Data() => TinyData.Load(_ml);
}
