namespace RnnMlNet.Data;

/// <summary>A sequence of batches, each filled on request.</summary>
internal interface IBatches
{
    /// <summary>The next batch; valid until the next call.</summary>
    MiniBatch Next();
}

/// <summary>Fills each batch at the time of the request.</summary>
/// <param name="fill">Fills a batch with rows.</param>
/// <param name="batch">The one batch, reused.</param>
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
