namespace RnnMlNet.Data;

/// <summary>
/// Cuts an epoch's rows into batches of similar length: shuffles the rows, sorts them by length within runs of some batches, cuts the runs,
/// and shuffles the batches. So little is padding, and each row is still drawn once an epoch. Rows of equal length are only shuffled.
/// </summary>
internal sealed class BatchSampler(RowSet set, int batchSize, int seed)
{
    private const int BatchesPerRun = 50;

    // A batch size above the number of rows makes one batch of all rows.
    private readonly int _size = Math.Clamp(batchSize, 1, Math.Max(1, set.Rows.Length));

    public int BatchesPerEpoch => (int)(((long)set.Rows.Length + _size - 1) / _size);

    /// <summary>The batches of an epoch, in training order; equal for equal seed and epoch.</summary>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        var random = new Random(HashCodeOf(seed, epoch));
        int[] rows = [.. set.Rows];
        random.Shuffle(rows);
        if (!IsEven(rows))
            SortRuns(rows);
        int[][] batches = [.. rows.Chunk(_size)];
        random.Shuffle(batches);
        return batches;
    }

    /// <summary>All rows once, shortest first: for validation, where the order does not matter.</summary>
    public IReadOnlyList<int[]> InOrderOfLength() => [.. set.Rows.OrderBy(set.Length).Chunk(_size)];

    private bool IsEven(int[] rows)
    {
        int first = set.Length(rows[0]);
        return rows.All(row => set.Length(row) == first);
    }

    private void SortRuns(int[] rows)
    {
        int run = (int)Math.Min((long)_size * BatchesPerRun, rows.Length);
        for (int start = 0; start < rows.Length; start += run)
        {
            var ordered = rows.Skip(start).Take(run).OrderBy(set.Length).ToArray();
            ordered.CopyTo(rows, start);
        }
    }

    // HashCode.Combine differs between processes; this must not.
    private static int HashCodeOf(int seed, int epoch) => unchecked((seed * 397) ^ (epoch * 7919));
}
