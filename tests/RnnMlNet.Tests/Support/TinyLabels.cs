using Microsoft.ML;

namespace RnnMlNet.Tests.Support;

/// <summary>Predictions of several labels.</summary>
internal sealed class LabelPrediction
{
    public float[] Score { get; set; } = [];

    public float[] Probability { get; set; } = [];

    public bool[] PredictedLabel { get; set; } = [];
}

/// <summary>
/// Multi-label classifiers of tiny networks over <see cref="TinyData"/>, whose three labels are in three columns: Plain has no names, Flags
/// slot names, Names keys.
/// </summary>
internal static class TinyLabels
{
    public const string Plain = "Plain",
        Flags = "Flags",
        Names = "Names";

    /// <summary>The slot names of Flags.</summary>
    public static readonly string[] SlotNames = [nameof(Columns.Positive), nameof(Columns.Raised), nameof(Columns.Up)];

    public static IDataView Load(MLContext ml, int count = 48, int seed = 1) => Load(ml, TinyData.Rows(count, seed));

    public static IDataView Load(MLContext ml, IEnumerable<SequenceRow> rows)
    {
        IDataView data = TinyData.Load(ml, rows);
        IEstimator<ITransformer> labels = ml
            .Transforms.CopyColumns(Plain, nameof(SequenceRow.Flags))
            .Append(ml.Transforms.CustomMapping<SequenceRow, Columns>(Columns.Of, contractName: null))
            .Append(ml.Transforms.Concatenate(Flags, SlotNames))
            .Append(ml.Transforms.Conversion.MapValueToKey(Names, nameof(SequenceRow.FlagNames)));
        return labels.Fit(data).Transform(data);
    }

    /// <summary>Rows with other labels.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="labels">The labels of a row.</param>
    public static SequenceRow[] Rows(int count, Func<int, bool[]> labels)
    {
        SequenceRow[] rows = TinyData.Rows(count);
        for (int row = 0; row < count; row++)
            rows[row].Flags = labels(row);
        return rows;
    }

    public static RnnMultiLabelTransformer Reloaded(MLContext ml, RnnMultiLabelTransformer model) =>
        (RnnMultiLabelTransformer)SavedModel.Load(ml, SavedModel.Bytes(ml, model, Load(ml).Schema), out _);

    private sealed class Columns
    {
        public bool Positive { get; set; }

        public bool Raised { get; set; }

        public bool Up { get; set; }

        public static void Of(SequenceRow row, Columns flags) =>
            (flags.Positive, flags.Raised, flags.Up) = (row.Flags[0], row.Flags[1], row.Flags[2]);
    }
}
