using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>The model of a forecasting experiment is an ensemble, trained as a Fit of the best trial's options would.</summary>
[TestFixture]
public class ForecastEnsembleTests
{
    private static ExperimentResult<ForecastMetrics> Run(MLContext ml, Action<ForecastingExperimentSettings> configure)
    {
        var settings = new ForecastingExperimentSettings
        {
            Options = TinySeries.Options(options => options.EnsembleSize = null),
            MaxModels = 2,
            MaxEpochs = 4,
            Seed = 1,
            SearchSpace = new SearchSpace().Choice("HiddenSize", 4, 8),
        };
        configure(settings);
        return ml.Rnn().CreateForecastingExperiment(settings).Execute(TinySeries.Load(ml, 200));
    }

    [TestCase(null, 3)]
    [TestCase(1, 1)]
    [TestCase(5, 5)]
    public void The_model_has_as_many_members_as_the_options_say_or_three(int? asked, int members)
    {
        var ml = new MLContext(seed: 1);
        ExperimentResult<ForecastMetrics> result = Run(ml, settings => settings.Options.EnsembleSize = asked);

        var model = (RnnForecastingTransformer)result.BestRun.Model!;
        Assert.That(model.Histories, Has.Count.EqualTo(members));
        Assert.That(model.History.Options["EnsembleSize"], Is.EqualTo($"{members}"));
        Assert.That(model.Trained.Scores, Is.Not.Null, "intervals are measured on the ensemble");
    }

    [Test]
    public void The_model_is_that_of_a_Fit_with_the_best_trials_options([Values] bool trainOnHeldOut)
    {
        var ml = new MLContext(seed: 1);
        ExperimentResult<ForecastMetrics> result = Run(
            ml,
            settings => (settings.Options.EnsembleSize, settings.Options.TrainOnHeldOut) = (2, trainOnHeldOut)
        );
        IDataView data = TinySeries.Load(ml, 200);

        var model = (RnnForecastingTransformer)result.BestRun.Model!;
        Assert.That(model.History.RefitEpochs > 0, Is.EqualTo(trainOnHeldOut));
        Assert.That(
            TinySeries.Vectors(model.Transform(data)),
            Is.EqualTo(TinySeries.Vectors(result.BestRun.Estimator.Fit(data).Transform(data)))
        );
    }

    [Test]
    public void Without_Refit_the_model_is_the_trials_one_network()
    {
        var ml = new MLContext(seed: 1);
        ExperimentResult<ForecastMetrics> result = Run(ml, settings => (settings.Refit, settings.Options.EnsembleSize) = (false, 2));

        var model = (RnnForecastingTransformer)result.BestRun.Model!;
        Assert.That(model.Histories, Has.Count.EqualTo(1));
        Assert.That(model.History.RefitEpochs, Is.Zero);
    }

    [Test]
    public void The_model_trains_the_best_trials_first_network_again()
    {
        var ml = new MLContext(seed: 1);
        var refitted = (RnnForecastingTransformer)Run(ml, settings => settings.Options.EnsembleSize = 2).BestRun.Model!;
        var own = (RnnForecastingTransformer)Run(ml, settings => settings.Refit = false).BestRun.Model!;
        Assert.That(
            refitted.Trained.Forecaster.Members[0].Weights.Tensors.Select(tensor => tensor.Values),
            Is.EqualTo(own.Trained.Forecaster.Members[0].Weights.Tensors.Select(tensor => tensor.Values))
        );
    }
}
