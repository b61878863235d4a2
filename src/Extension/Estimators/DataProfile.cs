using RnnMlNet.Data;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>What defaults are chosen from: the training rows in numbers.</summary>
internal sealed record DataProfile
{
    public required int Rows { get; init; }

    /// <summary>T, time steps of a row on average.</summary>
    public required double MeanLength { get; init; }

    public required int ShortestLength { get; init; }

    public required int LongestLength { get; init; }

    /// <summary>F, values of a time step; 0 for tokens.</summary>
    public required int Features { get; init; }

    /// <summary>V, distinct tokens; 0 for numbers.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Classes, 2 for a Boolean label; 0 for regression.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether rows to validate on are given.</summary>
    public required bool HasValidationRows { get; init; }

    /// <summary>Rows that can be held out by turns without leaving a class without a row to train on; all, unless it is said.</summary>
    public int RowsToHoldOut
    {
        get => Math.Min(field, Rows);
        init;
    } = int.MaxValue;

    public bool UsesTokens => Vocabulary > 0;

    // Of rows that have not been read, as many as make one network.
    private const int UnreadRows = 1000;

    /// <summary>Of rows that have not been read: what their columns say.</summary>
    public static DataProfile Unread(SequenceBinding sequence, LabelBinding label, TaskSpec task) =>
        new()
        {
            Rows = UnreadRows,
            MeanLength = sequence.FixedLength ?? 1,
            ShortestLength = sequence.FixedLength ?? 1,
            LongestLength = sequence.FixedLength ?? 1,
            Features = sequence.Features,
            Vocabulary = sequence.Vocabulary,
            Classes = ClassesOf(label, task),
            HasValidationRows = false,
        };

    /// <param name="rows">What a Fit has read.</param>
    /// <param name="task">What is to be learnt.</param>
    public static DataProfile Of(FitRows rows, TaskSpec task)
    {
        SequenceStore store = rows.Store;
        long steps = 0;
        int shortest = int.MaxValue,
            longest = 0;
        for (int row = 0; row < store.Count; row++)
        {
            int length = store.Length(row);
            steps += length;
            shortest = Math.Min(shortest, length);
            longest = Math.Max(longest, length);
        }
        return new DataProfile
        {
            Rows = store.Count,
            MeanLength = (double)steps / store.Count,
            ShortestLength = shortest,
            LongestLength = longest,
            Features = rows.Sequence.Features,
            Vocabulary = rows.Sequence.Vocabulary,
            Classes = ClassesOf(rows.Label, task),
            HasValidationRows = rows.ValidationStore is not null,
            RowsToHoldOut = TrainingSplit.ClassesOf(store, task).RowsOfSeveral,
        };
    }

    private static int ClassesOf(LabelBinding label, TaskSpec task) =>
        !task.IsClassification ? 0
        : task.Loss == LossKind.Logistic ? 2
        : label.Classes;

    /// <summary>The rows in words, for the log.</summary>
    public override string ToString()
    {
        string steps = ShortestLength == LongestLength ? $"{LongestLength}" : $"{ShortestLength} to {LongestLength}";
        string what = UsesTokens ? $"tokens of {Vocabulary}" : $"steps of {Features} {(Features == 1 ? "value" : "values")}";
        return $"{Rows} rows of {steps} {what}{(Classes > 0 ? $", {Classes} classes" : "")}";
    }
}
