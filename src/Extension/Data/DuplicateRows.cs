using System.Globalization;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// Counts validation rows whose sequence equals that of a training row, value by value: their metric measures memorisation.
/// </summary>
internal static class DuplicateRows
{
    // A smaller share does not change the third digit of a metric.
    private const double FewShare = 0.01;

    /// <summary>Logs duplicate rows: a warning where they are 1 % of the validation rows or more, else information.</summary>
    /// <param name="log">The log.</param>
    /// <param name="shared">Number of duplicate rows.</param>
    /// <param name="validation">Number of validation rows.</param>
    /// <param name="areGiven">Whether the validation rows are a ValidationSet rather than held out.</param>
    public static void Tell(IChannel log, int shared, int validation, bool areGiven)
    {
        if (shared == 0)
            return;
        string text =
            string.Create(
                CultureInfo.InvariantCulture,
                $"{shared} of the {validation} validation rows have a sequence that is also trained on, so the validation metric is "
                    + $"better than the model is: "
            )
            + (
                areGiven
                    ? "remove repeated rows from the ValidationSet, or keep all rows of one origin on one side."
                    : "most rows are repeated, so that equal ones could not be held out together; remove repeated rows."
            );
        if (shared < FewShare * validation)
            log.Info(text);
        else
            log.Warning(text);
    }

    /// <summary>Number of duplicates among the validation rows.</summary>
    public static int Count(SequenceSet training, SequenceSet validation)
    {
        Dictionary<int, List<Group>> byHash = Groups(validation);
        int count = 0;
        foreach (int row in training.Rows)
            if (byHash.TryGetValue(training.Store.Hash(row), out List<Group>? groups))
                foreach (Group group in groups)
                    if (!group.IsSeen && AreEqual(training.Store, row, validation.Store, group.Row))
                    {
                        group.IsSeen = true;
                        count += group.Rows;
                    }
        return count;
    }

    // Equal rows form one group, so that a frequent sequence is compared once.
    private static Dictionary<int, List<Group>> Groups(SequenceSet set)
    {
        var byHash = new Dictionary<int, List<Group>>(set.Rows.Length);
        foreach (int row in set.Rows)
        {
            int hash = set.Store.Hash(row);
            if (!byHash.TryGetValue(hash, out List<Group>? groups))
                byHash[hash] = groups = [];
            Group? equal = groups.Find(group => AreEqual(set.Store, row, set.Store, group.Row));
            if (equal is null)
                groups.Add(new Group(row));
            else
                equal.Rows++;
        }
        return byHash;
    }

    /// <summary>Whether two rows have the same sequence, value by value.</summary>
    public static bool AreEqual(SequenceStore a, int rowA, SequenceStore b, int rowB)
    {
        SequenceView first = a.View(rowA),
            second = b.View(rowB);
        return first.Steps.SequenceEqual(second.Steps)
            && first.Tokens.SequenceEqual(second.Tokens)
            && first.Static.SequenceEqual(second.Static);
    }

    private sealed class Group(int row)
    {
        /// <summary>The first of the rows.</summary>
        public int Row => row;

        public int Rows { get; set; } = 1;

        public bool IsSeen { get; set; }
    }
}
