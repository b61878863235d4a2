using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Tests.Support;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>
/// A Fit that continues from a previous forecaster: its weights, windows and scaling are taken over, and a model that does not fit is
/// refused with what differs.
/// </summary>
[TestFixture]
public class ForecastWarmStartTests
{
    private readonly MLContext _ml = new(seed: 1);

    private RnnForecastingTransformer Fit(Action<Options>? configure = null, IDataView? data = null) =>
        TinySeries.Estimator(_ml, configure).Fit(data ?? Data());

    private RnnForecastingTransformer Continue(
        RnnForecastingTransformer previous,
        Action<Options>? configure = null,
        IDataView? data = null
    ) => TinySeries.Estimator(_ml, configure).Fit(data ?? Data(), previous);

    private IDataView Data() => TinySeries.Load(_ml);

    // ---- continuing ----

    [Test]
    public void Training_starts_from_the_previous_weights([Values] ForecastModel model, [Values(1, 2)] int networks)
    {
        void Configure(Options o) => (o.Model, o.EnsembleSize) = (model, networks);
        RnnForecastingTransformer previous = Fit(Configure);

        RnnForecastingTransformer continued = Continue(previous, o => Still(o, Configure));

        Assert.That(Weights(continued), Is.EqualTo(Weights(previous)).Within(1e-6));
        Assert.That(Weights(Fit(o => Still(o, Configure))), Is.Not.EqualTo(Weights(previous)).Within(1e-3), "without it");
    }

    [Test]
    public void Its_first_loss_is_the_previous_last_one()
    {
        void LearnWell(Options o) => (o.MaxEpochs, o.BatchSize, o.EarlyStoppingPatience) = (40, 1000, 0);
        RnnForecastingTransformer previous = Fit(LearnWell);

        RnnForecastingTransformer continued = Continue(previous, LearnWell);

        double last = previous.History.Epochs[^1].TrainingLoss,
            first = continued.History.Epochs[0].TrainingLoss;
        Assert.That(first, Is.LessThan(1.1 * last).And.LessThan(0.5 * previous.History.Epochs[0].TrainingLoss));
        Assert.That(continued.History.Epochs[^1].TrainingLoss, Is.LessThan(last));
        Assert.That(continued.History.Epochs, Has.Count.EqualTo(40));
    }

