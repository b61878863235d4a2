using System.Collections;
using System.Globalization;
using System.Reflection;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>The fingerprint of a Fit: its options, its seed, its rows, the model that it continues from.</summary>
internal static class FitFingerprint
{
    /// <summary>
    /// The options that may change when a training is resumed: where and how fast it runs, who observes it, and what scores afterwards.
    /// (Validation rows, the seed and pretrained embeddings are compared by
    /// their values, not as options.) All other options must be equal, including future ones.
    /// </summary>
    public static readonly IReadOnlySet<string> FreeOptions = new HashSet<string>
    {
        nameof(RnnOptions.ValidationSet),
        nameof(RnnOptions.PretrainedEmbeddingsPath),
        nameof(RnnOptions.Seed),
        nameof(RnnOptions.Engine),
        nameof(RnnOptions.Device),
        nameof(RnnOptions.FallbackToCpu),
        nameof(RnnOptions.Threads),
        nameof(RnnOptions.KeepFreedMemory),
        nameof(RnnOptions.StoreMemoryLimit),
        nameof(RnnOptions.StoreDirectory),
        nameof(RnnOptions.ScoringThreads),
        nameof(RnnOptions.ScoringDevice),
        nameof(RnnOptions.SingleRowPrecision),
        nameof(RnnOptions.Progress),
        nameof(RnnOptions.CancellationToken),
        nameof(RnnOptions.OnCancellation),
        nameof(RnnOptions.CheckpointPath),
        nameof(RnnOptions.CheckpointInterval),
    };

    public static Fingerprint Of(
        RnnTrainingOptions options,
        int seed,
        string trainingData,
        string validationData,
        WarmStart? warmStart,
        string? embeddings = null
    ) =>
        new([
            new("the trainer", options.GetType().DeclaringType!.Name),
            .. options
                .GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => !FreeOptions.Contains(property.Name))
                .OrderBy(property => property.Name, StringComparer.Ordinal)
                .Select(property => new FingerprintEntry(property.Name, OptionText(options, property))),
            new(nameof(RnnOptions.Seed), Text(seed)),
            new("the training data", trainingData),
            new("the validation data", validationData),
            .. embeddings is null ? (FingerprintEntry[])[] : [new("the pretrained embeddings", embeddings)],
            new("the previous model", warmStart is null ? "none" : $"one with checksum {warmStart.Checksum}"),
        ]);

    /// <summary>Rows as text and by checksum.</summary>
    public static string Data(SequenceStore store, SequenceBinding binding, LabelBinding label) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{store.Count} rows of {binding.Describe()}, label {label.Describe()}, {store.Skipped.Total} rows skipped, checksum "
                + $"{Checksum.Of(store)}"
        );

    /// <summary>Pretrained embeddings by checksum.</summary>
    public static string Embeddings(FitRows rows) => rows.Pretrained is null ? "none" : $"some with checksum {rows.Pretrained.Checksum}";

    // Without a schedule that is planned over all epochs, a training of more epochs begins as one of fewer does.
    private static string OptionText(RnnTrainingOptions options, PropertyInfo property) =>
        property.Name == nameof(RnnOptions.MaxEpochs)
        && options.LearningRateSchedule is not (null or LearningRateSchedule.OneCycle or LearningRateSchedule.Cosine)
            ? "any"
            : Text(property.GetValue(options));

    private static string Text(object? value) =>
        value switch
        {
            null => "null",
            string text => $"'{text}'",
            SeriesCalendar calendar =>
                $"holidays {Text(calendar.Holidays)}, closed days {Text(calendar.ClosedDays)}, {Text(calendar.ClosedWeekdays)}",
            IEnumerable values => $"[{string.Join(", ", values.Cast<object?>().Select(Text))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
