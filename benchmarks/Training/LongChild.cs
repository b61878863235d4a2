using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>
/// Trains on a mini-batch of long rows in a process of its own, whose memory is watched. It writes the last training step's loss, and the
/// nanoseconds of processor time of a time step of a row in the fastest training step.
/// </summary>
internal static class LongChild
{
    public const int Features = 8;
    public const int Units = 64;
    public const int Rows = 16;
    public const int FitRows = 2 * Rows;
    private const int TrainingSteps = 3;
    private const int Seed = 7;

    /// <param name="how">Activations "kept" or "recomputed", by the engine alone, or "fit" for Fit and Transform.</param>
    /// <param name="steps">T.</param>
    public static int Run(string how, int steps)
    {
        (double loss, double nanoseconds) = how switch
        {
            "kept" => Engine(steps, long.MaxValue),
            "recomputed" => Engine(steps, 0),
            "fit" => (Fit(steps), 0),
            _ => throw new ArgumentException($"There is no way '{how}' to train on long rows."),
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{loss:R} {nanoseconds:R}"));
        return 0;
    }

    private static (double Loss, double Nanoseconds) Engine(int steps, long keptBytes)
    {
        using var store = new SequenceStore(Features, labelWidth: 1);
        foreach (TrainingRow row in Drawn(steps, Rows))
            store.Add(SequenceView.OfSteps(row.Steps, Features), [row.Label], weight: 1);
        store.Seal();
        var shape = new Case(CellKind.Lstm, Features, Units, steps).Shape;
        var settings = new EngineSettings
        {
            Shape = shape,
            InitialWeights = WeightInitializer.Create(shape, new RnnMulticlassTrainer.Options().ForgetBias, Seed),
            Loss = LossKind.CrossEntropy,
            Threads = 1,
        };
        InputEncoder? encoder = ScalingLearner.Learn(SequenceSet.All(store), shape).EncoderOf(shape);
        var batch = new MiniBatch();
        new BatchAssembler(store, encoder, labels: null) { LeavesStepsInStore = true }.Fill(batch, [.. Enumerable.Range(0, Rows)]);
        using SimdEngine engine = SimdEngine.Create(settings, keptBytes);
        double loss = engine.TrainStep(batch, 1e-3f),
            fastest = double.MaxValue;
        for (int i = 0; i < TrainingSteps; i++)
        {
            // On one thread, and a process that waits for the processor is not slower by this clock.
            TimeSpan start = Environment.CpuUsage.TotalTime;
            loss = engine.TrainStep(batch, 1e-3f);
            fastest = Math.Min(fastest, (Environment.CpuUsage.TotalTime - start).TotalNanoseconds);
        }
        return (loss, fastest / Rows / steps);
    }

    // A batch to train on and one to validate on, with the network that is the default; then the rows are scored.
    private static double Fit(int steps)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(Drawn(steps, FitRows), TrainingRow.Schema(steps * Features));
        var clock = new EpochClock();
        using RnnMulticlassTransformer model = ml
            .MulticlassClassification.Trainers.Rnn(
                new RnnMulticlassTrainer.Options
                {
                    FeatureColumnName = nameof(TrainingRow.Steps),
                    FeaturesPerStep = Features,
                    Cell = CellKind.Lstm,
                    HiddenSize = Units,
                    Layers = 1,
                    Bidirectional = true,
                    Pooling = Pooling.Last | Pooling.Mean | Pooling.Max,
                    PatchLength = 1,
                    EnsembleSize = 1,
                    BatchSize = Rows,
                    MaxEpochs = 2,
                    ValidationFraction = 0.5f,
                    Engine = EngineKind.Simd,
                    Threads = 1,
                    Seed = 1,
                    Progress = clock,
                }
            )
            .Fit(rows);
        foreach (float[] _ in model.Transform(rows).GetColumn<float[]>("Score"))
        {
            // Scores only.
        }
        return clock.Losses[^1];
    }

    // One row, again and again, as a reader of a file gives.
    private static IEnumerable<TrainingRow> Drawn(int steps, int count)
    {
        var random = new Random(4);
        var row = new TrainingRow { Steps = new float[steps * Features] };
        for (int i = 0; i < count; i++)
        {
            row.Draw(random, Features);
            yield return row;
        }
    }
}
