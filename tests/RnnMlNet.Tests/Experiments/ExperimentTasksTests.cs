using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TrainingHost;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Experiments of each task.</summary>
[TestFixture]
internal sealed class ExperimentTasksTests : ExperimentFixture
{
    [Test]
    public void Binary_and_regression()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml, 60);
        var binary = new BinaryExperimentSettings { OptimizingMetric = BinaryClassificationMetric.AreaUnderRocCurve };
        Set(binary, binary.Options);
        var regression = new RegressionExperimentSettings { OptimizingMetric = RegressionMetric.RootMeanSquaredError };
        Set(regression, regression.Options);

        ExperimentResult<BinaryClassificationMetrics> told = ml.Rnn()
            .CreateBinaryExperiment(binary)
            .Execute(data, nameof(SequenceRow.Positive));
        ExperimentResult<RegressionMetrics> number = ml.Rnn()
            .CreateRegressionExperiment(regression)
            .Execute(data, nameof(SequenceRow.Number));

        Assert.That(told.BestRun.ValidationMetrics!.AreaUnderRocCurve, Is.GreaterThan(0.95));
        Assert.That(
            ml.BinaryClassification.Evaluate(told.BestRun.Model!.Transform(data), nameof(SequenceRow.Positive)).AreaUnderRocCurve,
            Is.GreaterThan(0.95)
        );
        Assert.That(number.BestRun.ValidationMetrics!.RSquared, Is.GreaterThan(0.7));
        Assert.That(
            number.BestRun.ValidationMetrics.RootMeanSquaredError,
            Is.EqualTo(number.RunDetails.Min(run => run.ValidationMetrics!.RootMeanSquaredError))
        );
        Assert.That(number.Progress.Select(step => step.Value), Is.Ordered.Descending);
    }

    [Test]
    public void What_held_out_rows_are_scored_is_what_the_trial_s_model_scores_them()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = TinyData.Load(ml, 60),
            validation = TinyData.Load(ml, 30, seed: 2);
        var regression = new RegressionExperimentSettings();
        Set(regression, regression.Options);

        ExperimentResult<RegressionMetrics> result = ml.Rnn()
            .CreateRegressionExperiment(regression)
            .Execute(train, validation, nameof(SequenceRow.Number));

        RegressionMetrics measured = ml.Regression.Evaluate(result.BestRun.Model!.Transform(validation), nameof(SequenceRow.Number));
        Assert.That(
            result.BestRun.ValidationMetrics!.MeanSquaredError,
            Is.EqualTo(measured.MeanSquaredError).Within(1e-5 * measured.MeanSquaredError)
        );
    }

    [Test]
    public void Forecasting()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinySeries.Load(ml, 200);
        var settings = new ForecastingExperimentSettings
        {
            Options = TinySeries.Options(options => options.SeasonLength = TinySeries.Period),
            MaxModels = 5,
            MaxEpochs = 9,
            Seed = 1,
            SearchSpace = SearchSpace.ForForecasting(16).Range("HiddenSize", 4, 16).Remove("Loss").ClearInitialTrials(),
        };

        ExperimentResult<ForecastMetrics> result = ml.Rnn().CreateForecastingExperiment(settings).Execute(data);

        Assert.That(result.RunDetails, Has.Count.EqualTo(5));
        Assert.That(result.RunDetails.Select(run => run.Exception?.Message), Is.All.Null);
        Assert.That(result.RunDetails.Skip(1).Select(run => run.Parameters["WindowSize"]).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(
            result.BestRun.ValidationMetrics!.MeanAbsoluteError,
            Is.LessThan(3).And.EqualTo(result.RunDetails.Min(run => run.ValidationMetrics!.MeanAbsoluteError))
        );
        Assert.That(result.BestRun.ValidationMetrics.MeanAbsoluteScaledError, Is.Not.NaN);
        var model = (RnnForecastingTransformer)result.BestRun.Model!;
        ForecastMetrics evaluated = ml.Forecasting.Evaluate(model.Transform(data), nameof(SeriesStep.Value), "Forecast", "Lower", "Upper");
        Assert.That(evaluated.MeanAbsoluteError, Is.LessThan(3));
        Assert.That(evaluated.Coverage, Is.GreaterThan(0.5));
    }

    [Test]
    public void A_forecasting_experiment_begins_with_the_other_model_and_other_cells()
    {
        var ml = new MLContext(seed: 1);
        var settings = new ForecastingExperimentSettings
        {
            Options = TinySeries.Options(options => (options.Model, options.Cell, options.WindowSize) = (ForecastModel.Auto, null, 12)),
            MaxModels = 4,
            MaxEpochs = 1,
            Refit = false,
            Seed = 1,
        };

        ExperimentResult<ForecastMetrics> result = ml.Rnn().CreateForecastingExperiment(settings).Execute(TinySeries.Load(ml, 200));

        Assert.That(
            result.RunDetails.Select(run => string.Join(", ", run.Parameters.Select(option => $"{option.Key} {option.Value}"))),
            Is.EqualTo(["", "Model Segments", "Cell Lstm", "Cell MinGru"]),
            "A window of 12 steps is short enough for the direct model."
        );
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
    }
}
