using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>
/// What all peers of a comparison train: the same network from the same weights, on the same rows, cut into the same batches in the same
/// order. A child process makes the same from the same numbers.
/// </summary>
/// <param name="Case">The network, and the steps of its rows.</param>
/// <param name="BatchSize">B.</param>
/// <param name="IsRagged">Whether rows have <see cref="Fewest"/> to <see cref="Most"/> steps instead.</param>
/// <param name="Count">How many rows; null for as many as make an epoch of some milliseconds.</param>
internal sealed record TrainingSet(Case Case, int BatchSize, bool IsRagged = false, int? Count = null)
{
    public const int Fewest = 10;
    public const int Most = 200;
    private const int Seed = 5;
    private const int RaggedCount = 1024;

    private readonly Lazy<TrainingRow[]> _rows = new(() => Draw(Case, IsRagged, Count));

    /// <summary>The rows, a whole number of batches, and as many for a small network as make an epoch of some milliseconds.</summary>
    public IReadOnlyList<TrainingRow> Rows => _rows.Value;

    /// <summary>Steps of all rows.</summary>
    public long TrueSteps => Rows.Sum(row => (long)row.Steps.Length / Case.Features);

    /// <summary>
    /// Operations of a training step on one sequence, a multiply-add being two: each gate's products forward, those of the gradients of the
    /// weights and of the previous hidden state.
    /// </summary>
    public double Operations
    {
        get
        {
            double products = (double)Case.Shape.Gates * Case.Units * (3 * Case.Units + 2 * Case.Features);
            return 2 * products * TrueSteps / Rows.Count;
        }
    }

    /// <summary>What Fit is given.</summary>
    public IDataView View(MLContext ml) => ml.Data.LoadFromEnumerable(Rows, TrainingRow.Schema(IsRagged ? 0 : Case.Steps * Case.Features));

    /// <summary>How Fit trains: in C#, by Adam, without validation and without clipping, which the peers' loops do not have.</summary>
    public RnnMulticlassTrainer.Options Options(int threads, int epochs) =>
        new()
        {
            FeatureColumnName = nameof(TrainingRow.Steps),
            FeaturesPerStep = Case.Features,
            Cell = Case.Cell,
            HiddenSize = Case.Units,
            Layers = 1,
            Bidirectional = false,
            Pooling = Pooling.Last,
            InputDropout = 0,
            HeadDropout = 0,
            PatchLength = 1,
            EnsembleSize = 1,
            Optimizer = OptimizerKind.Adam,
            LearningRate = 1e-3f,
            LearningRateSchedule = LearningRateSchedule.Constant,
            BatchSize = BatchSize,
            MaxEpochs = epochs,
            ValidationFraction = 0,
            GradientClipNorm = 0,
            Engine = EngineKind.Simd,
            Threads = threads,
            Seed = Seed,
        };

    /// <summary>The weights that Fit starts from.</summary>
    public NetworkWeights InitialWeights() => WeightInitializer.Create(Case.Shape, new RnnMulticlassTrainer.Options().ForgetBias, Seed);

    /// <summary>The engine as Fit makes it.</summary>
    public EngineSettings Engine(int threads) =>
        new()
        {
            Shape = Case.Shape,
            InitialWeights = InitialWeights(),
            Loss = LossKind.CrossEntropy,
            Threads = threads,
        };

    /// <summary>The batches that Fit trains an epoch on, as it hands them to its engine: standardised, padded, time-major.</summary>
    /// <param name="epoch">1 for the first.</param>
    public IReadOnlyList<MiniBatch> Batches(int epoch)
    {
        using var store = new SequenceStore(Case.Features, labelWidth: 1);
        foreach (TrainingRow row in Rows)
            store.Add(SequenceView.OfSteps(row.Steps, Case.Features), [row.Label], weight: 1);
        return ReadyBatches.Of(store, BatchSize, Seed, epoch);
    }

    private static TrainingRow[] Draw(Case @case, bool isRagged, int? rows)
    {
        var random = new Random(2);
        int count = rows ?? (isRagged ? RaggedCount : EvenCount(@case));
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    int steps = isRagged ? random.Next(Fewest, Most + 1) : @case.Steps;
                    var row = new TrainingRow { Steps = new float[steps * @case.Features] };
                    row.Draw(random, @case.Features);
                    return row;
                }),
        ];
    }

    private static int EvenCount(Case @case) =>
        @case.Units switch
        {
            <= 32 => 4096,
            <= 64 => 2048,
            <= 128 => 1024,
            _ => 512,
        };
}
