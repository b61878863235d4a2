using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The scores of an ensemble are the mean of its members' scores.</summary>
[TestFixture]
public class AveragedNetworksTests
{
    private const int EnsembleSize = 3,
        Seed = 7;

    private readonly MLContext _ml = new(seed: 1);

    private static void Several(RnnOptions options) =>
        (options.EnsembleSize, options.Seed, options.ValidationFraction, options.HeadDropout) = (EnsembleSize, Seed, 0, 0.2f);

    private static Action<RnnOptions> Alone(int network) =>
        options =>
        {
            Several(options);
            (options.EnsembleSize, options.Seed) = (1, NetworkFits.SeedOf(Seed, network));
        };

    [Test]
    public void Scores_are_the_mean_of_those_of_networks_trained_alone(
        [Values(TinyTask.Binary, TinyTask.Regression, TinyTask.MultiTarget)] TinyTask task,
        [Values(ColumnKind.Ragged, ColumnKind.Tokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        float[][][] each =
        [
            .. Enumerable
                .Range(0, EnsembleSize)
                .Select(network => Scores.Of(Tiny.Trainer(_ml, task, kind, Alone(network)).Fit(data), data)),
        ];

        float[][] together = Scores.Of(Tiny.Trainer(_ml, task, kind, Several).Fit(data), data);

        for (int row = 0; row < together.Length; row++)
        for (int i = 0; i < together[row].Length; i++)
            Assert.That(together[row][i], Is.EqualTo(each.Average(one => one[row][i])).Within(1e-5), $"row {row}, output {i}");
        Assert.That(each[1], Is.Not.EqualTo(each[0]), "networks of different seeds differ");
    }

    // The mean of logits is, of probabilities, the geometric mean made to sum to 1.
    [Test]
    public void Of_classes_it_is_the_mean_of_their_logits()
    {
        IDataView data = TinyData.Load(_ml);
        float[][][] each =
        [
            .. Enumerable
                .Range(0, EnsembleSize)
                .Select(network => Scores.Of(Tiny.Multiclass(_ml, configure: Alone(network)).Fit(data), data)),
        ];

        float[][] together = Scores.Of(Tiny.Multiclass(_ml, configure: Several).Fit(data), data);

        for (int row = 0; row < together.Length; row++)
        {
            double[] means = [.. Enumerable.Range(0, 3).Select(i => Math.Exp(each.Average(one => Math.Log(one[row][i]))))];
            Assert.That(together[row], Is.EqualTo(means.Select(mean => mean / means.Sum())).Within(1e-5), $"row {row}");
        }
    }

    [Test]
    public void A_tagger_averages_step_by_step()
    {
        IDataView data = TinyTags.Load(_ml);
        RnnSequenceTaggerTransformer[] alone =
        [
            .. Enumerable.Range(0, EnsembleSize).Select(network => TinyTags.Trainer(_ml, configure: Alone(network)).Fit(data)),
        ];
        RnnSequenceTaggerTransformer together = TinyTags.Trainer(_ml, configure: Several).Fit(data);

        Assert.That(together.Model.Histories.Select(LastLoss), Is.EqualTo(alone.Select(one => LastLoss(one.Model.History))));
        Assert.That(together.VerifyScores(data).IsWithinTolerance, Is.True);
    }

    [Test]
    public void Each_has_its_history_and_its_weights()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassModelParameters model = Tiny.Multiclass(_ml, configure: Several).Fit(data).Model;
        RnnMulticlassModelParameters[] alone =
        [
            .. Enumerable.Range(0, EnsembleSize).Select(network => Tiny.Multiclass(_ml, configure: Alone(network)).Fit(data).Model),
        ];

        Assert.That(model.Histories.Select(LastLoss), Is.EqualTo(alone.Select(one => LastLoss(one.History))));
        Assert.That(model.History, Is.SameAs(model.Histories[0]));
        Assert.That(alone[0].Histories, Is.EqualTo([alone[0].History]));
        for (int network = 0; network < EnsembleSize; network++)
            Assert.That(
                model.GetWeights(network).Select(weight => weight.Values),
                Is.EqualTo(alone[network].GetWeights().Select(weight => weight.Values))
            );
        Refused.Argument(() => model.GetWeights(3), "network is 3; it must be from 0 to 2, because the model has 3.");
    }

    [Test]
    public void A_loaded_model_scores_the_same_in_every_way_and_saves_to_the_same_bytes([Values] TinyTask task)
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer fitted = Tiny.Trainer(_ml, task, configure: Several).Fit(data);

        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);

