using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>The forecast of an ensemble is the mean of its members' forecasts.</summary>
[TestFixture]
public class SeveralNetworksTests
{
    private const int EnsembleSize = 3;

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data() => TinySeries.Load(_ml);

    private RnnForecastingTransformer Fit(Action<Options>? configure = null) =>
        TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    o.EnsembleSize = EnsembleSize;
                    configure?.Invoke(o);
                }
            )
            .Fit(Data());

    private RnnForecastingTransformer[] FitEachAlone(Action<Options>? configure = null) =>
        [
            .. Enumerable
                .Range(0, EnsembleSize)
                .Select(network =>
                    TinySeries
                        .Estimator(
                            _ml,
                            o =>
                            {
                                configure?.Invoke(o);
                                o.Seed = NetworkFits.SeedOf(o.Seed!.Value, network);
                            }
                        )
                        .Fit(Data())
                ),
        ];

    [Test]
    public void Forecasts_are_the_mean_of_those_of_networks_trained_alone(
        [Values] ForecastModel model,
        [Values(ForecastLoss.Absolute, ForecastLoss.Quantile)] ForecastLoss loss
    )
    {
        void Configure(Options o) =>
            (o.Model, o.Loss, o.Dropout, o.Normalization) = (model, loss, 0.2f, WindowNormalization.MeanAndDeviation);
        float[][][] each = [.. FitEachAlone(Configure).Select(one => TinySeries.Vectors(one.Transform(Data())))];
        float[][] together = TinySeries.Vectors(Fit(Configure).Transform(Data()));
        int differ = 0;
        for (int row = 16; row < together.Length; row++)
        for (int h = 0; h < together[row].Length; h++)
        {
            Assert.That(together[row][h], Is.EqualTo(each.Average(one => one[row][h])).Within(1e-4), $"row {row}, step {h}");
            differ += each.Max(one => one[row][h]) - each.Min(one => one[row][h]) > 1e-2 ? 1 : 0;
        }
        Assert.That(differ, Is.GreaterThan(200), "networks of different seeds differ");
    }

    [Test]
    public void Each_has_its_history_and_the_first_is_that_of_a_forecaster_of_one()
    {
        using RnnForecastingTransformer several = Fit(o => o.Dropout = 0.2f);
        RnnForecastingTransformer[] alone = FitEachAlone(o => o.Dropout = 0.2f);
        Assert.That(several.Histories.Select(Losses), Is.EqualTo(alone.Select(one => Losses(one.History))));
        Assert.That(several.History, Is.SameAs(several.Histories[0]));
        Assert.That(alone[0].Histories, Is.EqualTo([alone[0].History]));

        static string Losses(TrainingHistory history) => string.Join(' ', history.Epochs.Select(epoch => epoch.ValidationLoss));
    }

    // The size of a sum of errors is at most the sum of their sizes.
    [Test]
    public void Intervals_are_measured_on_the_mean()
    {
        IntervalScores together = Fit().Trained.Scores!;
        IntervalScores[] each = [.. FitEachAlone().Select(one => one.Trained.Scores!)];
        for (int step = 0; step < together.Horizon; step++)
            Assert.That(
                together.RootMeanSquares[step],
                Is.LessThan(each.Average(one => one.RootMeanSquares[step])).And.GreaterThan(0),
                $"step {step}"
            );
    }

    [Test]
    public void Seeds_of_networks_differ_whatever_the_forecasters_seed()
    {
        int[] seeds =
        [
            .. Enumerable.Range(1, 100).SelectMany(seed => Enumerable.Range(0, 50).Select(network => NetworkFits.SeedOf(seed, network))),
        ];
        Assert.That(seeds, Is.Unique);
        Assert.That(NetworkFits.SeedOf(7, 0), Is.EqualTo(7));
    }

    [Test]
    public void A_loaded_model_forecasts_the_same_and_saves_to_the_same_bytes()
    {
        RnnForecastingTransformer fitted = Fit();
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, Data().Schema), out _);
        Assert.That(TinySeries.Vectors(loaded.Transform(Data())), Is.EqualTo(TinySeries.Vectors(fitted.Transform(Data()))));
        Assert.That(
            TinySeries.Vectors(loaded.Transform(Data()), "Upper"),
            Is.EqualTo(TinySeries.Vectors(fitted.Transform(Data()), "Upper"))
        );
        Assert.That(SavedModel.Entries(_ml, loaded, Data().Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, Data().Schema)));
        Assert.That(
            loaded.Histories.Select(history => history.BestEpoch),
            Is.EqualTo(fitted.Histories.Select(history => history.BestEpoch))
        );
    }

    [Test]
    public void A_number_of_networks_that_is_none_or_not_that_of_the_file_is_refused()
    {
        byte[] file = Written(Fit());
        int end = Blocks.HeaderBytes + BitConverter.ToInt32(file, 8);
        byte[] WithNetworks(int count) =>
            [
                .. Blocks.Seal(
                    Blocks.With(file[Blocks.HeaderBytes..end], end - Blocks.HeaderBytes - sizeof(int), count),
                    Blocks.VersionOf(file)
                ),
                .. file[end..],
            ];
        Assert.That(Read(WithNetworks(EnsembleSize)).Members, Has.Count.EqualTo(EnsembleSize));
        Assert.That(
            () => Read(WithNetworks(0)),
            Throws.TypeOf<FormatException>().With.Message.EqualTo("The model file's part 'forecast' is damaged: it has 0 networks.")
        );
        Assert.That(
            () => Read(WithNetworks(int.MaxValue)),
            Throws
                .TypeOf<FormatException>()
                .With.Message.EqualTo("The model file's part 'network' is truncated: the file ends before it does.")
        );
    }

    [Test]
    public void A_training_that_was_cut_off_in_a_later_network_goes_on_to_the_same_model([Values(1, 4, 8)] int epochs)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("fit.ckpt");
        void Keep(Options o) => (o.Dropout, o.CheckpointPath) = (0.2f, path);
        float[][] whole = TinySeries.Vectors(Fit(o => o.Dropout = 0.2f).Transform(Data()));
        Assert.That(
            () =>
                Fit(o =>
                {
                    Keep(o);
                    OnEpoch.CancelAfter(o, epochs);
                }),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(path, Does.Exist);
        int trained = 0;
        RnnForecastingTransformer model = Fit(o =>
        {
            Keep(o);
            o.Progress = new OnEpoch(_ => trained++);
        });
        Assert.That(TinySeries.Vectors(model.Transform(Data())), Is.EqualTo(whole));
        Assert.That(trained, Is.EqualTo(3 * EnsembleSize - epochs));
        Assert.That(path, Does.Not.Exist);
    }

    [Test]
    public void A_training_that_was_cut_off_in_the_held_out_ends_goes_on_to_the_same_model()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("fit.ckpt");
        void TrainOn(Options o) => (o.Dropout, o.TrainOnHeldOut, o.NaiveShare, o.Residual) = (0.2f, true, null, null);
        float[][] whole = TinySeries.Vectors(Fit(TrainOn).Transform(Data()));
        int trained = 0;
        Fit(o =>
        {
            TrainOn(o);
            o.Progress = new OnEpoch(_ => trained++);
        });
        Assert.That(trained, Is.GreaterThan(3 * EnsembleSize), "With epochs that train on all steps.");
        Assert.That(
            () =>
                Fit(o =>
                {
                    TrainOn(o);
                    o.CheckpointPath = path;
                    OnEpoch.CancelAfter(o, trained - 1);
                }),
            Throws.InstanceOf<OperationCanceledException>()
        );
        RnnForecastingTransformer model = Fit(o =>
        {
            TrainOn(o);
            o.CheckpointPath = path;
        });
        Assert.That(TinySeries.Vectors(model.Transform(Data())), Is.EqualTo(whole));
        Assert.That(path, Does.Not.Exist);
    }

    [Test]
    public void When_cancelled_the_networks_that_are_done_are_handed_back()
    {
        RnnForecastingTransformer first = Fit(o => o.EnsembleSize = 1);
        RnnForecastingTransformer inSecond = Fit(o =>
        {
            o.OnCancellation = CancellationBehavior.ReturnBest;
            OnEpoch.CancelAfter(o, 4);
        });
        Assert.That(inSecond.Histories.Select(history => history.StopReason), Is.EqualTo([StopReason.Cancelled]));
        Assert.That(TinySeries.Vectors(inSecond.Transform(Data())), Is.EqualTo(TinySeries.Vectors(first.Transform(Data()))));
        RnnForecastingTransformer inFirst = Fit(o =>
        {
            o.OnCancellation = CancellationBehavior.ReturnBest;
            OnEpoch.CancelAfter(o, 2);
        });
        Assert.That(inFirst.Histories.Select(history => history.StopReason), Is.EqualTo([StopReason.Cancelled]));
    }

    [Test]
    public void An_engine_forecasts_as_a_Transform_and_its_file_is_of_these_networks_alone()
    {
        RnnForecastingTransformer model = Fit();
        float[] last = TinySeries.Vectors(model.Transform(Data()))[^1];
        using RnnForecastEngine<SeriesStep, Answer> engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(
            model,
            new ForecastEngineOptions { StartsAfterTraining = true }
        );
        Assert.That(engine.Predict().Forecast, Is.EqualTo(last).Within(1e-5));
        using var folder = new TemporaryFolder();
        engine.CheckPoint(folder.PathOf("series"));
        using RnnForecastEngine<SeriesStep, Answer> reopened = _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(
            model,
            folder.PathOf("series")
        );
        Assert.That(reopened.Predict().Forecast, Is.EqualTo(engine.Predict().Forecast));
        Assert.That(
            () => _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(Fit(o => o.EnsembleSize = 2), folder.PathOf("series")),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.Contains("its network is 3 networks, Gru, ")
                .And.Message.Contains("the given model's is 2 networks, Gru, ")
        );
    }

    [Test]
    public void The_log_says_which_network_is_trained()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        TinySeries.Estimator(ml, o => o.EnsembleSize = EnsembleSize).Fit(TinySeries.Load(ml));
        Assert.That(log.Messages, Has.Some.Contains("Training network 2 of 3 on 89 windows of 1 series, validating on 9"));
        Assert.That(log.Messages, Has.Some.Contains("Training network 2 of 3: epoch 1/3, loss "));
    }

    private static byte[] Written(RnnForecastingTransformer model) =>
        Blocks.Written(writer => ForecastFormat.Write(writer, model.Trained, model.Columns, model.Outputs, model.ConfidenceLevel));

    private static ForecastNetwork Read(byte[] file) => ForecastFormat.Read(new BinaryReader(new MemoryStream(file))).Model.Forecaster;

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }
}
