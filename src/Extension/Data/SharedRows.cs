namespace RnnMlNet.Data;

/// <summary>Validation rows whose sequence, value by value, is also one of the training rows': what they measure has been learnt by heart.</summary>
internal static class SharedRows
{
    /// <summary>How many of the validation rows.</summary>
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

    // Equal rows are one group, so that a sequence that comes again and again is compared once.
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

    private static bool AreEqual(SequenceStore a, int rowA, SequenceStore b, int rowB)
    {
        SequenceView first = a.View(rowA), second = b.View(rowB);
        return first.Steps.SequenceEqual(second.Steps) && first.Tokens.SequenceEqual(second.Tokens);
    }

    private sealed class Group(int row)
    {
        /// <summary>The first of the rows.</summary>
        public int Row => row;

        public int Rows { get; set; } = 1;

        public bool IsSeen { get; set; }
    }
}
