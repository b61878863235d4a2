using System.Numerics.Tensors;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Runtime.Decoders;

/// <summary>
/// What a new decoder needs: its description with its scoring and training parts, as here, and its line in the registry. All else,
/// windows, files, ensembles, takes it as it takes the others.
/// </summary>
[TestFixture]
internal sealed class NewDecoderTests
{
    private const ForecastModel Model = (ForecastModel)200;
    private const float Step = 2e-3f;

    private readonly MLContext _ml = new(seed: 1);

    [OneTimeSetUp]
    public void Register() => ForecastModels.Add(Model, new ScaledState());

    [Test]
    public void It_is_trained_scored_saved_and_loaded()
    {
        IDataView data = TinySeries.Load(_ml, 60);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => (o.Model, o.MaxEpochs, o.EnsembleSize) = (Model, 20, 2))
            .Fit(data);

        TrainingHistory history = model.Trained.Forecaster.Members[0].History;
        Assert.That(history.Epochs[^1].TrainingLoss, Is.LessThan(0.5 * history.Epochs[0].TrainingLoss));
        float[][] forecasts = TinySeries.Vectors(model.Transform(data));
        Assert.That(forecasts[^1].Distinct().Count(), Is.EqualTo(4), "each step is scaled by its own");

        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        Assert.That(TinySeries.Vectors(_ml.Model.Load(file, out _).Transform(data)), Is.EqualTo(forecasts));
    }

    [Test]
    public void Its_scores_are_those_of_the_engine([Values(1, 7, 16, 33)] int units)
    {
        NetworkShape shape = Shape() with { HiddenSize = units };
        var scorer = new RowsScorer(new PackedNetwork(TrainedNetworks.Of(shape) with { FeatureScaling = null, LabelScaling = null }));
        using SimdEngine engine = SimdEngine.Create(RandomNetwork.Settings(shape));
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [.. Enumerable.Repeat(5, 60)]);
        float[] actual = new float[60 * shape.Outputs],
            expected = new float[60 * shape.Outputs];
        scorer.Score(WindowBatch.Rows(batch), actual);
        engine.Score(batch, expected);
        Assert.That(actual, Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Its_gradients_are_differences_of_the_loss([Values(0, 2)] int headLayer)
    {
        NetworkShape shape = Shape() with { HeadHiddenSizes = headLayer > 0 ? [headLayer] : [] };
        EngineSettings settings = RandomNetwork.Settings(shape) with
        {
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0,
            Threads = 1,
            InitialWeights = RandomNetwork.Weights(shape, limit: 1),
        };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [4, 1, 6, 2]);
        using SimdEngine engine = SimdEngine.Create(settings);
        engine.TrainStep(batch, 1);
        NetworkWeights after = engine.GetWeights();
        foreach (NamedTensor tensor in settings.InitialWeights.Tensors)
            for (int i = 0; i < tensor.Values.Length; i++)
            {
                double expected = (Loss(settings, batch, tensor, i, Step) - Loss(settings, batch, tensor, i, -Step)) / (2 * Step);
                Assert.That(
                    tensor.Values[i] - after[tensor.Name][i],
                    Is.EqualTo(expected).Within(2e-3 + 1e-2 * Math.Abs(expected)),
                    $"{tensor.Name}, {i}"
                );
            }
    }

    [Test]
    public void What_it_has_no_part_for_is_refused_in_words()
    {
        IDataView data = TinySeries.Load(_ml, 60);
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.Model = Model).Fit(data);
        Refused.Operation(
            () => model.SaveAsOnnx(Stream.Null),
            "A network whose readout is scaled states cannot be saved as ONNX, which has no nodes for it here: save it as safetensors, or "
                + "in ML.NET's format."
        );
        Assert.That(
            Assert
                .Throws<NotSupportedException>(() =>
                    TinySeries.Estimator(_ml, o => (o.Model, o.Engine, o.Device) = (Model, EngineKind.Torch, "cpu")).Fit(data)
                )!
                .Message,
            Is.EqualTo(
                "Torch cannot compute a network whose readout is scaled states: set Engine to Simd, and Device to \"auto\" or \"cpu\"."
            )
        );
    }

    [Test]
    public void A_decoder_without_a_part_is_refused_in_words()
    {
        NetworkShape shape = Shape() with { Decoder = new DecoderShape(new NoParts(), 4, 1, 0) };
        Assert.That(
            Assert.Throws<NotSupportedException>(() => SimdEngine.Create(RandomNetwork.Settings(shape)))!.Message,
            Is.EqualTo("The C# engine cannot train a network whose readout is nothing.")
        );
        Assert.That(
            Assert.Throws<NotSupportedException>(() => _ = new RowsScorer(new PackedNetwork(TrainedNetworks.Of(shape))))!.Message,
            Is.EqualTo("The kernels cannot score a network whose readout is nothing.")
        );
    }

    private static NetworkShape Shape() =>
        RandomNetwork.Decoding(CellKind.Gru, ForecastModel.Segments, channels: 1, known: 0) with
        {
            ProjectionSize = 0,
            HiddenSize = 3,
            Decoder = new DecoderShape(ForecastModels.DecoderOf(Model)!, Steps: 4, Channels: 1, KnownSize: 0),
        };

    private static double Loss(EngineSettings settings, MiniBatch batch, NamedTensor changed, int index, float by)
    {
        IEnumerable<NamedTensor> tensors = settings.InitialWeights.Tensors.Select(tensor =>
            tensor == changed
                ? tensor with
                {
                    Values = [.. tensor.Values.Select((weight, i) => i == index ? weight + by : weight)],
                }
                : tensor
        );
        using SimdEngine engine = SimdEngine.Create(settings with { InitialWeights = new NetworkWeights(tensors) });
        return engine.TrainStep(batch, 1);
    }

    /// <summary>A decoder that nobody needs: at step t the head reads the last state, each of its values times one of step t's.</summary>
    private sealed class ScaledState : Decoder
    {
        public override DecoderModule Module(DecoderShape sizes, Cell cell, int inputs, int units) => new ScaledStateModule(sizes, units);
    }

    /// <summary><c>decoder.scale.weight [m, H]</c>.</summary>
    private sealed class ScaledStateModule(DecoderShape sizes, int units) : DecoderModule, IScoredReadout, ITrainedDecoder
    {
        public const string Scale = "decoder.scale.weight";

        public override string Name => "scaled states";

        public override IEnumerable<TensorSpec> Tables => [new TensorSpec(Scale, [sizes.Steps, units])];

        public override void Initialize(TensorSpec spec, float[] values, InitialValues random) => random.Normals(values, 1);

        public Readout NewReadout(PackedNetwork network) => new ScaledStateReadout(network);

        public DecoderTraining NewTraining(EncodedRows rows) => new ScaledStateTraining(sizes.Steps, units, rows);
    }

    private sealed unsafe class ScaledStateReadout(PackedNetwork network) : Readout(network)
    {
        private readonly float[] _scale = network.DecoderWeights(ScaledStateModule.Scale);
        private readonly AlignedBuffer _states = new();

        public override void Write(in RowStates states, in RowGroup group)
        {
            int units = Shape.HiddenSize,
                each = Shape.HeadOutputs;
            float* scaled = _states.Reserve((long)states.Rows * states.Padded);
            for (int step = 0; step < Shape.Decoder!.Steps; step++)
            {
                for (int row = 0; row < states.Rows; row++)
                    TensorPrimitives.Multiply(
                        new ReadOnlySpan<float>(states.Last + (long)row * states.Padded, units),
                        _scale.AsSpan(step * units, units),
                        new Span<float>(scaled + (long)row * states.Padded, units)
                    );
                float* scores = Head.Run(states.Rows, scaled, states.Padded, out int stride);
                for (int row = 0; row < states.Rows; row++)
                    new ReadOnlySpan<float>(scores + (long)row * stride, each).CopyTo(group.Outputs(Shape, row)[(step * each)..]);
            }
            for (int row = 0; row < states.Rows; row++)
                Network.ToLabelUnits(group.Outputs(Shape, row));
        }
    }

    private sealed unsafe class ScaledStateTraining(int steps, int units, EncodedRows rows) : DecoderTraining
    {
        private float[] _states = [],
            _gradients = [];
        private float* _weights;

        public override void Start(float* weights)
        {
            _weights = weights;
            _states = new float[rows.Count * steps * units];
            _gradients = new float[_states.Length];
        }

        public override void Forward(int step)
        {
            for (int row = 0; row < rows.Count; row++)
                TensorPrimitives.Multiply(rows.Last(row), Scale(_weights, step), Of(_states, step, row));
        }

        public override ReadOnlySpan<float> State(int step, int row) => Of(_states, step, row);

        public override Span<float> StateGradient(int step, int row) => Of(_gradients, step, row);

        public override void Backward(float* weights, float* gradient)
        {
            for (int step = 0; step < steps; step++)
            for (int row = 0; row < rows.Count; row++)
            {
                Span<float> own = Of(_gradients, step, row),
                    scale = Scale(gradient, step),
                    state = rows.LastGradient(row);
                TensorPrimitives.MultiplyAdd(own, rows.Last(row), scale, scale);
                TensorPrimitives.MultiplyAdd(own, Scale(weights, step), state, state);
            }
        }

        private Span<float> Of(float[] values, int step, int row) => values.AsSpan((step * rows.Count + row) * units, units);

        private Span<float> Scale(float* weights, int step) => new(weights + rows.Table(0) + step * units, units);
    }

    /// <summary>A decoder that no backend has a part of.</summary>
    private sealed class NoParts : Decoder
    {
        public override DecoderModule Module(DecoderShape sizes, Cell cell, int inputs, int units) => new Nothing();

        private sealed class Nothing : DecoderModule
        {
            public override string Name => "nothing";
        }
    }
}