    [Test]
    public void A_loaded_model_comes_to_the_same_bytes_and_none_is_changed([Values] bool trainOn)
    {
        void Configure(Options o) => (o.EnsembleSize, o.Dropout, o.TrainOnHeldOut) = (2, 0.2f, trainOn);
        RnnForecastingTransformer previous = Fit(Configure);
        var before = SavedModel.Entries(_ml, previous, Data().Schema);
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, previous, Data().Schema), out _);

        var continued = SavedModel.Entries(_ml, Continue(previous, Configure), Data().Schema);

        Assert.That(SavedModel.Entries(_ml, Continue(loaded, Configure), Data().Schema), Is.EqualTo(continued));
        Assert.That(SavedModel.Entries(_ml, previous, Data().Schema), Is.EqualTo(before));
        Assert.That(continued, Is.Not.EqualTo(before));
    }

    [Test]
    public void What_the_options_leave_open_is_as_in_the_model([Values(ForecastLoss.Absolute, ForecastLoss.Quantile)] ForecastLoss loss)
    {
        RnnForecastingTransformer previous = Fit(o =>
        {
            (o.Model, o.Cell, o.Residual, o.EnsembleSize, o.Loss, o.Differences) = (
                ForecastModel.EncoderDecoder,
                CellKind.Lstm,
                ForecastResidual.LastValue,
                2,
                loss,
                true
            );
        });
        RnnForecastingTransformer continued = Continue(
            previous,
            o =>
            {
                (o.WindowSize, o.HiddenSize, o.SeasonLength, o.EnsembleSize) = (null, null, null, null);
                (o.Normalization, o.Residual) = (null, null);
            }
        );
        ForecastNetwork was = previous.Trained.Forecaster,
            now = continued.Trained.Forecaster;
        Assert.That(now.Layout, Is.EqualTo(was.Layout));
        Assert.That(now.Members[0].Shape.Cell, Is.EqualTo(CellKind.Lstm));
        Assert.That((now.Members.Count, now.Members[0].Shape.HiddenSize), Is.EqualTo((2, 8)));
        Assert.That(now.Quantiles, Is.EqualTo(was.Quantiles).And.Length.EqualTo(loss == ForecastLoss.Quantile ? 3 : 0));
    }

    [Test]
    public void The_previous_scaling_is_kept_whatever_the_rows_are()
    {
        RnnForecastingTransformer previous = Fit(o => o.PastColumnNames = ["Past"]);
        IDataView others = TinySeries.Load(_ml, TinySeries.Steps(size: 1000, level: -7, seed: 2));

        RnnForecastingTransformer continued = Continue(previous, o => o.PastColumnNames = ["Past"], others);

        ForecastNetwork was = previous.Trained.Forecaster,
            now = continued.Trained.Forecaster;
        Assert.That((now.Targets.Mean, now.Targets.Deviation), Is.EqualTo((was.Targets.Mean, was.Targets.Deviation)));
        Assert.That(now.Past!.Mean, Is.EqualTo(was.Past!.Mean));
        Assert.That(Fit(o => o.PastColumnNames = ["Past"], others).Trained.Forecaster.Targets.Mean, Is.Not.EqualTo(was.Targets.Mean));
    }

    [TestCase(1, "1 network")]
    [TestCase(2, "2 networks")]
    public void The_log_and_the_history_say_from_what_it_continued(int networks, string text)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        RnnForecastingTransformer previous = TinySeries.Estimator(ml, o => o.EnsembleSize = networks).Fit(Data());
        Assert.That(log.Messages, Has.None.Contains("continues from the weights"));
        Assert.That(previous.History.Options.Keys, Has.None.EqualTo("PreviousModel"));

        RnnForecastingTransformer continued = TinySeries.Estimator(ml, o => o.EnsembleSize = null).Fit(Data(), previous);

        Assert.That(log.Messages, Has.One.EndsWith($"Training continues from the weights of a previous model of {text}."));
        Assert.That(continued.Histories.Select(history => history.Options["PreviousModel"]), Is.EqualTo(Enumerable.Repeat(text, networks)));
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, continued, Data().Schema), out _);
        Assert.That(loaded.History.Options["PreviousModel"], Is.EqualTo(text));
    }

    // ---- intervals ----

    [Test]
    public void Intervals_of_steps_that_the_model_may_have_seen_are_kept()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        void Measure(Options o) => (o.NaiveShare, o.TimeColumnName) = (null, "Time");
        RnnForecastingTransformer previous = Fit(Measure);
        IDataView more = TinySeries.Load(_ml, 125);

        RnnForecastingTransformer continued = TinySeries.Estimator(ml, Measure).Fit(more, previous);

        Assert.That(continued.Trained.Scores!.Quantiles, Is.EqualTo(previous.Trained.Scores!.Quantiles));
        Assert.That(continued.Trained.Forecaster.Correction, Is.EqualTo(previous.Trained.Forecaster.Correction));
        Assert.That(
            log.Messages,
            Has.One.EndsWith(
                "The share of the naive forecast and the intervals are those of the previous model, which may have been trained on the "
                    + "steps held out here: if they are new to it, set NaiveShare, to measure them again."
            )
        );
    }

    [Test]
    public void Intervals_are_measured_again_on_new_steps_and_where_that_is_asked_for([Values] bool areNew)
    {
        void Measure(Options o) => (o.NaiveShare, o.TimeColumnName) = (null, "Time");
        RnnForecastingTransformer previous = Fit(Measure);
        RnnForecastingTransformer continued = areNew
            ? Continue(previous, Measure, TinySeries.Load(_ml, 160))
            : Continue(previous, o => o.TimeColumnName = "Time", TinySeries.Load(_ml, 125));
        Assert.That(continued.Trained.Scores!.Quantiles, Is.Not.EqualTo(previous.Trained.Scores!.Quantiles));
    }

    // ---- what is refused ----

    [Test]
    public void Another_network_is_named_with_what_it_is_and_what_was_asked_for() =>
        Refused.Argument(
            () =>
                Continue(
                    Fit(),
                    o =>
                    {
                        (o.WindowSize, o.Horizon, o.Model, o.Cell, o.HiddenSize) = (24, 3, ForecastModel.Direct, CellKind.Lstm, 16);
                        (o.Normalization, o.Residual, o.SeasonLength) = (WindowNormalization.None, ForecastResidual.LastValue, 8);
                        (o.Differences, o.Loss, o.Quantiles) = (true, ForecastLoss.Quantile, [0.25f, 0.5f, 0.75f]);
                    }
                ),
            "The previous model is of another network: WindowSize is 16 in it, 24 here; Horizon is 4 in it, 3 here; Model is Segments in "
                + "it, Direct here; Cell is Gru in it, Lstm here; HiddenSize is 8 in it, 16 here; Normalization is LastValue in it, "
                + "None here; Residual is None in it, LastValue here; SeasonLength is 1 in it, 8 here; Differences is False in it, True "
                + "here; Quantiles is [] in it, [0.25, 0.5, 0.75] here. Set the options to its values."
        );

    [Test]
    public void Another_cycle_is_named() =>
        Refused.Argument(
            () => Continue(Fit(o => o.TimeColumnName = "Time"), o => (o.TimeColumnName, o.CycleLength) = ("Time", 5)),
            "The previous model is of another network: CycleLength is 0 in it, 5 here. Set the options to its values."
        );

    [Test]
    public void Other_columns_are_named() =>
        Refused.Argument(
            () => Continue(Fit(), o => (o.Columns[0].InputColumnName, o.PastColumnNames) = ("Pair", ["Past"])),
            "The previous model has other columns: Columns is [Value] in it, [Pair] here; PastColumnNames is [] in it, [Past] here; "
                + "the number of targets is 1 in it, 2 here; the number of past values is 0 in it, 1 here. Give the columns of its "
                + "training, in the same order."
        );

    [Test]
    public void Other_steps_are_named()
    {
        IDataView days = TinySeries.Load(
            _ml,
            TinySeries
                .Steps()
                .Select(
                    (step, day) =>
                    {
                        step.Time = TinySeries.Start.AddDays(day);
                        return step;
                    }
                )
                .ToArray()
        );
        Refused.Argument(
            () => Continue(Fit(o => o.TimeColumnName = "Time"), o => o.TimeColumnName = "Time", days),
            "The previous model has steps of 01:00:00 (Moment), but the rows' times are 1.00:00:00 apart (Moment): give rows of the "
                + "same steps, and set Frequency if they are inferred wrongly."
        );
    }

    [Test]
    public void Another_number_of_networks_is_refused() =>
        Refused.Argument(
            () => Continue(Fit(o => o.EnsembleSize = 2), o => o.EnsembleSize = 3),
            "EnsembleSize is 3, but the previous model has 2: leave EnsembleSize null, or set it to 2."
        );

    [Test]
    public void No_model_is_an_argument_that_is_null() =>
        Assert.That(
            () => TinySeries.Estimator(_ml).Fit(Data(), null!),
            Throws.ArgumentNullException.With.Property("ParamName").EqualTo("previousModel")
        );

    // ---- interruption ----

    [Test]
    public void A_training_that_was_cut_off_goes_on_from_the_same_model_only([Values(1, 4)] int epochs)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("fit.ckpt");
        RnnForecastingTransformer previous = Fit(o => o.EnsembleSize = 2);
        void Keep(Options o) => (o.EnsembleSize, o.Dropout, o.CheckpointPath) = (null, 0.2f, path);
        float[][] whole = TinySeries.Vectors(Continue(previous, o => (o.EnsembleSize, o.Dropout) = (null, 0.2f)).Transform(Data()));
        Assert.That(
            () =>
                Continue(
                    previous,
                    o =>
                    {
                        Keep(o);
                        OnEpoch.CancelAfter(o, epochs);
                    }
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );

        // Its first network is the same.
        ForecastNetwork other = previous.Trained.Forecaster with
        {
            Members = [previous.Trained.Forecaster.Members[0], previous.Trained.Forecaster.Members[0]],
        };
        Refused.Operation(
            () =>
                Continue(
                    new RnnForecastingTransformer(_ml, previous.Trained with { Forecaster = other }, previous.Columns, previous.Outputs),
                    Keep
                ),
            "is of another training: the previous model was one with checksum "
        );
        Refused.Operation(() => Fit(o => (o.EnsembleSize, o.Dropout, o.CheckpointPath) = (2, 0.2f, path)), ", is none");
        Assert.That(TinySeries.Vectors(Continue(previous, Keep).Transform(Data())), Is.EqualTo(whole));
        Assert.That(path, Does.Not.Exist);
    }

    private static void Still(Options options, Action<Options> configure)
    {
        configure(options);
        (options.LearningRate, options.MaxEpochs) = (1e-12f, 1);
    }

    private static float[][] Weights(RnnForecastingTransformer model) =>
        [.. model.Trained.Forecaster.Members.SelectMany(member => member.Weights.Tensors.Select(tensor => tensor.Values))];
}
