using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Text;

namespace RnnMlNet.Estimators;

/// <summary>What a Fit or an experiment logs about the groups of its rows.</summary>
internal static class GroupReport
{
    // Groups that a warning names.
    private const int MostNamed = 3;

    /// <summary>Logs how many groups are held out, and their share; a warning where that is not even about the asked one.</summary>
    public static void HeldOut(IChannel log, SequenceSet validation, double fraction)
    {
        SequenceStore store = validation.Store;
        if (store.GroupColumns is null)
            return;
        int held = Distinct(validation).Count,
            rows = validation.Rows.Length;
        double share = fraction * store.Count;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{held} of the {Words.Plural(Distinct(SequenceSet.All(store)).Count, "group")} of {store.GroupColumns} "
                + $"{(held == 1 ? "is" : "are")} held out for validation: {rows} of {store.Count} rows"
        );
        if (rows != Math.Max(1, Math.Round(share, MidpointRounding.AwayFromZero)))
            text += string.Create(
                CultureInfo.InvariantCulture,
                $", a share of {(double)rows / store.Count:0.###} in place of {fraction:0.###}, as groups are not divided"
            );
        if (rows > 2 * Math.Max(1, share) || 2 * rows < share)
            log.Warning($"{text}. More and smaller groups would come nearer.");
        else
            log.Info($"{text}.");
    }

    /// <summary>Logs how many groups are held out in turn, and how even their folds are.</summary>
    public static void HeldOutInTurn(IChannel log, IReadOnlyList<SequenceSet> folds)
    {
        SequenceStore store = folds[0].Store;
        if (store.GroupColumns is null)
            return;
        int least = folds.Min(fold => fold.Rows.Length),
            most = folds.Max(fold => fold.Rows.Length);
        log.Info(
            $"The {Distinct(SequenceSet.All(store)).Count} groups of {store.GroupColumns} are held out in {folds.Count} parts of "
                + (least == most ? $"{least}" : $"{least} to {most}")
                + " rows, as groups are not divided."
        );
    }

    /// <summary>Warns of groups that are both in the training rows and in given validation rows.</summary>
    /// <param name="log">The log.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The given validation rows.</param>
    /// <param name="columns">The columns that both have read their groups by.</param>
    public static void Shared(IChannel log, SequenceStore training, SequenceStore validation, GroupColumns columns)
    {
        HashSet<int> trained = Distinct(SequenceSet.All(training)),
            validated = Distinct(SequenceSet.All(validation));
        int[] shared = [.. validated.Where(trained.Contains).Order()];
        if (shared.Length == 0)
            return;
        string[]?[] keys =
        [
            .. columns.Columns.Select(column => column.Type is KeyDataViewType ? LabelKeyValues.Of(column)?.ToTexts().ToArray() : null),
        ];
        var names = columns.Numbers.Values(shared.Take(MostNamed)).Select(values => Name(values, keys));
        log.Warning(
            $"{shared.Length} of the {Words.Plural(validated.Count, "group")} of {columns.Text} in the validation rows "
                + $"{(shared.Length == 1 ? "is" : "are")} also in the training rows ({string.Join(", ", names)}"
                + $"{(shared.Length > MostNamed ? ", ..." : "")}), so the validation metric is better than the model is on new groups: "
                + "keep all rows of a group on one side."
        );
    }

    private static HashSet<int> Distinct(SequenceSet set) => [.. set.Rows.Select(set.Store.Group)];

    private static string Name(object[] values, string[]?[] keys)
    {
        string text = string.Join(", ", values.Zip(keys, Name));
        return values.Length == 1 ? text : $"({text})";
    }

    private static string Name(object value, string[]? keys)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return keys is not null && int.TryParse(text, CultureInfo.InvariantCulture, out int key) && key <= keys.Length
                ? $"'{keys[key - 1]}'"
            : value is string ? $"'{text}'"
            : text;
    }
}
