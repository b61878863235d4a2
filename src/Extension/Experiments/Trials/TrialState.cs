using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>The state of a trial's paused training as bytes: a checkpoint of the same format as a Fit's.</summary>
internal static class TrialState
{
    public static byte[] Write(TrialTask task, int seed, TrainingState state)
    {
        // Allocated at full size: growth would leave several arrays as large as garbage.
        using var memory = new MemoryStream(BytesOf(state));
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
            CheckpointFormat.Write(writer, new Checkpoint(seed, FingerprintOf(task), state));
        return memory.ToArray();
    }

    private static int BytesOf(TrainingState state)
    {
        const int Names = 1 << 14;
        long values = Values(state.Engine.Weights) + Values(state.Best.Weights) + state.Engine.Optimizer.Moments.Values.Sum(Values);
        return (int)Math.Min(values * sizeof(float) + Names, Array.MaxLength);
    }

    private static long Values(NetworkWeights? weights) => weights?.Tensors.Sum(tensor => (long)tensor.Values.Length) ?? 0;

    /// <exception cref="FormatException">The bytes are not those of a checkpoint, or those of another trial.</exception>
    public static TrainingState Read(TrialTask task, byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        Checkpoint checkpoint = CheckpointFormat.Read(reader);
        IReadOnlyList<string> differences = checkpoint.Fingerprint.DifferencesTo(FingerprintOf(task));
        if (differences.Count > 0)
            throw new FormatException($"The state to resume {task} from is of another one: {string.Join("; ", differences)}.");
        return checkpoint.State;
    }

    /// <exception cref="FormatException">The bytes are not those of a checkpoint.</exception>
    public static void Check(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        CheckpointFormat.Read(reader);
    }

    private static Fingerprint FingerprintOf(TrialTask task) =>
        new([
            new("the experiment", task.Experiment),
            new("the trial", FormattableString.Invariant($"{task.Trial}")),
            new("the fold", FormattableString.Invariant($"{task.Fold}")),
            .. task
                .Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
                .Select(parameter => new FingerprintEntry(parameter.Key, parameter.Value)),
        ]);
}
