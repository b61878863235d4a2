using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data;

/// <summary>Reports a store's reading to ML.NET's log and progress channel: every few seconds, and at the end.</summary>
internal sealed class ReadingProgress : IDisposable
{
    // Smaller stores are not reported.
    private const long TellingBytes = 16 << 20;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    private readonly IChannel _log;
    private readonly IProgressChannel _progress;
    private readonly SequenceStore _store;
    private readonly long? _totalRows;
    private readonly TimeProvider _clock;
    private long _rows;
    private long _told;

    public ReadingProgress(IHost host, IChannel log, SequenceStore store, long? totalRows, TimeProvider clock)
    {
        _log = log;
        _store = store;
        _totalRows = totalRows;
        _clock = clock;
        _told = clock.GetTimestamp();
        _progress = host.StartProgressChannel("Reading sequences");
        _progress.SetHeader(new ProgressHeader("rows", "bytes"), Fill);
    }

    /// <summary>Reports the number of rows read so far, skipped ones included.</summary>
    public void RowsRead(long rows)
    {
        _rows = rows;
        if (_clock.GetElapsedTime(_told) < _pause)
            return;
        _told = _clock.GetTimestamp();
        Checkpoint();
        _log.Info($"Read {_rows}{(_totalRows is long total ? $" of {total}" : "")} rows, {ByteSize.Text(_store.Bytes)}.");
    }

    /// <summary>Reports the complete store.</summary>
    public void Done(long rows)
    {
        _rows = rows;
        Checkpoint();
        if (_store.Bytes >= TellingBytes || _store.FileBytes > 0)
            _log.Info($"The store's {_store.Count} rows take {_store.Description}.");
    }

    public void Dispose() => _progress.Dispose();

    private void Checkpoint() => _progress.Checkpoint(_rows, _store.Bytes, _totalRows);

    private void Fill(IProgressEntry entry)
    {
        if (_totalRows is long total)
            entry.SetProgress(0, _rows, total);
        else
            entry.SetProgress(0, _rows);
        entry.SetProgress(1, _store.Bytes);
    }
}
