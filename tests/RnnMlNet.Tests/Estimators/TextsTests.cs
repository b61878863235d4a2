using System.Globalization;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The output of <c>Console.WriteLine</c> for histories, metrics and models, and the stated units of metrics.</summary>
[TestFixture]
public class TextsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_history_is_a_sentence_about_how_it_ended()
    {
        SequenceRow[] rows = [.. TinyData.Rows(), .. TinyData.Rows(1)];
        rows[^1].Matrix = [.. rows[^1].Matrix[1..], float.NaN];
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml, rows));

        Assert.That(
            model.Model.History.ToString(),
            Does.Match(
                @"^Ran 2 epochs in \d\.\d\d s; the model has the weights of epoch \d, validation loss [\d.]+, Accuracy [\d.]+ \(share of "
                    + @"the validation rows\)\. 43 rows to train on, 5 to validate on; 1 row was skipped\.$"
            )
        );
        Assert.That(
            model.Model.History.Epochs[1].ToString(),
            Does.Match(@"^Epoch 2/2: loss \d\.\d{4}, validation loss \d\.\d{4}, Accuracy \d\.\d{4}, \d\.\d\d s( \(best so far\))?$")
        );
    }

    [TestCase(TinyTask.Multiclass, false, "share of the validation rows")]
    [TestCase(TinyTask.Binary, true, "share of the validation rows, by weight")]
    [TestCase(TinyTask.Regression, false, "in the label's unit")]
    [TestCase(TinyTask.Regression, true, "in the label's unit, by weight")]
    [TestCase(TinyTask.MultiTarget, false, "over all targets, each in its own unit")]
    [TestCase(TinyTask.MultiLabel, false, "share of the validation rows whose labels are all right at a threshold of 0.5")]
    [TestCase(
        TinyTask.MultiLabelTags,
        true,
        "share of the labelled validation steps whose labels are all right at a threshold of 0.5, by weight"
    )]
    public void A_metrics_unit_is_what_it_is_and_stays_with_the_model(TinyTask task, bool hasWeights, string unit)
    {
        var reports = new List<EpochReport>();
        IDataView data = TinyData.Load(_ml);
        ITransformer model = Tiny.Trainer(
                _ml,
                task,
                configure: o => (o.ExampleWeightColumnName, o.Progress) = (hasWeights ? "Weight" : null, new OnEpoch(reports.Add))
            )
            .Fit(data);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);

        Assert.That(reports.Select(report => report.MetricUnit), Is.All.EqualTo(unit));
        foreach (TrainingHistory history in (TrainingHistory[])[History(model), History(loaded)])
        {
            Assert.That(history.Epochs.Select(report => report.MetricUnit), Is.All.EqualTo(unit));
            Assert.That(history.Plot().ToSvg(), Does.Contain($"({unit.Replace("'", "&apos;")})").Or.Contain($"({unit})"));
        }
    }

    [Test]
    public void A_taggers_accuracy_is_a_share_of_steps()
    {
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml).Fit(TinyTags.Load(_ml));
        Assert.That(model.Model.History.ToString(), Does.Contain(" (share of the labelled validation steps). "));
        Assert.That(model.Model.History.Plot().ToSvg(), Does.Contain("Accuracy (share of the labelled validation steps)"));
    }

    [Test]
    public void Models_say_what_they_are()
    {
        using RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Channels,
                o => (o.Cell, o.Bidirectional, o.Pooling, o.HeadHiddenSizes) = (CellKind.Gru, true, Pooling.Mean | Pooling.Max, [6])
            )
            .Fit(TinyData.Load(_ml));

        string[] lines = model.ToString().Split(Environment.NewLine);
        Assert.That(lines[0], Is.EqualTo("RnnMulticlassTransformer of columns ChannelA, ChannelB"));
        Assert.That(
            lines[1],
            Is.EqualTo(
                "RnnMulticlassModelParameters: 2 numbers a step, 1 layer of 4 units in both directions (Gru), pooled by Mean, Max, "
                    + "hidden layers of 6, 3 outputs; "
                    + $"{model.Model.GetWeights().Sum(weight => weight.Values.Count)} weights"
            )
        );
        Assert.That(lines[2], Is.EqualTo("Classes: low, middle, high"));
        Assert.That(lines[3], Does.StartWith("Ran 2 epochs"));
        Assert.That(model.Model.GetWeights()[0].ToString(), Is.EqualTo("rnn.weight_ih_l0 [12, 2]"));

        using RnnSequenceTaggerTransformer tagger = TinyTags
            .Trainer(_ml, ColumnKind.Tokens, o => o.EnsembleSize = 2)
            .Fit(TinyTags.Load(_ml));
        Assert.That(
            tagger.ToString(),
            Does.Contain("8 tokens embedded in 3 numbers, 1 layer of 4 units (Lstm), read at every step, 2 outputs, 2 networks averaged; ")
        );
    }

    [Test]
    public void A_forecaster_says_what_it_forecasts()
    {
        using RnnForecastingTransformer model = _ml
            .Forecasting.ForecastByRnn(
                new RnnForecastingEstimator.Options
                {
                    Columns = [new ForecastColumn { InputColumnName = nameof(SequenceRow.Number), OutputColumnName = "Forecast" }],
                    WindowSize = 4,
                    Horizon = 1,
                    MaxEpochs = 1,
                    HiddenSize = 2,
                    Device = "cpu",
                }
            )
            .Fit(_ml.Data.LoadFromEnumerable(TinyData.Rows(60)));
        Assert.That(
            model.ToString(),
            Does.StartWith($"RnnForecastingTransformer of Number: 1 step ahead, from windows of 4{Environment.NewLine}Network 1 of 3: Ran ")
        );
    }

    [Test]
    public void A_history_says_what_trained_on_with_the_held_out_steps()
    {
        RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.TrainOnHeldOut = true).Fit(TinySeries.Load(_ml));
        TrainingHistory history = model.Histories[0];
        int measured = history.Epochs.Count - history.RefitEpochs;

        Assert.That(history.RefitEpochs, Is.Positive);
        Assert.That(history.BestEpoch, Is.InRange(1, measured));
        Assert.That(
            history.ToString(),
            Does.Match(
                $"^Ran {measured} epochs in .*; the model has the weights of epoch {history.BestEpoch}, "
                    + $@"validation loss .*, trained further for {history.RefitEpochs} epochs? with the held-out steps\. "
                    + @"101 windows to train on in the end, 9 of them to validate on before\.$"
            )
        );
        Assert.That(history.TrainingRows, Is.EqualTo(101));
    }

    [Test]
    public void A_forecasters_history_counts_windows([Values] bool isLoaded)
    {
        var pair = new ForecastColumn { InputColumnName = nameof(SeriesStep.Pair), OutputColumnName = "Forecast" };
        using RnnForecastingTransformer trained = TinySeries.Estimator(_ml, o => o.Columns = [pair]).Fit(TinySeries.Load(_ml));
        ITransformer model = isLoaded ? SavedModel.Load(_ml, SavedModel.Bytes(_ml, trained, null), out _) : trained;
        TrainingHistory history = ((RnnForecastingTransformer)model).History;

        Assert.That(history.ToString(), Does.EndWith(" 89 windows to train on, 9 to validate on."));
        Assert.That((history.TrainingRows, history.ValidationRows), Is.EqualTo((178L, 18L)), "two targets");
    }

    [Test]
    public void Of_several_networks_a_history_says_whose_it_is([Values] bool isLoaded)
    {
        using RnnBinaryTransformer trained = Tiny.Binary(_ml, configure: o => o.EnsembleSize = 2).Fit(TinyData.Load(_ml));
        var model = (RnnBinaryTransformer)(isLoaded ? SavedModel.Load(_ml, SavedModel.Bytes(_ml, trained, null), out _) : trained);

        Assert.That(model.Model.ToString(), Does.Contain($"{Environment.NewLine}Network 1 of 2: Ran 2 epochs"));
        Assert.That(model.Model.Histories.Select(history => $"{history}"[..16]), Is.EqualTo(["Network 1 of 2: ", "Network 2 of 2: "]));
        Assert.That(model.Model.History.ToString(), Does.Contain("; it has the weights of epoch "));
        Assert.That(model.Model.History.Plot().Summary, Does.StartWith("Network 1 of 2: "));
    }

    [Test]
    public void Of_a_forecaster_of_several_networks_too([Values] bool isLoaded)
    {
        using RnnForecastingTransformer trained = TinySeries.Estimator(_ml, o => o.EnsembleSize = 2).Fit(TinySeries.Load(_ml));
        var model = (RnnForecastingTransformer)(isLoaded ? SavedModel.Load(_ml, SavedModel.Bytes(_ml, trained, null), out _) : trained);

        Assert.That(model.ToString(), Does.Contain($"{Environment.NewLine}Network 1 of 2: Ran 3 epochs"));
        Assert.That(model.Histories.Select(history => $"{history}"[..16]), Is.EqualTo(["Network 1 of 2: ", "Network 2 of 2: "]));
    }

    [Test]
    public void Metrics_of_tags_are_a_table()
    {
        var chunks = new ChunkMetrics(3, 4, 6);
        var metrics = new SequenceTaggingMetrics(0.75, 0.5, chunks, [new("NP", chunks), new("VP", new ChunkMetrics(0, 0, 0))], 100, 1, 2, 3)
        {
            LogLoss = 0.25,
        };

        Assert.That(
            metrics.ToString().Split(Environment.NewLine),
            Is.EqualTo(
                new[]
                {
                    "100 steps of 1 sequence, 2 without a label, 3 without a prediction: accuracy 0.75, of whole "
                        + "sequences 0.5, log-loss 0.25",
                    "            precision   recall       F1  labelled  predicted",
                    "all chunks     0.7500   0.5000   0.6000         6          4",
                    "NP             0.7500   0.5000   0.6000         6          4",
                    "VP             0.0000   0.0000   0.0000         0          0",
                }
            )
        );
        Assert.That(
            (metrics with { ChunksByType = [], SkippedSteps = 0, UnscoredSteps = 0 }).ToString(),
            Is.EqualTo("100 steps of 1 sequence: accuracy 0.75, of whole sequences 0.5, log-loss 0.25")
        );
        Assert.That(
            $"{metrics.ChunksByType[0]}",
            Is.EqualTo("NP: precision 0.75, recall 0.5, F1 0.6 (3 right of 4 predicted and 6 labelled)")
        );
    }

    [Test]
    public void Metrics_of_several_targets_are_a_line_each()
    {
        var metrics = new MultiTargetRegressionMetrics([new(1, 2, 0.5), new(3, 4.56789, double.NaN)], 10);

        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Assert.That(
                metrics.ToString().Split(Environment.NewLine),
                Is.EqualTo(
                    new[]
                    {
                        "10 rows, 2 targets: MAE 2, RMSE 3.526, R² not a number",
                        "target 0: MAE 1, RMSE 2, R² 0.5",
                        "target 1: MAE 3, RMSE 4.568, R² not a number",
                    }
                )
            );
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.That(
            (metrics with { Targets = [metrics.Targets[0]], Rows = 1 }).ToString(),
            Is.EqualTo("1 row, 1 target: MAE 1, RMSE 2, R² 0.5")
        );
    }

    private static TrainingHistory History(ITransformer model) =>
        model switch
        {
            RnnMulticlassTransformer one => one.Model.History,
            RnnBinaryTransformer one => one.Model.History,
            RnnMultiLabelTransformer one => one.Model.History,
            RnnMultiLabelTaggerTransformer one => one.Model.History,
            RnnRegressionTransformer one => one.Model.History,
            _ => throw new ArgumentOutOfRangeException(nameof(model), model, null),
        };
}
