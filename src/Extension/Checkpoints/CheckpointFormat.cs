using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Checkpoints;

/// <summary>The only reader and writer of checkpoint files.</summary>
/// <remarks>
/// *** Binary format ***, in <see cref="ChecksummedSection"/>s; strings are UTF-8 with a length prefix
/// block "training":
///   int: seed; fingerprint: int: entries; of each: string: name; string: value
///   position: int: epoch; int: batches; long: steps; 3 doubles: loss sum, weight sum, seconds
///   int: epochs done; of each: training loss, bool and validation loss, bool and metric, learning rate, seconds (doubles), bool: best so
///   far
///   best epoch: int; double: its loss; early stopping: double: loss; int: epochs without better
///   plateau: 2 doubles: factor, best loss; int: epochs without better
///   optimiser: long: steps; int: moments; that many strings: their names
///   random numbers: string: generator; int: bytes; the bytes
///   from version 2: int: networks done; of each its history (<see cref="HistoryFormat"/>)
/// block "weights" (<see cref="WeightsFormat"/>); for each moment a block of the same format; where an epoch is done, a block of the best
/// one's weights; for each network done a block of its weights
/// </remarks>
internal static class CheckpointFormat
{
    /// <summary>The newest version. A checkpoint that an older one can hold is written in that.</summary>
    public const int Version = 2;

    private const int OfOneNetwork = 1;
    private const int ReportBytes = 3 * sizeof(double) + 3;

    public static void Write(BinaryWriter writer, Checkpoint checkpoint)
    {
        TrainingState state = checkpoint.State;
        ChecksummedSection.Write(
            writer,
            checkpoint.Done.Count == 0 ? OfOneNetwork : Version,
            payload =>
            {
                WriteTraining(payload, checkpoint);
                if (checkpoint.Done.Count > 0)
                    WriteHistories(payload, checkpoint.Done);
            }
        );
        WriteWeights(writer, state.Engine.Weights);
        foreach (NetworkWeights moments in state.Engine.Optimizer.Moments.Values)
            WriteWeights(writer, moments);
        if (state.Best.Weights is NetworkWeights best)
            WriteWeights(writer, best);
        foreach (TrainingResult done in checkpoint.Done)
            WriteWeights(writer, done.Weights);
    }

    /// <exception cref="FormatException">The file is not a checkpoint, newer, truncated, altered, or its values are impossible; the message
    /// states which.</exception>
    public static Checkpoint Read(BinaryReader reader)
    {
        var (checkpoint, moments, histories) = ChecksummedSection.Read(
            reader,
            Version,
            Part("training"),
            (payload, version) =>
            {
                var (checkpoint, moments) = ReadTraining(payload);
                return (checkpoint, moments, version > OfOneNetwork ? ReadHistories(payload) : []);
            }
        );
        TrainingState state = checkpoint.State;
        NetworkWeights weights = ReadWeights(reader, "weights");
        var optimizer = state.Engine.Optimizer with
        {
            Moments = moments.ToDictionary(name => name, name => ReadWeights(reader, $"optimiser's {name}"), StringComparer.Ordinal),
        };
        NetworkWeights? best = state.Best.Epoch == 0 ? null : ReadWeights(reader, "best weights");
        TrainingResult[] done =
        [
            .. histories.Select(history => new TrainingResult(ReadWeights(reader, "weights of a complete network"), history)),
        ];
        CheckSame(weights, best, "best weights");
        foreach (TrainingResult network in done)
            CheckSame(weights, network.Weights, "weights of a complete network");
        if (reader.BaseStream.Position != reader.BaseStream.Length)
            throw Contracts.ExceptDecode(
                $"The checkpoint is damaged: {reader.BaseStream.Length - reader.BaseStream.Position} bytes follow where it should end."
            );
        return checkpoint with
        {
            Done = done,
            State = state with
            {
                Best = state.Best with { Weights = best },
                Engine = state.Engine with { Weights = weights, Optimizer = optimizer },
            },
        };
    }

