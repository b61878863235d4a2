using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Runtime.Poolings;

/// <summary>
/// What a new pooling needs: one file, as the one here, and its line in the registry. All else, training, scoring, streaming, files,
/// verification, takes it as it takes the others.
/// </summary>
[TestFixture]
public class NewPoolingTests
{
    private const float Step = 2e-3f;
    private readonly MLContext _ml = new(seed: 1);

    [OneTimeSetUp]
    public void Register() => PoolingRegistry.Add(WeightedSquares.Number, new WeightedSquares());

    [Test]
    public void It_is_trained_scored_saved_verified_and_streamed([Values] bool bidirectional, [Values] bool alone)
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        Pooling pooling = alone ? WeightedSquares.Number : WeightedSquares.Number | Pooling.Last | Pooling.Max;
        using RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Ragged,
                o =>
                {
                    Tiny.LearnWell(o);
                    (o.Pooling, o.Bidirectional, o.Layers) = (pooling, bidirectional, 2);
                }
            )
            .Fit(data);

        Assert.That(model.Model.History.Epochs[^1].TrainingLoss, Is.LessThan(0.5 * model.Model.History.Epochs[0].TrainingLoss));
        Assert.That(model.Model.Pooling, Is.EqualTo(pooling));
        ScoreVerification verification = model.VerifyScores(data);
        verification.ThrowIfDifferent();
        Assert.That(
            verification.Paths.Where(way => way.NotRun == "torch has no part of the pooling 64").Select(way => way.Name),
            Does.Contain("torch on the CPU")
        );

        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        Assert.That(Scores.Of(_ml.Model.Load(file, out _), data), Is.EqualTo(Scores.Of(model, data)));

        SequenceModel runtime = SequenceModelTests.OfRuntimeFile(model);
        Assert.That(rows.Select(row => SequenceModelTests.Score(runtime, row)), Is.EqualTo(Scores.Of(model, data)).Within(1e-6));
        if (bidirectional)
            return;
        SequenceStream stream = runtime.CreateStream();
        float[] scores = new float[3];
        foreach (float[] step in rows[4].Ragged.Chunk(SequenceRow.Features))
            stream.Add(step, scores);
        Assert.That(scores, Is.EqualTo(SequenceModelTests.Score(runtime, rows[4])).Within(1e-6));
    }

    [Test]
    public void Its_gradients_are_differences_of_the_loss()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, bidirectional: true, pooling: WeightedSquares.Number | Pooling.Mean) with
        {
            Features = 2,
            HiddenSize = 3,
            HeadHiddenSizes = [],
        };
        EngineSettings settings = RandomNetwork.Settings(shape) with { Optimizer = OptimizerKind.Sgd, Momentum = 0, Threads = 1 };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [4, 1, 6, 2]);
        using SimdEngine engine = SimdEngine.Create(settings);
        engine.TrainStep(batch, 1);
        NetworkWeights after = engine.GetWeights();
        Assert.That(settings.InitialWeights.Tensors.Select(tensor => tensor.Name), Does.Contain("squares.weight"));
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

    /// <summary>It has no part that pools segment by segment.</summary>
    [Test]
    public void The_states_of_long_rows_are_kept_for_it([Values] bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, 2, bidirectional, WeightedSquares.Number | Pooling.Mean);
        EngineSettings settings = RandomNetwork.Settings(shape) with { Optimizer = OptimizerKind.Sgd, Momentum = 0, Threads = 1 };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [.. Enumerable.Range(1, 20).Select(row => 5 * row)]);
        using SimdEngine kept = SimdEngine.Create(settings, long.MaxValue),
            segmented = SimdEngine.Create(settings, keptBytes: 0);
        Assert.That(segmented.TrainStep(batch, 1), Is.EqualTo(kept.TrainStep(batch, 1)).Within(1e-6));
        foreach (NamedTensor tensor in kept.GetWeights().Tensors)
            Assert.That(segmented.GetWeights()[tensor.Name], Is.EqualTo(tensor.Values).Within(1e-6), tensor.Name);
        Assert.That(kept.GetWeights()["squares.weight"], Is.Not.EqualTo(settings.InitialWeights["squares.weight"]));
    }

    [Test]
    public void What_it_has_no_part_for_is_refused_in_words()
    {
        IDataView data = TinyData.Load(_ml);
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, configure: o => o.Pooling = WeightedSquares.Number).Fit(data);

        Refused.Operation(() => model.SaveAsOnnx(Stream.Null), "ONNX has no part of the pooling 64: train with another Pooling.");
        Assert.That(
            Assert
                .Throws<NotSupportedException>(() =>
                    Tiny.Multiclass(_ml, configure: o => (o.Pooling, o.Engine) = (WeightedSquares.Number, EngineKind.Torch)).Fit(data)
                )!
                .Message,
            Is.EqualTo("The pooling 64 cannot be trained or scored by torch: leave Device null, or set it to \"cpu\", with Engine Simd.")
        );
    }

    [Test]
    public void A_pooling_that_is_not_registered_is_refused()
    {
        Refused.Argument(
            () => Tiny.Multiclass(_ml, configure: o => o.Pooling = Pooling.Last | (Pooling)128),
            "Pooling is 129; it must be Last, Mean, Max, Attention or several of them combined."
        );
        Assert.That(
            () => PoolingRegistry.Of((Pooling)128),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith("There is no pooling 128: it must be one of Last, Mean")
        );
    }

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

    /// <summary>A pooling that nobody needs: p = w Σ h² / T, w a learnt vector.</summary>
    private sealed class WeightedSquares : StepPooling
    {
        public const Pooling Number = (Pooling)64;

        public override PoolingWeights Weights(int width) => new("squares.weight", [width], Limit: 1);

        public override int DoublesOf(int width) => width;

        public override double[] Pool(double[][] states, double[] last, float[] weights) =>
            [.. last.Select((_, unit) => weights[unit] * states.Sum(h => h[unit] * h[unit]) / Math.Max(1, states.Length))];

        public override PoolingScorer NewScorer(int width, float[] weights) => new Scorer(this, width, weights);

        public override PoolingTraining NewTraining(int width) => new Training();

        private sealed class Scorer(WeightedSquares pooling, int width, float[] weights) : PoolingScorer(pooling, width)
        {
            public override void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles)
            {
                for (int i = 0; i < state.Length; i++)
                    doubles[i] += (double)state[i] * state[i];
            }

            public override void SoFar(
                ReadOnlySpan<float> last,
                long steps,
                ReadOnlySpan<float> floats,
                ReadOnlySpan<double> doubles,
                Span<float> pooled
            )
            {
                for (int i = 0; i < pooled.Length; i++)
                    pooled[i] = (float)(weights[i] * doubles[i] / Math.Max(1, steps));
            }
        }

        private sealed unsafe class Training : PoolingTraining
        {
            public override void Forward(float* weights, TrainedRow row, Span<float> pooled)
            {
                float[] states = new float[pooled.Length];
                for (int step = 0; step < row.Length; step++)
                {
                    row.CopyStates(step, states);
                    for (int i = 0; i < states.Length; i++)
                        pooled[i] += weights[i] * states[i] * states[i] / row.Length;
                }
            }

            public override void Backward(float* weights, TrainedRow row, ReadOnlySpan<float> gradient, float* weightGradient)
            {
                float[] states = new float[gradient.Length],
                    dh = new float[gradient.Length];
                for (int step = 0; step < row.Length; step++)
                {
                    row.CopyStates(step, states);
                    for (int i = 0; i < states.Length; i++)
                    {
                        weightGradient[i] += gradient[i] * states[i] * states[i] / row.Length;
                        dh[i] = 2 * gradient[i] * weights[i] * states[i] / row.Length;
                    }
                    row.AddGradient(step, dh);
                }
            }
        }
    }
}
