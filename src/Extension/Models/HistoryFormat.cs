using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Models;

/// <summary>
/// The training history's section of a model file. Durations are omitted: the same seed and data must give the same bytes.
/// </summary>
internal static class HistoryFormat
{
    public static void Write(BinaryWriter w, TrainingHistory history)
    {
        w.Write(history.Epochs.Count);
        foreach (EpochReport report in history.Epochs)
        {
            w.Write(report.TrainingLoss);
            WriteOptional(w, report.ValidationLoss);
            WriteOptional(w, report.ValidationMetric);
            w.Write(report.LearningRate);
            w.Write(report.IsBest);
        }
        w.Write(history.Epochs.Count > 0 ? history.Epochs[0].MetricName : "");
        w.Write(history.Epochs.Count > 0 ? history.Epochs[0].MetricUnit : "");
        w.Write(history.Epochs.Count > 0 ? history.Epochs[0].MaxEpochs : 0);
        w.Write(history.BestEpoch);
        w.Write(history.RefitEpochs);
        w.Write((byte)history.StopReason);
        w.Write(history.TrainingRows);
        w.Write(history.ValidationRows);
        w.Write(history.SkippedRows);
        WriteOptional(w, history.Temperature);
        w.Write(history.Options.Count);
        foreach (var (option, value) in history.Options)
        {
            w.Write(option);
            w.Write(value);
        }
    }

    /// <param name="r">At the history.</param>
    /// <param name="whose">Its owner, at the start of a message.</param>
    public static TrainingHistory Read(PayloadReader r, string whose = "The model")
    {
        var epochs = new EpochReport[r.ReadCount(elementBytes: 2 * sizeof(double) + 3, "epochs")];
        for (int i = 0; i < epochs.Length; i++)
            epochs[i] = new EpochReport(i + 1, 0, r.ReadDouble(), ReadOptional(r), "", ReadOptional(r), r.ReadDouble(), 0, r.ReadBoolean());
        string metric = r.ReadString(),
            unit = r.ReadString();
        int maxEpochs = r.ReadInt32();
        int best = r.ReadInt32(),
            refit = r.ReadInt32();
        var reason = (StopReason)r.ReadByte();
        if (best < 0 || refit < 0 || (refit > 0 && best == 0) || best > epochs.Length - refit || !Enum.IsDefined(reason))
            throw Contracts.ExceptDecode(
                $"{whose}'s training history is damaged: best epoch {best} of {epochs.Length}"
                    + $"{(refit == 0 ? "" : $", the last {refit} with the held-out steps")}, stop reason {reason}."
            );
        long training = r.ReadInt64(),
            validation = r.ReadInt64(),
            skipped = r.ReadInt64();
        if (maxEpochs < epochs.Length || training < 0 || validation < 0 || skipped < 0)
            throw Contracts.ExceptDecode(
                $"{whose}'s training history is damaged: {epochs.Length} of {maxEpochs} epochs, {training} "
                    + $"training rows, {validation} validation rows, {skipped} skipped."
            );
        double? temperature = ReadOptional(r);
        if (temperature is double given && !(given > 0 && double.IsFinite(given)))
            throw Contracts.ExceptDecode($"{whose}'s training history is damaged: its temperature is {given}.");
        return new TrainingHistory(
            [.. epochs.Select(report => report with { MetricName = metric, MetricUnit = unit, MaxEpochs = maxEpochs })],
            best,
            reason,
            training,
            validation,
            skipped
        )
        {
            RefitEpochs = refit,
            Temperature = temperature,
            Options = ReadOptions(r, whose),
        };
    }

    private static Dictionary<string, string> ReadOptions(PayloadReader r, string whose)
    {
        var options = new Dictionary<string, string>();
        int count = r.ReadCount(elementBytes: 2, "options");
        for (int i = 0; i < count; i++)
            if (!options.TryAdd(r.ReadString(), r.ReadString()))
                throw Contracts.ExceptDecode($"{whose}'s training history is damaged: it names an option twice.");
        return options;
    }

    public static void WriteOptional(BinaryWriter w, double? value)
    {
        w.Write(value.HasValue);
        if (value.HasValue)
            w.Write(value.Value);
    }

    public static double? ReadOptional(BinaryReader r) => r.ReadBoolean() ? r.ReadDouble() : null;
}
