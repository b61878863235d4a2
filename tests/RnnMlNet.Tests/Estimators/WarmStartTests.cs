using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// A Fit that continues from a previous model: it keeps its weights and scaling, and rejects a model that does not fit, with the reason.
/// </summary>
[TestFixture]
public class WarmStartTests
{
    private readonly MLContext _ml = new(seed: 1);

    // ---- going on ----

    [Test]
    public void Recurrent_dropout_of_a_previous_models_cell_without_recurrent_weights_is_refused()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassModelParameters previous = Tiny.Multiclass(_ml, configure: options => options.Cell = CellKind.MinGru).Fit(data).Model;
        Refused.Argument(
            () => Tiny.Multiclass(_ml, configure: options => (options.Cell, options.RecurrentDropout) = (null, 0.2f)).Fit(data, previous),
            "RecurrentDropout is 0.2, but the cell MinGru has no recurrent weights"
        );
    }

    [Test]
    public void Training_starts_from_the_previous_weights(
        [Values] TinyTask task,
        [Values(ColumnKind.Ragged, ColumnKind.Tokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        IRnnModelParameters previous = Model(Tiny.Trainer(_ml, task, kind).Fit(data));

        IRnnModelParameters continued = Model(Fit(task, kind, Still, data, previous));

        Assert.That(Weights(continued), Is.EqualTo(Weights(previous)));
        Assert.That(Weights(Model(Tiny.Trainer(_ml, task, kind, Still).Fit(data))), Is.Not.EqualTo(Weights(previous)), "without it");
    }

    [Test]
    public void It_learns_on()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassModelParameters previous = Tiny.Multiclass(_ml, configure: Tiny.LearnWell).Fit(data).Model;
        RnnMulticlassTrainer trainer = Tiny.Multiclass(
            _ml,
            configure: options =>
            {
                Tiny.LearnWell(options);
                options.MaxEpochs = 5;
            }
        );

        TrainingHistory history = trainer.Fit(data, previous).Model.History;

        Assert.That(history.Epochs, Has.Count.EqualTo(5));
        Assert.That(history.Epochs[0].TrainingLoss, Is.LessThan(0.5 * trainer.Fit(data).Model.History.Epochs[0].TrainingLoss));
        Assert.That(history.Epochs[^1].TrainingLoss, Is.LessThan(previous.History.Epochs[^1].TrainingLoss));
    }

    [TestCase(1, false, "1 network")]
    [TestCase(2, false, "2 networks")]
    [TestCase(2, true, "2 networks, with a new head")]
    public void The_log_and_the_history_say_that_it_went_on_from_a_model(int networks, bool replaceHead, string text)
    {
        var log = new LogCapture(_ml);
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml, configure: options => options.EnsembleSize = networks).Fit(data).Model;
        Assert.That(log.Messages, Has.None.Contains("continues from the weights"));
        Assert.That(previous.History.Options.Keys, Has.None.EqualTo("PreviousModel"));

        RnnRegressionTransformer continued = Tiny.Regression(
                _ml,
                configure: options => (options.EnsembleSize, options.ReplaceHead) = (null, replaceHead)
            )
            .Fit(data, previous);

        Assert.That(log.Messages, Has.One.EndsWith($"Training continues from the weights of a previous model of {text}."));
        Assert.That(
            continued.Model.Histories.Select(history => history.Options["PreviousModel"]),
            Is.EqualTo(Enumerable.Repeat(text, networks))
        );
        var loaded = (RnnRegressionTransformer)_ml.Model.Load(new MemoryStream(SavedModel.Bytes(_ml, continued, data.Schema)), out _);
        Assert.That(loaded.Model.History.Options["PreviousModel"], Is.EqualTo(text));
    }

    [Test]
    public void An_ensemble_for_streaming_continues_as_one()
    {
        IDataView data = TinyData.Load(_ml);
        void Stream(RnnOptions options) => (options.EnsembleSize, options.Bidirectional, options.ForStreaming) = (null, null, true);
        RnnRegressionModelParameters previous = Tiny.Regression(
                _ml,
                configure: options =>
                {
                    Stream(options);
                    options.EnsembleSize = 2;
                }
            )
            .Fit(data)
            .Model;
        Assert.That(Tiny.Regression(_ml, configure: Stream).Fit(data, previous).Model.Histories, Has.Count.EqualTo(2));
        Assert.That(Tiny.Regression(_ml, configure: Stream).Fit(data).Model.Histories, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_previous_scaling_is_kept_whatever_the_rows_and_the_options_say([Values] bool normalize)
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml).Fit(data).Model;
        var options = Tiny.Options(
            new RnnRegressionTrainer.Options { NormalizeLabel = normalize, Normalize = normalize },
            TinyTask.Regression,
            configure: Still
        );
        IDataView others = TinyData.Load(
            _ml,
            TinyData
                .Rows(seed: 2)
                .Select(row =>
                {
                    row.Number *= 100;
                    row.Matrix = [.. row.Matrix.Select(value => 50 + 7 * value)];
                    return row;
                })
        );

        RnnRegressionTransformer continued = _ml.Regression.Trainers.Rnn(options).Fit(others, previous);

        Assert.That(Scores.Of(continued, data), Is.EqualTo(Scores.Of(Tiny.Regression(_ml, configure: Still).Fit(data, previous), data)));
        Assert.That(continued.Model.Network.FeatureScaling!.Mean, Is.EqualTo(previous.Network.FeatureScaling!.Mean));
        Assert.That(continued.Model.Network.LabelScaling!.Deviation, Is.EqualTo(previous.Network.LabelScaling!.Deviation));
    }

    [Test]
    public void A_loaded_model_will_do_and_none_is_changed()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer previous = Tiny.Multiclass(_ml).Fit(data);
        var before = SavedModel.Entries(_ml, previous, data.Schema);
        var loaded = (RnnMulticlassTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, previous, data.Schema), out _);
        RnnMulticlassTrainer trainer = Tiny.Multiclass(_ml);

        var continued = SavedModel.Entries(_ml, trainer.Fit(data, previous.Model), data.Schema);

        Assert.That(SavedModel.Entries(_ml, trainer.Fit(data, loaded.Model), data.Schema), Is.EqualTo(continued));
        Assert.That(SavedModel.Entries(_ml, previous, data.Schema), Is.EqualTo(before));
        Assert.That(continued, Is.Not.EqualTo(before));
    }

    [Test]
    public void Validation_rows_may_be_given()
    {
        IDataView data = TinyData.Load(_ml);
        RnnBinaryModelParameters previous = Tiny.Binary(_ml).Fit(data).Model;

        TrainingHistory history = Tiny.Binary(_ml).Fit(data, TinyData.Load(_ml, count: 9), previous).Model.History;

        Assert.That((history.TrainingRows, history.ValidationRows), Is.EqualTo((48L, 9L)));
    }

    [Test]
    public void A_Fit_from_a_previous_model_that_was_cut_off_is_gone_on_with()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml).Fit(data).Model,
            other = Tiny.Regression(_ml, configure: options => options.Seed = 9).Fit(data).Model;
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        RnnRegressionTrainer Trainer(CancellationTokenSource? cancelled = null) =>
            Tiny.Regression(
                _ml,
                configure: options =>
                {
                    (options.CheckpointPath, options.CheckpointInterval, options.Seed) = (folder.PathOf("checkpoint"), TimeSpan.Zero, 5);
                    if (cancelled is not null)
                        (options.Progress, options.CancellationToken) = (new OnEpoch(_ => cancelled.Cancel()), cancelled.Token);
                }
            );
        var expected = SavedModel.Entries(_ml, Trainer().Fit(data, previous), data.Schema);

        Assert.That(() => Trainer(source).Fit(data, previous), Throws.InstanceOf<OperationCanceledException>());

        Refused.Operation(() => Trainer().Fit(data, other), "the previous model was one with checksum ");
        Refused.Operation(() => Trainer().Fit(data), "is none. Undo the changes");
        Assert.That(SavedModel.Entries(_ml, Trainer().Fit(data, previous), data.Schema), Is.EqualTo(expected));
    }

    [Test]
    public void A_cell_of_the_users_own_goes_on_too()
    {
        using var registered = new Engines.Torch.RegisteredCell("warm", (input, hidden) => new Engines.Torch.GatedCell(input, hidden));
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml, configure: options => options.CustomCell = "warm").Fit(data).Model;

        RnnRegressionModelParameters continued = Tiny.Regression(
                _ml,
                configure: options =>
                {
                    Still(options);
                    options.CustomCell = "warm";
                }
            )
            .Fit(data, previous)
            .Model;

        Assert.That(Weights(continued), Is.EqualTo(Weights(previous)));
        Refused.Argument(() => Tiny.Regression(_ml).Fit(data, previous), "its cell is warm, the options' Lstm");
    }

    // ---- a new head ----

    [Test]
    public void A_new_head_is_random_and_the_layers_before_it_are_kept(
        [Values(Pooling.Last, Pooling.Attention)] Pooling before,
        [Values(Pooling.Mean | Pooling.Max, Pooling.Attention)] Pooling pooling
    )
    {
        RnnMulticlassModelParameters previous = Tiny.Multiclass(_ml, configure: options => options.Pooling = before)
            .Fit(TinyData.Load(_ml))
            .Model;
        IDataView twoClasses = TinyData.Load(_ml, TinyData.Rows().Where(row => row.Class != "middle"));
        RnnMulticlassTrainer trainer = Tiny.Multiclass(
            _ml,
            configure: options =>
            {
                Still(options);
                options.ReplaceHead = true;
                options.HeadHiddenSizes = [3];
                options.Pooling = pooling;
            }
        );

        RnnMulticlassModelParameters continued = trainer.Fit(twoClasses, previous).Model,
            fresh = trainer.Fit(twoClasses).Model;

        Assert.That(Weights(continued, "rnn."), Is.EqualTo(Weights(previous, "rnn.")));
        foreach (string layer in (string[])["head.0.weight", "head.1.weight"])
            Assert.That(Weights(continued, layer), Is.EqualTo(Weights(fresh, layer)));
        Assert.That(Weights(continued, "attention."), Is.EqualTo(Weights(fresh, "attention.")));
        Assert.That((continued.Outputs, continued.HeadHiddenSizes), Is.EqualTo((2, new[] { 3 })));
    }

    [Test]
    public void A_new_head_learns_its_targets_scaling_anew()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml).Fit(data).Model;
        void Configure(RnnOptions options) => (options.ReplaceHead, options.LabelColumnName) = (true, TinyTask.MultiTarget.Label());
        RnnRegressionTrainer trainer = Tiny.Regression(_ml, configure: Configure);

        RnnRegressionModelParameters continued = trainer.Fit(data, previous).Model;

        Assert.That(continued.Network.LabelScaling!.Mean, Is.EqualTo(trainer.Fit(data).Model.Network.LabelScaling!.Mean));
        Assert.That(continued.Network.FeatureScaling!.Mean, Is.EqualTo(previous.Network.FeatureScaling!.Mean));
    }

    [Test]
    public void With_a_new_head_the_model_may_be_of_another_task()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml).Fit(data).Model;

        Refused.Argument(
            () => Tiny.Multiclass(_ml).Fit(data, previous),
            "The previous model is RnnRegressionModelParameters, but this trainer makes RnnMulticlassModelParameters: give a model of "
                + "the same task, or set ReplaceHead to keep all of it except its head."
        );
        RnnMulticlassModelParameters continued = Tiny.Multiclass(
                _ml,
                configure: options =>
                {
                    Still(options);
                    options.ReplaceHead = true;
                }
            )
            .Fit(data, previous)
            .Model;
        Assert.That(Weights(continued, "rnn."), Is.EqualTo(Weights(previous, "rnn.")));
    }

    // ---- what does not fit ----

    [Test]
    public void Other_sizes_are_all_named([Values] bool replaceHead)
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassModelParameters previous = Tiny.Multiclass(_ml).Fit(data).Model;
        Refused.Argument(
            () =>
                Tiny.Multiclass(
                        _ml,
                        configure: options =>
                        {
                            (options.Cell, options.HiddenSize, options.Layers, options.Bidirectional) = (CellKind.Gru, 6, 2, true);
                            options.ReplaceHead = replaceHead;
                        }
                    )
                    .Fit(data, previous),
            "The previous model is of another network: its cell is Lstm, the options' Gru; HiddenSize is 4 in it, 6 here; Layers is 1 in "
                + "it, 2 here; Bidirectional is False in it, True here. Set the options to its values."
        );
        Refused.Argument(
            () =>
                Tiny.Multiclass(
                        _ml,
                        configure: options =>
                        {
                            options.FeatureColumnName = nameof(SequenceRow.WiderMatrix);
                            options.ReplaceHead = replaceHead;
                        }
                    )
                    .Fit(data, previous),
            "The previous model is of another network: FeaturesPerStep is 2 in it, 3 here. "
        );
        Refused.Argument(
            () => Tiny.Multiclass(_ml, ColumnKind.Tokens, options => options.ReplaceHead = replaceHead).Fit(data, previous),
            "FeaturesPerStep is 2 in it, 0 here; number of tokens is 0 in it, 7 here; EmbeddingSize is 0 in it, 3 here. "
        );
    }

    [Test]
    public void Another_head_is_named()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml).Fit(data).Model;
        Refused.Argument(
            () =>
                Tiny.Regression(
                        _ml,
                        configure: options =>
                            (options.Pooling, options.HeadHiddenSizes, options.LabelColumnName) = (
                                Pooling.Mean,
                                [3],
                                TinyTask.MultiTarget.Label()
                            )
                    )
                    .Fit(data, previous),
            "The head of the previous model differs: Pooling is Last in it, Mean here; HeadHiddenSizes is [] in it, [3] here; it has "
                + "1 outputs, 2 are needed here. Set ReplaceHead to train a new one."
        );
    }

    [Test]
    public void Other_classes_are_named()
    {
        RnnMulticlassModelParameters previous = Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml)).Model;
        SequenceRow[] rows = TinyData.Rows();

        Refused.Argument(
            () => Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml, rows.Where(row => row.Class != "low")), previous),
            "The head of the previous model differs: it has 3 outputs, 2 are needed here (its classes are low, middle, high; the "
                + "label's are middle, high). Set ReplaceHead to train a new one."
        );
        // MapValueToKey numbers the classes as it meets them.
        Refused.Argument(
            () => Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml, rows.Reverse()), previous),
            "The previous model has other classes, or another order of them (its classes are low, middle, high; the label's are high, "
                + "middle, low). Map the label to keys as it was for that model, or set ReplaceHead to train a new head."
        );
    }

    [Test]
    public void Classes_of_a_loaded_model_are_known_too()
    {
        IDataView data = TinyData.Load(_ml);
        var loaded = (RnnMulticlassTransformer)
            SavedModel.Load(_ml, SavedModel.Bytes(_ml, Tiny.Multiclass(_ml).Fit(data), data.Schema), out _);

        Refused.Argument(
            () => Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml, TinyData.Rows().Reverse()), loaded.Model),
            "its classes are low, middle, high; the label's are high, middle, low"
        );
    }

    [Test]
    public void Classes_without_names_are_only_counted()
    {
        RnnMulticlassModelParameters previous = Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml)).Model;
        RnnMulticlassTrainer unnamed = Tiny.Multiclass(_ml, configure: options => options.LabelColumnName = nameof(SequenceRow.PlainKey));

        Assert.That(() => unnamed.Fit(TinyData.Load(_ml), previous), Throws.Nothing);
    }

    // At so low a rate no weight moves: what a step would add is lost in rounding.
    private static void Still(RnnOptions options) =>
        (options.LearningRate, options.MaxEpochs, options.Optimizer) = (float.Epsilon, 1, OptimizerKind.Sgd);

    private ITransformer Fit(TinyTask task, ColumnKind kind, Action<RnnOptions> configure, IDataView data, IRnnModelParameters previous) =>
        Tiny.Trainer(_ml, task, kind, configure) switch
        {
            RnnMulticlassTrainer trainer => trainer.Fit(data, previous),
            RnnBinaryTrainer trainer => trainer.Fit(data, previous),
            RnnMultiLabelTrainer trainer => trainer.Fit(data, previous),
            RnnMultiLabelTaggerTrainer trainer => trainer.Fit(data, previous),
            var trainer => ((RnnRegressionTrainer)trainer).Fit(data, previous),
        };

    private static IRnnModelParameters Model(ITransformer transformer) =>
        transformer switch
        {
            RnnMulticlassTransformer model => model.Model,
            RnnBinaryTransformer model => model.Model,
            RnnMultiLabelTransformer model => model.Model,
            RnnMultiLabelTaggerTransformer model => model.Model,
            _ => ((RnnRegressionTransformer)transformer).Model,
        };

    // Adding 0 makes a zero of any sign the same text.
    private static IEnumerable<(string, string)> Weights(IRnnModelParameters model, string prefix = "") =>
        [
            .. model
                .Network.Weights.Tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(tensor => (tensor.Name, string.Join(' ', tensor.Values.Select(value => value + 0f)))),
        ];
}
