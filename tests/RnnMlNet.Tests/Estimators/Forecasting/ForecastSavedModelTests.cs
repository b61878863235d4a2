using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Forecasters saved here and loaded elsewhere.</summary>
[TestFixture]
public class ForecastSavedModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static Action<RnnForecastingEstimator.Options> Rich(ForecastModel model) =>
        options =>
        {
            options.Model = model;
            // A name that ScoringHost writes down.
            options.Columns =
            [
                new ForecastColumn
                {
                    InputColumnName = nameof(SeriesStep.Pair),
                    OutputColumnName = "Score",
                    ConfidenceLowerBoundColumn = "Probability",
                    ConfidenceUpperBoundColumn = "PredictedLabel",
                },
            ];
            options.TimeColumnName = nameof(SeriesStep.Time);
            options.SeriesKeyColumnName = nameof(SeriesStep.Key);
            options.PastColumnNames = [nameof(SeriesStep.Past)];
            options.KnownColumnNames = [nameof(SeriesStep.Known)];
            options.CalendarFeatures = CalendarFeatures.HourOfDay;
            options.Loss = ForecastLoss.Quantile;
            options.MissingSteps = MissingSteps.Linear;
            options.CycleLength = model == ForecastModel.EncoderDecoder ? null : 5;
        };

    private IDataView Data() => TinySeries.Load(_ml, TinySeries.Steps(80, "a").Concat(TinySeries.Steps(60, "b", size: 3, seed: 2)));

    [Test]
    public void A_fresh_process_forecasts_the_same(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel model
    )
    {
        IDataView data = Data();
        using RnnForecastingTransformer fitted = TinySeries.Estimator(_ml, Rich(model)).Fit(data);
        using var folder = new TemporaryFolder();
        string modelFile = folder.PathOf("model.zip"),
            rowsFile = folder.PathOf("rows.idv"),
            scoresFile = folder.PathOf("scores.txt");
        _ml.Model.Save(fitted, data.Schema, modelFile);
        using (FileStream rows = File.Create(rowsFile))
            _ml.Data.SaveAsBinary(data, rows);
        ChildProcess.RunWell(TestPaths.ScoringHost, "score", modelFile, rowsFile, scoresFile);
        string[] lines = File.ReadAllLines(scoresFile);
        Assert.That(lines, Is.EqualTo(ScoreText.Lines(fitted.Transform(data))));
        Assert.That(lines.Count(line => !line.Contains("NaN", StringComparison.Ordinal)), Is.GreaterThan(50));
    }

    [Test]
    public void A_loaded_model_saves_to_the_same_bytes_and_is_the_same(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel model
    )
    {
        IDataView data = Data();
        RnnForecastingTransformer fitted = TinySeries.Estimator(_ml, Rich(model)).Fit(data);
        fitted.ConfidenceLevel = 0.8f;
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(SavedModel.Entries(_ml, loaded, data.Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, data.Schema)));
        Assert.That(
            (loaded.WindowSize, loaded.Horizon, loaded.ConfidenceLevel, loaded.History.BestEpoch),
            Is.EqualTo((16, 4, 0.8f, fitted.History.BestEpoch))
        );
    }
}