    // The weights in training are compared with the engine's on resuming; these become models without that check.
    private static void CheckSame(NetworkWeights weights, NetworkWeights? others, string what)
    {
        if (others is null)
            return;
        string[] expected = [.. weights.Tensors.Select(Describe)],
            found = [.. others.Tensors.Select(Describe)];
        if (found.Except(expected).Concat(expected.Except(found)).FirstOrDefault() is string other)
            throw Contracts.ExceptDecode(
                $"The checkpoint is damaged: its {what} are not those of the network that it trains; {other} is " + "in one of them alone."
            );
        if (others.FirstNonFinite() is string name)
            throw Contracts.ExceptDecode($"The checkpoint is damaged: its {what} hold a value in '{name}' that is not a finite number.");
    }

    private static string Describe(NamedTensor tensor) => $"'{tensor.Name}' [{string.Join(", ", tensor.Shape)}]";

    private static void WriteTraining(BinaryWriter w, Checkpoint checkpoint)
    {
        TrainingState state = checkpoint.State;
        w.Write(checkpoint.Seed);
        WriteFingerprint(w, checkpoint.Fingerprint);
        WritePosition(w, state.Position);
        WriteReports(w, state.Reports);
        w.Write(state.Best.Epoch);
        w.Write(state.Best.Loss);
        w.Write(state.EarlyStopping.Loss);
        w.Write(state.EarlyStopping.EpochsWithoutBetter);
        w.Write(state.Plateau.Factor);
        w.Write(state.Plateau.BestLoss);
        w.Write(state.Plateau.EpochsWithoutBetter);
        w.Write(state.Engine.Optimizer.Steps);
        w.Write(state.Engine.Optimizer.Moments.Count);
        foreach (string moment in state.Engine.Optimizer.Moments.Keys)
            w.Write(moment);
        w.Write(state.Engine.Random.Generator);
        w.Write(state.Engine.Random.Bytes.Length);
        w.Write(state.Engine.Random.Bytes);
    }

    // The weights follow in sections of their own.
    private static (Checkpoint Checkpoint, string[] Moments) ReadTraining(PayloadReader r)
    {
        int seed = r.ReadInt32();
        Fingerprint fingerprint = ReadFingerprint(r);
        TrainingPosition position = ReadPosition(r);
        EpochReport[] reports = ReadReports(r);
        var best = new BestEpochState(r.ReadInt32(), r.ReadDouble(), null);
        var earlyStopping = new EarlyStoppingState(r.ReadDouble(), r.ReadInt32());
        var plateau = new PlateauState(r.ReadDouble(), r.ReadDouble(), r.ReadInt32());
        if (reports.Length != position.Epoch - 1 || best.Epoch < 0 || best.Epoch > reports.Length)
            throw Contracts.ExceptDecode(
                $"The checkpoint is damaged: it is in epoch {position.Epoch}, has {reports.Length} epochs, and the best is "
                    + $"{best.Epoch}."
            );

        long steps = r.ReadInt64();
        var moments = new string[r.ReadCount(elementBytes: 1, "moments")];
        for (int i = 0; i < moments.Length; i++)
            moments[i] = r.ReadString();
        if (moments.Distinct(StringComparer.Ordinal).Count() != moments.Length)
            throw Contracts.ExceptDecode("The checkpoint is damaged: an optimiser's moment occurs twice.");
        var random = new RandomState(r.ReadString(), r.ReadBytes(r.ReadCount(elementBytes: 1, "bytes of random state")));
        var engine = new EngineState(new NetworkWeights([]), new OptimizerState(steps, new Dictionary<string, NetworkWeights>()), random);
        return (new Checkpoint(seed, fingerprint, new TrainingState(position, reports, best, earlyStopping, plateau, engine)), moments);
    }

    private static void WriteFingerprint(BinaryWriter w, Fingerprint fingerprint)
    {
        w.Write(fingerprint.Entries.Count);
        foreach (FingerprintEntry entry in fingerprint.Entries)
        {
            w.Write(entry.Name);
            w.Write(entry.Value);
        }
    }

