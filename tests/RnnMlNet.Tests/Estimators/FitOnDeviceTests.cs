using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Tests.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Complete trainings on torch, on a device, through the public API: Fit, save, load, Transform, and resume.</summary>
[TestFixture("cpu")]
[TestFixture("cuda", Category = Cuda.Category)]
[TestFixture("auto", Category = Cuda.Category)]
public sealed class FitOnDeviceTests(string device)
{
    private const string Cell = "fitted on a device";

    private readonly MLContext _ml = new(seed: 1);
    private TensorFloat32? _allBits;

    private string ScoringDevice => device == "auto" ? "cuda" : device;

    // A GPU adds up gradients in an order of the moment.
    private double Near => device == "cpu" ? 0 : 1e-3;

    [OneTimeSetUp]
    public void SetUp()
    {
        Cuda.SkipWithout(device);
        // For scoring: torch by itself allows cuDNN's layers 11 bits.
        _allBits = new TensorFloat32(allowed: false);
    }

    [OneTimeTearDown]
    public void TearDown() => _allBits?.Dispose();

    [Test]
    public void A_forecaster_is_trained_saved_and_loaded(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values] ForecastLoss loss
    )
    {
        IDataView data = TinySeries.Load(_ml, 200);
        using RnnForecastingTransformer fitted = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    (o.Model, o.Loss, o.Engine, o.Device) = (model, loss, EngineKind.Torch, device);
                    (o.MaxEpochs, o.EarlyStoppingPatience) = (40, 0);
                }
            )
            .Fit(data);
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(TinySeries.Vectors(loaded.Transform(data)), Is.EqualTo(TinySeries.Vectors(fitted.Transform(data))));
        Assert.That(
            _ml.Forecasting.Evaluate(loaded.Transform(data), nameof(SeriesStep.Value), "Forecast").MeanAbsoluteError,
            Is.LessThan(1.5)
        );
    }

    [Test]
    public void A_model_is_trained_saved_loaded_and_scored(
        [Values] TinyTask task,
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        float[][] simd = Scores.Of(Tiny.Trainer(_ml, task, kind, Busy + (options => options.Engine = EngineKind.Simd)).Fit(data), data);
        ITransformer model = Tiny.Trainer(_ml, task, kind, Busy + OnDevice).Fit(data);
        float[][] scores = Scores.Of(model, data);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);

        // Small differences grow over a training; after two epochs they are still small.
        Assert.That(scores, Is.EqualTo(simd).Within(1e-3));
        Assert.That(Scores.Of(loaded, data), Is.EqualTo(scores));
        Assert.That(ScoresOnDevice(model, data), Is.EqualTo(scores).Within(1e-4));
        Assert.That(ScoresOnDevice(loaded, data), Is.EqualTo(scores).Within(1e-4));
    }

    [Test]
    public void It_is_the_device_that_trains()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        Tiny.Regression(ml, configure: OnDevice).Fit(TinyData.Load(ml));
        Assert.That(log.Messages, Has.Some.EndsWith(device == "cpu" ? ", Torch on cpu." : ", Torch on cuda:0."));
    }

    [Test]
    public void It_learns_with_dropout([Values] CellKind cell) => Learns(cell, recurrentDropout: 0, TrainingPrecision.Full);

    [Test]
    public void It_learns_with_recurrent_dropout(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.RecurrentCells))] CellKind cell
    ) => Learns(cell, recurrentDropout: 0.1f, TrainingPrecision.Full);

    [Test]
    public void It_learns_with_dropout_in_bfloat16([Values] CellKind cell) => Learns(cell, recurrentDropout: 0, TrainingPrecision.BFloat16);

    private void Learns(CellKind cell, float recurrentDropout, TrainingPrecision precision)
    {
        IDataView data = TinyData.Load(_ml, count: 120);
        using RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    Tiny.LearnWell(options);
                    OnDevice(options);
                    (options.Cell, options.Layers, options.Bidirectional, options.TrainingPrecision) = (cell, 2, true, precision);
                    (options.Dropout, options.InputDropout, options.HeadDropout, options.RecurrentDropout) = (
                        0.1f,
                        0.05f,
                        0.1f,
                        recurrentDropout
                    );
                }
            )
            .Fit(data);
        Assert.That(model.Model.History.Epochs[^1].TrainingLoss, Is.LessThan(0.5 * model.Model.History.Epochs[0].TrainingLoss));
    }

    [Test]
    public void A_training_that_was_cut_off_goes_on_to_the_same_model(
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind,
        [Values] bool recurrentDropout
    )
    {
        IDataView data = TinyData.Load(_ml);
        using var folder = new TemporaryFolder();
        Action<RnnOptions> configure =
            Busy + OnDevice + (options => (options.MaxEpochs, options.RecurrentDropout) = (5, recurrentDropout ? 0.2f : 0));
        configure += options => (options.Dropout, options.HeadDropout, options.InputDropout) = (0.2f, 0.3f, 0.1f);
        float[][] whole = Scores.Of(Tiny.Multiclass(_ml, kind, configure).Fit(data), data);
        Action<RnnOptions> kept = configure + (options => options.CheckpointPath = folder.PathOf("training.checkpoint"));
        using var cut = new CancellationTokenSource();
        Assert.That(
            () =>
                Tiny.Multiclass(
                        _ml,
                        kind,
                        kept + (options => (options.CancellationToken, options.Progress) = (cut.Token, new OnEpoch(2, cut.Cancel)))
                    )
                    .Fit(data),
            Throws.InstanceOf<OperationCanceledException>()
        );

        using RnnMulticlassTransformer resumed = Tiny.Multiclass(_ml, kind, kept).Fit(data);

        Assert.That(Scores.Of(resumed, data), Is.EqualTo(whole).Within(Near));
        Assert.That(resumed.Model.History.Epochs, Has.Count.EqualTo(5));
    }

    [Test]
    public void Several_networks_are_trained_and_averaged([Values] TinyTask task)
    {
        IDataView data = TinyData.Load(_ml);
        Action<RnnOptions> several = Deep + (options => options.EnsembleSize = 2);
        float[][] simd = Scores.Of(
            Tiny.Trainer(_ml, task, ColumnKind.Ragged, several + (options => options.Engine = EngineKind.Simd)).Fit(data),
            data
        );
        ITransformer model = Tiny.Trainer(_ml, task, ColumnKind.Ragged, several + OnDevice).Fit(data);
        float[][] scores = Scores.Of(model, data);

        Assert.That(scores, Is.EqualTo(simd).Within(1e-3));
        Assert.That(ScoresOnDevice(model, data), Is.EqualTo(scores).Within(1e-4));
    }

    [Test]
    public void A_tagger_is_trained_and_scored([Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind)
    {
        IDataView data = TinyTags.Load(_ml);
        using RnnSequenceTaggerTransformer simd = TinyTags
            .Trainer(_ml, kind, Deep + (options => options.Engine = EngineKind.Simd))
            .Fit(data);
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml, kind, Deep + OnDevice).Fit(data);
        float[][] scores = Scores.Of(model, data);

        Assert.That(scores, Is.EqualTo(Scores.Of(simd, data)).Within(1e-3));
        Assert.That(ScoresOnDevice(model, data), Is.EqualTo(scores).Within(1e-4));
    }

    [Test]
    public void A_cell_of_a_users_own_is_trained_saved_loaded_and_scored([Values(ColumnKind.Matrix, ColumnKind.Ragged)] ColumnKind kind)
    {
        using var registered = new RegisteredCell(Cell, (input, hidden) => new GatedCell(input, hidden));
        IDataView data = TinyData.Load(_ml);
        Action<RnnOptions> configure = Busy + OnDevice + (options => (options.CustomCell, options.Bidirectional) = (Cell, true));
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, kind, configure).Fit(data);
        using RnnMulticlassTransformer onCpu = Tiny.Multiclass(
                _ml,
                kind,
                configure + (options => (options.Device, options.Engine) = ("cpu", EngineKind.Torch))
            )
            .Fit(data);
        float[][] scores = Scores.Of(model, data);
        using var loaded = (RnnMulticlassTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);

        Assert.That(scores, Is.EqualTo(Scores.Of(onCpu, data)).Within(1e-3));
        Assert.That(ScoresOnDevice(loaded, data), Is.EqualTo(scores).Within(1e-4));
    }

    private static Action<RnnOptions> Deep { get; } = options => (options.Layers, options.Bidirectional, options.Seed) = (2, true, 5);

    private static Action<RnnOptions> Busy { get; } =
        Deep + (options => options.Pooling = Plain.IsTagger(options) ? null : RandomNetwork.AllPooling);

    private Action<RnnOptions> OnDevice =>
        options =>
        {
            options.Device = device;
            // A CPU has the engine in C# otherwise.
            options.Engine = device == "cpu" ? EngineKind.Torch : EngineKind.Auto;
            options.AllowTensorFloat32 = false;
        };

    private float[][] ScoresOnDevice(ITransformer model, IDataView data)
    {
        // Each transformer has the property, and they have no common type that does.
        model.GetType().GetProperty(nameof(RnnOptions.ScoringDevice))!.SetValue(model, ScoringDevice);
        return Scores.Of(model, data);
    }
}
