namespace RnnMlNet.Data;

/// <summary>Batches of rows, one after the other as they are asked for.</summary>
internal interface IBatches
{
    /// <summary>The next batch, which holds its rows until the one after it is asked for.</summary>
    MiniBatch Next();
}

/// <summary>Fills a batch when it is asked for.</summary>
/// <param name="fill">Fills a batch with rows.</param>
/// <param name="batch">The one batch that is used over and over.</param>
/// <param name="rows">The rows of each batch, in order.</param>
internal sealed class BatchesOnDemand(BatchFill fill, MiniBatch batch, IEnumerable<int[]> rows) : IBatches
{
    private readonly IEnumerator<int[]> _rows = rows.GetEnumerator();

    public MiniBatch Next()
    {
        if (!_rows.MoveNext())
            throw new InvalidOperationException("There are no more batches.");
        fill(batch, _rows.Current);
        return batch;
    }
}

/// <summary>Fills a batch with rows: <see cref="BatchAssembler.Fill"/>.</summary>
internal delegate void BatchFill(MiniBatch batch, ReadOnlySpan<int> rows);