        Assert.That(Scores.Of(loaded, data), Is.EqualTo(Scores.Of(fitted, data)));
        Assert.That(SavedModel.Entries(_ml, loaded, data.Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, data.Schema)));
    }

    [Test]
    public void A_row_alone_scores_as_among_others_with_weights_of_any_precision()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionTransformer model = Tiny.Regression(_ml, configure: Several).Fit(data);
        ScoreVerification verification = model.VerifyScores(data);
        Assert.That(verification.IsWithinTolerance, Is.True, $"{verification}");
        Assert.That(verification.Paths.Single(way => way.Name == "step by step").NotRun, Is.Null);
        float full = Predicted(model),
            expected = Scores.Of(model, data)[0][0];
        model.SingleRowPrecision = WeightPrecision.BFloat16;

        Assert.That(full, Is.EqualTo(expected).Within(1e-5));
        Assert.That(Predicted(model), Is.EqualTo(expected).Within(0.05).And.Not.EqualTo(full));
    }

    [Test]
    public void A_training_that_was_cut_off_in_a_later_network_goes_on_to_the_same_model([Values(1, 4, 5)] int epochs)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("fit.ckpt");
        IDataView data = TinyData.Load(_ml);
        void Keep(RnnOptions options)
        {
            Several(options);
            options.CheckpointPath = path;
        }
        var whole = SavedModel.Entries(_ml, Tiny.Multiclass(_ml, configure: Several).Fit(data), data.Schema);
        Assert.That(
            () =>
                Tiny.Multiclass(
                        _ml,
                        configure: options =>
                        {
                            Keep(options);
                            OnEpoch.CancelAfter(options, epochs);
                        }
                    )
                    .Fit(data),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(path, Does.Exist);

        int trained = 0;
        RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                configure: options =>
                {
                    Keep(options);
                    options.Progress = new OnEpoch(_ => trained++);
                }
            )
            .Fit(data);

        Assert.That(SavedModel.Entries(_ml, model, data.Schema), Is.EqualTo(whole));
        Assert.That(trained, Is.EqualTo(2 * EnsembleSize - epochs));
        Assert.That(path, Does.Not.Exist);
    }

    [Test]
    public void When_cancelled_the_networks_that_are_done_are_handed_back()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer first = Tiny.Multiclass(_ml, configure: Alone(0)).Fit(data);

        RnnMulticlassTransformer inSecond = Tiny.Multiclass(
                _ml,
                configure: options =>
                {
                    Several(options);
                    // One after the other: of those that are trained at the same time others may be done too.
                    (options.Threads, options.OnCancellation) = (1, CancellationBehavior.ReturnBest);
                    OnEpoch.CancelAfter(options, 3);
                }
            )
            .Fit(data);

        Assert.That(inSecond.Model.Histories.Select(history => history.StopReason), Is.EqualTo([StopReason.Cancelled]));
        Assert.That(Scores.Of(inSecond, data), Is.EqualTo(Scores.Of(first, data)));
    }

    [Test]
    public void What_is_of_one_network_says_so()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionTransformer model = Tiny.Regression(_ml, configure: Several).Fit(data);

        Refused.Argument(
            () => Tiny.Regression(_ml).Fit(data, model.Model),
            "EnsembleSize is 1, but the previous model has 3: leave EnsembleSize null, or set it to 3."
        );
        Refused.Operation(
            () => model.Model.SaveSafetensors(new MemoryStream()),
            "A safetensors file holds one network, and the model is an ensemble of 3: train with EnsembleSize = 1, save it with "
                + "ml.Model.Save, or take each network's weights from GetWeights."
        );
    }

    [Test]
    public void The_log_says_which_network_is_trained()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        Tiny.Multiclass(ml, configure: Several).Fit(TinyData.Load(ml));
        Assert.That(log.Messages, Has.Some.Contains("Training network 2 of 3 on 48 rows, validating on 0"));
    }

    private float Predicted(RnnRegressionTransformer model)
    {
        using PredictionEngine<SequenceRow, Prediction> engine = _ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(
            model,
            new PredictionEngineOptions { OwnsTransformer = false }
        );
        return engine.Predict(TinyData.Rows()[0]).Score;
    }

    private static double LastLoss(TrainingHistory history) => history.Epochs[^1].TrainingLoss;

    private sealed class Prediction
    {
        public float Score { get; set; }
    }
}
