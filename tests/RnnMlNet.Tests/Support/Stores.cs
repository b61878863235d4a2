using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Support;

/// <summary>Small stores to train and test on.</summary>
internal static class Stores
{
    /// <summary>
    /// The lengths at which code goes wrong: none, one, and around the widths of vectors. Empty sequences come in scoring only.
    /// </summary>
    public static readonly int[] OddLengths = RandomNetwork.OddLengths;

    /// <summary>Number sequences of the given lengths; value (row, t, f) is row + t/100 + f/10000, the label the row's number.</summary>
    public static SequenceStore OfLengths(int features, params int[] lengths)
    {
        var store = new SequenceStore(features, labelWidth: 1);
        for (int row = 0; row < lengths.Length; row++)
        {
            var steps = new float[lengths[row] * features];
            for (int i = 0; i < steps.Length; i++)
                steps[i] = Value(row, i / features, i % features);
            store.Add(SequenceView.OfSteps(steps, features), [row], 1);
        }
        return store;
    }

    /// <summary>The value at a step of <see cref="OfLengths"/>.</summary>
    public static float Value(int row, int t, int f) => row + t / 100f + f / 10000f;

    /// <summary>One step of one number per row, with the given labels.</summary>
    public static SequenceStore OfLabels(params float[] labels)
    {
        var store = new SequenceStore(features: 1, labelWidth: 1);
        foreach (float label in labels)
            store.Add(SequenceView.OfSteps([label], 1), [label], 1);
        return store;
    }

    /// <summary>One step of one number per row, in groups of the column Unit.</summary>
    /// <param name="groups">The group of each row.</param>
    /// <param name="label">The label of a row.</param>
    /// <param name="sequence">The number of a row; null for one of its own.</param>
    public static SequenceStore OfGroups(int[] groups, Func<int, int> label, Func<int, int>? sequence = null)
    {
        var store = new SequenceStore(features: 1, labelWidth: 1) { GroupColumns = "column 'Unit'" };
        for (int row = 0; row < groups.Length; row++)
            store.Add(SequenceView.OfSteps([sequence?.Invoke(row) ?? row], 1), [label(row)], 1, groups[row]);
        return store;
    }

    /// <summary>The groups of rows, mixed up: groups of 1 row to the largest number of rows.</summary>
    public static int[] DrawnGroups(int groups, int largest, int seed)
    {
        var random = new Random(seed);
        int[] rows = [.. Enumerable.Range(0, groups).SelectMany(group => Enumerable.Repeat(group, random.Next(1, largest + 1)))];
        random.Shuffle(rows);
        return rows;
    }

    /// <summary>
    /// Two classes of sequences of 3 to 9 steps of 2 features: the first feature is around 1 or around -1, the second is noise.
    /// </summary>
    public static SequenceStore TwoClasses(int rows, int seed = 1)
    {
        var random = new Random(seed);
        var store = new SequenceStore(features: 2, labelWidth: 1);
        for (int row = 0; row < rows; row++)
        {
            int label = row % 2;
            var steps = new float[random.Next(3, 10) * 2];
            for (int i = 0; i < steps.Length; i += 2)
            {
                steps[i] = 2 * label - 1 + 0.5f * (float)(random.NextDouble() - 0.5);
                steps[i + 1] = (float)random.NextDouble();
            }
            store.Add(SequenceView.OfSteps(steps, 2), [label], 1);
        }
        return store;
    }
}
