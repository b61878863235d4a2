using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace RnnMlNet.Data;

/// <summary>
/// Fills batches on its own thread while the caller computes with earlier ones: up to <see cref="Ahead"/> batches wait, in the order of the
/// rows. Contents and errors are those of <see cref="BatchesOnDemand"/>.
/// </summary>
internal sealed class BatchesAhead : IBatches, IDisposable
{
    /// <summary>Batches that are filled before they are requested.</summary>
    public const int Ahead = 2;

    private readonly BatchFill _fill;
    private readonly IEnumerable<int[]> _rows;
    private readonly BlockingCollection<MiniBatch> _empty = [];
    private readonly BlockingCollection<MiniBatch> _full = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;
    private MiniBatch? _inUse;

    /// <param name="fill">Fills a batch with rows; called on the thread.</param>
    /// <param name="rows">The rows of each batch, in order; read on the thread.</param>
    public BatchesAhead(BatchFill fill, IEnumerable<int[]> rows)
    {
        _fill = fill;
        _rows = rows;
        // One batch in use by the caller and those ahead; all are reused.
        for (int i = 0; i <= Ahead; i++)
            _empty.Add(new MiniBatch());
        _thread = new Thread(FillAll) { IsBackground = true, Name = "RnnMlNet batches" };
        _thread.Start();
    }

    /// <exception cref="InvalidOperationException">There are no more batches.</exception>
    /// <remarks>An error in filling a batch is thrown here, when that batch is requested.</remarks>
    public MiniBatch Next()
    {
        if (_inUse is not null)
            _empty.Add(_inUse);
        _inUse = null;
        if (_full.TryTake(out _inUse, Timeout.Infinite))
            return _inUse;
        _failure?.Throw();
        throw new InvalidOperationException("There are no more batches.");
    }

    /// <summary>Ends the thread after its current batch. The thread reads rows until then, so the store must outlive this.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _thread.Join();
        _empty.Dispose();
        _full.Dispose();
        _end.Dispose();
    }

    private void FillAll()
    {
        try
        {
            foreach (int[] rows in _rows)
            {
                MiniBatch batch = _empty.Take(_end.Token);
                _fill(batch, rows);
                _full.Add(batch);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Disposed: no more batches are requested.
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