    private static Fingerprint ReadFingerprint(PayloadReader r)
    {
        var entries = new FingerprintEntry[r.ReadCount(elementBytes: 2, "entries of the fingerprint")];
        for (int i = 0; i < entries.Length; i++)
            entries[i] = new FingerprintEntry(r.ReadString(), r.ReadString());
        if (entries.Select(entry => entry.Name).Distinct(StringComparer.Ordinal).Count() != entries.Length)
            throw Contracts.ExceptDecode("The checkpoint is damaged: an entry of its fingerprint occurs twice.");
        return new Fingerprint(entries);
    }

    private static void WritePosition(BinaryWriter w, TrainingPosition position)
    {
        w.Write(position.Epoch);
        w.Write(position.Batches);
        w.Write(position.Steps);
        w.Write(position.LossSum);
        w.Write(position.WeightSum);
        w.Write(position.Seconds);
    }

    private static TrainingPosition ReadPosition(PayloadReader r)
    {
        var position = new TrainingPosition(r.ReadInt32(), r.ReadInt32(), r.ReadInt64(), r.ReadDouble(), r.ReadDouble(), r.ReadDouble());
        if (position.Epoch < 1 || position.Batches < 0 || position.Steps < 0)
            throw Contracts.ExceptDecode(
                $"The checkpoint is damaged: it is in epoch {position.Epoch} after {position.Batches} batches "
                    + $"and {position.Steps} steps."
            );
        return position;
    }

    private static void WriteReports(BinaryWriter w, IReadOnlyList<EpochReport> reports)
    {
        w.Write(reports.Count);
        foreach (EpochReport report in reports)
        {
            w.Write(report.TrainingLoss);
            HistoryFormat.WriteOptional(w, report.ValidationLoss);
            HistoryFormat.WriteOptional(w, report.ValidationMetric);
            w.Write(report.LearningRate);
            w.Write(report.Seconds);
            w.Write(report.IsBest);
        }
    }

    // The metric's name and the number of epochs are the plan's.
    private static EpochReport[] ReadReports(PayloadReader r)
    {
        var reports = new EpochReport[r.ReadCount(ReportBytes, "epochs")];
        for (int i = 0; i < reports.Length; i++)
            reports[i] = new EpochReport(
                i + 1,
                0,
                r.ReadDouble(),
                HistoryFormat.ReadOptional(r),
                "",
                HistoryFormat.ReadOptional(r),
                r.ReadDouble(),
                r.ReadDouble(),
                r.ReadBoolean()
            );
        return reports;
    }

    private static void WriteHistories(BinaryWriter w, IReadOnlyList<TrainingResult> done)
    {
        w.Write(done.Count);
        foreach (TrainingResult network in done)
            HistoryFormat.Write(w, network.History);
    }

    private static TrainingHistory[] ReadHistories(PayloadReader r)
    {
        var histories = new TrainingHistory[r.ReadCount(elementBytes: 1, "networks done")];
        for (int i = 0; i < histories.Length; i++)
            histories[i] = HistoryFormat.Read(r, "The checkpoint");
        return histories;
    }

    private static void WriteWeights(BinaryWriter writer, NetworkWeights weights)
    {
        const int Names = 1 << 12;
        long bytes = weights.Tensors.Sum(tensor => (long)tensor.Values.Length) * sizeof(float) + Names;
        ChecksummedSection.Write(
            writer,
            Version,
            payload => WeightsFormat.Write(payload, weights),
            (int)Math.Min(bytes, ChecksummedSection.MaxBytes)
        );
    }

    private static string Part(string what) => $"The checkpoint's part '{what}'";

    private static NetworkWeights ReadWeights(BinaryReader reader, string what) =>
        ChecksummedSection.Read(reader, Version, Part(what), (payload, _) => WeightsFormat.Read(payload));
}
