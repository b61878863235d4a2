using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What a training tells: the history on the model, the user's IProgress, ML.NET's log and progress channel.</summary>
[TestFixture]
public class TrainingReportTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void The_history_is_on_the_model_and_in_its_file()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer model = Tiny.Multiclass(_ml, configure: options => options.MaxEpochs = 4).Fit(data);
        TrainingHistory history = model.Model.History;
        Assert.That(history.Epochs.Select(e => e.Epoch), Is.EqualTo([1, 2, 3, 4]));
        Assert.That(history.Epochs.Select(e => e.MaxEpochs), Has.All.EqualTo(4));
        Assert.That(history.Epochs.Select(e => e.MetricName), Has.All.EqualTo("Accuracy"));
        Assert.That(history.Epochs.Select(e => e.LearningRate), Has.All.EqualTo(1e-3).Within(1e-9));
        Assert.That(history.Epochs.Select(e => e.ValidationLoss), Has.All.GreaterThan(0.0));
        Assert.That(history.StopReason, Is.EqualTo(StopReason.MaxEpochs));
        // A tenth of 48 rows, rounded.
        Assert.That((history.TrainingRows, history.ValidationRows, history.SkippedRows), Is.EqualTo((43L, 5L, 0L)));

        TrainingHistory saved = ((RnnMulticlassTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _))
            .Model
            .History;
        Assert.That(
            saved.Epochs.Select(e => (e.Epoch, e.TrainingLoss, e.ValidationLoss)),
            Is.EqualTo(history.Epochs.Select(e => (e.Epoch, e.TrainingLoss, e.ValidationLoss)))
        );
        Assert.That(saved.BestEpoch, Is.EqualTo(history.BestEpoch));
    }

    [Test]
    public void The_loss_falls()
    {
        TrainingHistory history = Tiny.Regression(_ml, configure: Tiny.LearnWell).Fit(TinyData.Load(_ml)).Model.History;
        Assert.That(history.Epochs[^1].TrainingLoss, Is.LessThan(history.Epochs[0].TrainingLoss / 5));
        Assert.That(history.Epochs.Select(e => e.ValidationLoss), Has.All.Null);
        Assert.That(history.BestEpoch, Is.EqualTo(30), "Without validation the last epoch's weights are kept.");
    }

    [Test]
    public void Each_epoch_is_reported_to_IProgress()
    {
        var reports = new List<EpochReport>();
        TrainingHistory history = Tiny.Binary(
                _ml,
                configure: options => (options.Progress, options.MaxEpochs) = (new OnEpoch(reports.Add), 3)
            )
            .Fit(TinyData.Load(_ml))
            .Model.History;
        Assert.That(reports, Is.EqualTo(history.Epochs));
        Assert.That(reports.Count(e => e.IsBest), Is.GreaterThan(0));
        Assert.That(reports.Last(e => e.IsBest).Epoch, Is.EqualTo(history.BestEpoch));
    }

    [Test]
    public void Early_stopping_ends_and_gives_the_best_epochs_weights()
    {
        IDataView data = TinyData.Load(_ml);
        // So large a step that a later epoch is worse than an early one.
        RnnRegressionTransformer model = Tiny.Regression(
                _ml,
                configure: options =>
                {
                    options.LearningRate = 0.5f;
                    options.MaxEpochs = 200;
                    options.EarlyStoppingPatience = 3;
                    options.ValidationSet = data;
                }
            )
            .Fit(data);
        TrainingHistory history = model.Model.History;
        Assert.That(history.StopReason, Is.EqualTo(StopReason.EarlyStopping));
        Assert.That(history.Epochs, Has.Count.EqualTo(history.BestEpoch + 3));
        // The validation metric is in label units, and so must be the model's own error on the same rows.
        double rmse = _ml.Regression.Evaluate(model.Transform(data), TinyTask.Regression.Label()).RootMeanSquaredError;
        Assert.That(rmse, Is.EqualTo(history.Epochs[history.BestEpoch - 1].ValidationMetric!.Value).Within(1e-3));
    }

    [Test]
    public void The_log_tells_each_epoch()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        Tiny.Multiclass(ml).Fit(TinyData.Load(ml));
        Assert.That(log.Messages, Has.Some.Contain("Training on 43 rows, validating on 5, C# on "));
        Assert.That(
            log.Messages,
            Has.Some.Match(
                @"Epoch 1/2: loss \d\.\d{4}, validation loss \d\.\d{4}, Accuracy \d\.\d{4}, learning rate 0\.001, \d+\.\d\d s \(best\)"
            )
        );
        Assert.That(log.Messages, Has.Some.Contain("Epoch 2/2: loss "));
        Assert.That(log.Warnings, Has.All.Contain("The loss of 5 validation rows, which is mostly chance, decides when training ends"));
    }

    [TestCase(true, 0.1)]
    [TestCase(false, 0.1)]
    [TestCase(true, 0.0)]
    public void An_epoch_is_marked_as_the_best_where_the_best_is_kept(bool restores, double held)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        var reports = new List<EpochReport>();
        Tiny.Multiclass(
                ml,
                configure: o => (o.RestoreBestWeights, o.ValidationFraction, o.Progress) = (restores, held, new OnEpoch(reports.Add))
            )
            .Fit(TinyData.Load(ml));
        bool isMarked = restores && held > 0;
        Assert.That(log.Messages.Any(message => message.EndsWith(" (best)", StringComparison.Ordinal)), Is.EqualTo(isMarked));
        Assert.That(reports[0].ToString().EndsWith(" (best so far)", StringComparison.Ordinal), Is.EqualTo(isMarked));
        Assert.That(reports[0].IsBest, Is.True);
    }

    [Test]
    public void Validation_rows_that_are_trained_on_are_warned_of([Values(null, 0L)] long? memoryLimit)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        SequenceRow[] rows = TinyData.Rows();
        // 4 of the 7 validation rows are training rows.
        RnnMulticlassTransformer model = Tiny.Multiclass(
                ml,
                configure: options =>
                {
                    options.StoreMemoryLimit = memoryLimit;
                    options.ValidationSet = TinyData.Load(ml, [.. rows[..3], .. TinyData.Rows(3, seed: 7), rows[5]]);
                }
            )
            .Fit(TinyData.Load(ml, rows));

        Assert.That(model.Model.History.ValidationRowsSeenInTraining, Is.EqualTo(4));
        Assert.That(
            log.Warnings,
            Is.EqualTo(
                    new[]
                    {
                        "4 of the 7 validation rows have a sequence that is also trained on, so the validation metric is "
                            + "better than the model is: "
                            + "remove repeated rows from the ValidationSet, or keep all rows of one origin on one side.",
                        "The loss of 7 validation rows, which is mostly chance, decides when training ends",
                    }
                )
                .Using<string>((actual, expected) => actual.Contains(expected, StringComparison.Ordinal))
        );
    }

    [Test]
    public void Of_a_hundred_validation_rows_one_is_worth_a_warning_and_of_more_information()
    {
        foreach (var (validationRows, isWarning) in ((int, bool)[])[(100, true), (101, false)])
        {
            var ml = new MLContext(seed: 1);
            var log = new LogCapture(ml);
            SequenceRow[] rows = TinyData.Rows();
            _ = Tiny.Multiclass(
                    ml,
                    configure: o => o.ValidationSet = TinyData.Load(ml, [rows[0], .. TinyData.Rows(validationRows, seed: 7)[1..]])
                )
                .Fit(TinyData.Load(ml, rows));
            string sentence = $"1 of the {validationRows} validation rows have a sequence that is also trained on";
            Assert.That(log.Messages, Has.One.Contains(sentence));
            Assert.That(log.Warnings, isWarning ? Has.One.Contains(sentence) : Is.Empty);
        }
    }

    [Test]
    public void Repeated_rows_are_held_out_together()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        SequenceRow[] rows = TinyData.Rows();
        RnnMulticlassTransformer model = Tiny.Multiclass(ml, configure: o => o.ValidationFraction = 0.25)
            .Fit(TinyData.Load(ml, [.. rows, .. rows]));
        Assert.That((model.Model.History.ValidationRowsSeenInTraining, model.Model.History.ValidationRows), Is.EqualTo(((int?)0, 24L)));
        Assert.That(log.Messages, Has.None.Contains("also trained on"));
    }

    [Test]
    public void Where_most_rows_are_repeated_that_is_warned_of()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        SequenceRow[] rows = [.. Enumerable.Range(0, 20).SelectMany(_ => TinyData.Rows(3))];
        RnnMulticlassTransformer model = Tiny.Multiclass(ml).Fit(TinyData.Load(ml, rows));
        Assert.That((model.Model.History.ValidationRowsSeenInTraining, model.Model.History.ValidationRows), Is.EqualTo(((int?)6, 6L)));
        Assert.That(
            log.Warnings,
            Has.One.Contains(
                "6 of the 6 validation rows have a sequence that is also trained on, so the validation metric is better than the model "
                    + "is: most rows are repeated, so that equal ones could not be held out together; remove repeated rows."
            )
        );
    }

    [Test]
    public void Without_validation_nothing_is_said_of_it()
    {
        var ml = new MLContext(seed: 1);
        Assert.That(
            Tiny.Multiclass(ml, configure: options => options.ValidationFraction = 0)
                .Fit(TinyData.Load(ml))
                .Model.History.ValidationRowsSeenInTraining,
            Is.Null
        );
    }

    [Test]
    public void The_progress_channel_has_a_checkpoint_per_epoch()
    {
        var ml = new MLContext(seed: 1);
        Tiny.Regression(ml, configure: options => options.MaxEpochs = 3).Fit(TinyData.Load(ml));
        var events = ProgressEvents.Of(ml, "Training the recurrent network");
        Assert.That(events.First().Kind, Is.EqualTo(ProgressReporting.ProgressEvent.EventKind.Start));
        Assert.That(events.Last().Kind, Is.EqualTo(ProgressReporting.ProgressEvent.EventKind.Stop));
        var checkpoints = events
            .Where(e => e.Kind == ProgressReporting.ProgressEvent.EventKind.Progress)
            .Select(e => e.ProgressEntry)
            .ToArray();
        Assert.That(checkpoints.Select(c => c.Progress[0]), Is.EqualTo(new double?[] { 1, 2, 3 }));
        Assert.That(checkpoints.Select(c => c.ProgressLim[0]), Has.All.EqualTo(3.0));
        Assert.That(checkpoints.Select(c => c.Metrics[0]), Has.All.GreaterThan(0.0));
        Assert.That(checkpoints[0].Header.UnitNames, Is.EqualTo(["epochs", "steps"]));
    }
}
