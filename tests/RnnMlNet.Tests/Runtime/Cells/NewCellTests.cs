using System.Runtime.CompilerServices;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Runtime.Cells;

/// <summary>
/// What a new cell needs: one file, as the one here, and a line in the registry. All else, training, scoring, streaming, files,
/// verification, takes it as it takes the others.
/// </summary>
[TestFixture]
public class NewCellTests
{
    private const float Step = 2e-3f;
    private readonly MLContext _ml = new(seed: 1);

    [OneTimeSetUp]
    public void Register() => CellRegistry.Add(new LinearOutput());

    [Test]
    public void It_is_trained_scored_saved_verified_and_streamed([Values] bool bidirectional)
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        using RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Ragged,
                o =>
                {
                    Tiny.LearnWell(o);
                    (o.Cell, o.Bidirectional, o.Layers) = (LinearOutput.Number, bidirectional, 2);
                }
            )
            .Fit(data);

        Assert.That(model.Model.History.Epochs[^1].TrainingLoss, Is.LessThan(0.3 * model.Model.History.Epochs[0].TrainingLoss));
        Assert.That(model.Model.Cell, Is.EqualTo(LinearOutput.Number));
        ScoreVerification verification = model.VerifyScores(data);
        verification.ThrowIfDifferent();

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
        NetworkShape shape = RandomNetwork.Shape(LinearOutput.Number, layers: 2, bidirectional: true) with
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
        IDataView data = TinyData.Load(_ml);
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, configure: o => o.Cell = LinearOutput.Number).Fit(data);

        Refused.Operation(
            () => model.SaveAsOnnx(Stream.Null),
            "ONNX has no operator for the cell 200: train with one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        using RnnForecastingTransformer forecaster = TinySeries
            .Estimator(_ml, o => o.Cell = LinearOutput.Number)
            .Fit(TinySeries.Load(_ml, 60));
        Refused.Operation(
            () => forecaster.SaveAsOnnx(Stream.Null),
            "ONNX has no operator for the cell 200: train with one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        Assert.That(
            Assert
                .Throws<NotSupportedException>(() =>
                    Tiny.Multiclass(_ml, configure: o => (o.Cell, o.Engine) = (LinearOutput.Number, EngineKind.Torch)).Fit(data)
                )!
                .Message,
            Does.Contain("The cell 200 cannot be trained or scored by torch")
        );
    }

    [Test]
    public void A_cell_that_is_not_registered_is_refused() =>
        Refused.Argument(
            () => Tiny.Multiclass(_ml, configure: o => o.Cell = (CellKind)77),
            "Cell is 77; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru"
        );

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

    /// <summary>
    /// A cell for this test only: an LSTM that outputs its cell state. Gates i f g o: <c>c' = f c + i g</c>, <c>h' = o c'</c>.
    /// </summary>
    private sealed class LinearOutput() : Cell<LinearOutputForward, LinearOutputTraining>(Number)
    {
        public const CellKind Number = (CellKind)200;

        public override IReadOnlyList<FirstState> FirstStates { get; } = [FirstState.Learnt, FirstState.Learnt];

        public override int? ForgetGate => 1;

        public override void Step(
            ReadOnlySpan<double> input,
            ReadOnlySpan<double> recurrent,
            ReadOnlySpan<double> parameters,
            Span<double> h,
            Span<double> c
        )
        {
            int units = h.Length;
            for (int unit = 0; unit < units; unit++)
            {
                double i = Sigmoid(input[unit] + recurrent[unit]);
                double f = Sigmoid(input[units + unit] + recurrent[units + unit]);
                double g = Math.Tanh(input[2 * units + unit] + recurrent[2 * units + unit]);
                double o = Sigmoid(input[3 * units + unit] + recurrent[3 * units + unit]);
                c[unit] = f * c[unit] + i * g;
                h[unit] = o * c[unit];
            }
        }
    }

    private readonly unsafe struct LinearOutputForward : ICellForward
    {
        public static int Vectors => 4;

        public static int Gates => 4;

        public static float GateScale(int gate) => gate == 2 ? Activations.TanhScale : Activations.SigmoidScale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Activate<T>(T i, T f, T g, T o, float* state, float* output, nint gateStride)
            where T : unmanaged, ILanes<T>
        {
            T c = T.MultiplyAdd(Activations.Sigmoid(f), T.Load(state), Activations.Sigmoid(i) * Activations.Tanh(g));
            T.Store(c, state);
            T.Store(Activations.Sigmoid(o) * c, output);
        }
    }

    private readonly unsafe struct LinearOutputTraining : ICellTraining
    {
        private const int H = 4,
            C = 5;

        public static int Vectors => 4;

        public static int Gates => 4;

        public static int GateBuffers => 4;

        public static int StateBuffers => 2;

        public static int FirstInputBuffer => 0;

        public static int RecurrentBuffers => 4;

        public static float GateScale(int gate) => LinearOutputForward.GateScale(gate);

        public static int RecurrentGate(int buffer) => buffer;

        public static int Accumulator(int buffer) => buffer;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
            where T : unmanaged, ILanes<T>
        {
            T i = Activations.Sigmoid(a0),
                f = Activations.Sigmoid(a1),
                g = Activations.Tanh(a2),
                o = Activations.Sigmoid(a3);
            T.Store(i, output);
            T.Store(f, output + gateStride);
            T.Store(g, output + 2 * gateStride);
            T.Store(o, output + 3 * gateStride);
            T c = T.MultiplyAdd(f, T.Load(state + C * gateStride), i * g);
            T.Store(o * c, output + H * gateStride);
            T.Store(c, output + C * gateStride);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
            where T : unmanaged, ILanes<T>
        {
            T one = T.Create(1);
            T i = T.Load(saved),
                f = T.Load(saved + gateStride),
                g = T.Load(saved + 2 * gateStride),
                o = T.Load(saved + 3 * gateStride);
            T dc = T.MultiplyAdd(dh, o, T.Load(incoming)),
                dcf = dc * f,
                di = dc * i;
            T.Store(dcf, incoming);
            T.Store(di * g * (one - i), saved);
            T.Store(dcf * T.Load(before + C * gateStride) * (one - f), saved + gateStride);
            T.Store(di * (one - g * g), saved + 2 * gateStride);
            T.Store(dh * T.Load(saved + C * gateStride) * o * (one - o), saved + 3 * gateStride);
        }
    }
}
