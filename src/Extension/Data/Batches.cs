namespace RnnMlNet.Data;

/// <summary>A sequence of batches, each filled on request.</summary>
internal interface IBatches
{
    /// <summary>The next batch; valid until the next call.</summary>
    MiniBatch Next();
}

/// <summary>The rows of a batch.</summary>
/// <param name="Epoch">The epoch that they are trained on in.</param>
/// <param name="Rows">Their indices.</param>
internal readonly record struct BatchRows(int Epoch, int[] Rows);

/// <summary>Fills each batch at the time of the request.</summary>
/// <param name="fill">Fills a batch with rows.</param>
/// <param name="batch">The one batch, reused.</param>
/// <param name="rows">The rows of each batch, in order.</param>
internal sealed class BatchesOnDemand(BatchFill fill, MiniBatch batch, IEnumerable<BatchRows> rows) : IBatches
{
    private readonly IEnumerator<BatchRows> _rows = rows.GetEnumerator();

    public MiniBatch Next()
    {
        if (!_rows.MoveNext())
            throw new InvalidOperationException("There are no more batches.");
        batch.Epoch = _rows.Current.Epoch;
        fill(batch, _rows.Current.Rows);
        return batch;
    }
}

/// <summary>Fills a batch with rows: <see cref="BatchAssembler.Fill"/>.</summary>
internal delegate void BatchFill(MiniBatch batch, ReadOnlySpan<int> rows);
