using RnnMlNet.Data;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Statistics of the training rows, which defaults are chosen from.</summary>
internal sealed record DataProfile
{
    public required int Rows { get; init; }

    /// <summary>T, mean number of time steps of a row.</summary>
    public required double MeanLength { get; init; }

    public required int ShortestLength { get; init; }

    public required int LongestLength { get; init; }

    /// <summary>F, values of a time step; 0 for tokens.</summary>
    public required int Features { get; init; }

    /// <summary>Whether steps have times of their own.</summary>
    public bool HasTimes { get; init; }

    /// <summary>S, static values of a row.</summary>
    public int StaticFeatures { get; init; }

    /// <summary>Whether keys among the columns of steps or of static values have embeddings.</summary>
    public bool HasCategories { get; init; }

    /// <summary>V, distinct tokens; 0 for numeric features.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The characters that have a vector of their own; null where the characters of words are not read.</summary>
    public string? Alphabet { get; init; }

    /// <summary>Classes, 2 for a Boolean label; labels, where a row has several; 0 for regression.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether a row has any number of labels.</summary>
    public bool IsMultiLabel { get; init; }

    /// <summary>Whether validation rows are given.</summary>
    public required bool HasValidationRows { get; init; }

    /// <summary>Number of rows that can be held out in turn without leaving a class without a training row; by default all.</summary>
    public int RowsToHoldOut
    {
        get => Math.Min(field, Rows);
        init;
    } = int.MaxValue;

    /// <summary>Number of groups that can be held out in turn; by default, without groups, any.</summary>
    public int GroupsToHoldOut { get; init; } = int.MaxValue;

    /// <summary>Values of a pretrained vector; null without such vectors.</summary>
    public int? PretrainedWidth { get; init; }

    public bool UsesTokens => Vocabulary > 0;

    // Assumed number of unread rows: enough for a single network.
    private const int UnreadRows = 1000;

    /// <summary>The profile of unread rows, from their columns.</summary>
    public static DataProfile Unread(SequenceBinding sequence, LabelBinding label, TaskSpec task, int? pretrainedWidth) =>
        new()
        {
            Rows = UnreadRows,
            MeanLength = sequence.FixedLength ?? 1,
            ShortestLength = sequence.FixedLength ?? 1,
            LongestLength = sequence.FixedLength ?? 1,
            Features = sequence.Features,
            HasTimes = sequence.HasTime,
            StaticFeatures = sequence.Static.Width,
            HasCategories = sequence.HasCategories,
            Vocabulary = sequence.Vocabulary,
            Alphabet = sequence.Words is null ? null : "",
            Classes = ClassesOf(label, task),
            IsMultiLabel = task.IsMultiLabel,
            HasValidationRows = false,
            PretrainedWidth = pretrainedWidth,
        };

    /// <param name="rows">The rows of a Fit.</param>
    /// <param name="task">The task.</param>
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
        RowClasses classes = TrainingSplit.ClassesOf(store, task);
        return new DataProfile
        {
            Rows = store.Count,
            MeanLength = (double)steps / store.Count,
            ShortestLength = shortest,
            LongestLength = longest,
            Features = rows.Sequence.Features,
            HasTimes = rows.Sequence.HasTime,
            StaticFeatures = rows.Sequence.Static.Width,
            HasCategories = rows.Sequence.HasCategories,
            Vocabulary = rows.Sequence.Vocabulary,
            Alphabet = rows.Sequence.Words is null ? null : Data.Alphabet.Of(store),
            Classes = ClassesOf(rows.Label, task),
            IsMultiLabel = task.IsMultiLabel,
            HasValidationRows = rows.ValidationStore is not null,
            PretrainedWidth = rows.Pretrained?.Width,
            RowsToHoldOut = classes.RowsOfSeveral,
            GroupsToHoldOut = store.GroupColumns is null ? int.MaxValue : GroupFolds.CountToHoldOut(store, classes),
        };
    }

    private static int ClassesOf(LabelBinding label, TaskSpec task) =>
        !task.IsClassification ? 0
        : task.Loss == LossKind.Logistic ? 2
        : label.Classes;

    /// <summary>The rows as text, for the log.</summary>
    public override string ToString()
    {
        string steps = ShortestLength == LongestLength ? $"{LongestLength}" : $"{ShortestLength} to {LongestLength}";
        string what = UsesTokens ? $"tokens of {Vocabulary}" : $"steps of {Features} {(Features == 1 ? "value" : "values")}";
        if (StaticFeatures > 0)
            what += $" and {StaticFeatures} static values";
        return $"{Rows} rows of {steps} {what}{(Classes > 0 ? $", {Classes} {(IsMultiLabel ? "labels" : "classes")}" : "")}";
    }
}
