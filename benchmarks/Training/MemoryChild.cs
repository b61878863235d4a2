using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Training;

namespace Training;

/// <summary>
/// A training whose sequences are made as they are read, an epoch of it, in a process that is told how much of them it may keep in memory.
/// It writes the epoch's mean loss, all its digits, and the seconds that reading and training took.
/// </summary>
internal static class MemoryChild
{
    private const int Features = 64;
    private const int Steps = 256;

    /// <summary>Bytes that a row's sequence takes.</summary>
    private const int RowBytes = Features * Steps * sizeof(float);

    /// <param name="mebibytes">MiB of sequences.</param>
    /// <param name="storeMebibytes">MiB of them in memory; 0 for all.</param>
    public static int Run(int mebibytes, int storeMebibytes)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(Rows(RowsOf(mebibytes)), TrainingRow.Schema(Steps * Features));
        var clock = new EpochClock();
        var start = System.Diagnostics.Stopwatch.StartNew();
        ml.MulticlassClassification.Trainers.Rnn(
                new RnnMulticlassTrainer.Options
                {
                    FeatureColumnName = nameof(TrainingRow.Steps),
                    FeaturesPerStep = Features,
                    Cell = CellKind.Gru,
                    HiddenSize = 16,
                    PatchLength = 1,
                    Bidirectional = false,
                    EnsembleSize = 1,
                    MaxEpochs = 1,
                    ValidationFraction = 0,
                    Engine = EngineKind.Simd,
                    Seed = 1,
                    StoreMemoryLimit = storeMebibytes == 0 ? null : (long)storeMebibytes << 20,
                    Progress = clock,
                }
            )
            .Fit(rows)
            .Dispose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Losses[0]:R} {start.Elapsed.TotalSeconds:0.0}"));
        return 0;
    }

    private static int RowsOf(int mebibytes) => (int)(((long)mebibytes << 20) / RowBytes);

    // One row, again and again: nothing is kept but what the trainer keeps.
    private static IEnumerable<TrainingRow> Rows(int count)
    {
        var random = new Random(4);
        var row = new TrainingRow { Steps = new float[Steps * Features] };
        for (int i = 0; i < count; i++)
        {
            row.Draw(random, Features);
            yield return row;
        }
    }
}
