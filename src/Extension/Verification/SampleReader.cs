using Microsoft.ML;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;

namespace RnnMlNet.Verification;

/// <summary>Reads the first rows of a view as sequences, a block at a time, so that memory stays bounded.</summary>
internal sealed class SampleReader : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly SequenceReader _reader;
    private int _left;

    /// <param name="sample">The rows.</param>
    /// <param name="binding">The sequence in them.</param>
    /// <param name="maxRows">Most rows to read.</param>
    public SampleReader(IDataView sample, SequenceBinding binding, int maxRows)
    {
        _cursor = sample.GetRowCursor(binding.AllColumns);
        _reader = binding.Open(_cursor);
        _left = maxRows;
        Rows = new SequenceRows(binding.StepWidth, binding.Static.Width, binding.TokenWidth);
    }

    /// <summary>The current block.</summary>
    public SequenceRows Rows { get; }

    /// <summary>Reads the next block; false after the last.</summary>
    public bool Next()
    {
        Rows.Clear();
        while (_left > 0 && Rows.Count < BlockLimits.Cpu.Rows && Rows.TotalLength < BlockLimits.Cpu.Steps && _cursor.MoveNext())
        {
            _reader.Read();
            Rows.Add(_reader.Current);
            _left--;
        }
        return Rows.Count > 0;
    }

    public void Dispose() => _cursor.Dispose();
}
