using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>Columns whose values together are one value of a sequence: its key, or its static values.</summary>
internal sealed class TupleColumns(IEnumerable<DataViewSchema.Column> columns)
{
    private readonly TupleCell[] _cells = [.. columns.Select(TupleCell.Of)];

    public int Count => _cells.Length;

    public DataViewSchema.Column this[int index] => _cells[index].Column;

    /// <summary>A reader of a row's values; one per cursor.</summary>
    public TupleReader Open(DataViewRow row) => new(row, _cells);

    /// <summary>A getter of one of the columns.</summary>
    /// <param name="index">The column.</param>
    /// <param name="current">The tuple of the current row.</param>
    public Delegate MakeGetter(int index, Func<byte[]> current) => _cells[index].MakeGetter(current, tuple => Part(tuple, index));

    /// <summary>The values as text, for an error message: <c>Unit 'a', Run '3'</c>.</summary>
    public string Text(byte[] tuple) => string.Join(", ", _cells.Select((cell, i) => $"{cell.Column.Name} '{TextOf(tuple, i)}'"));

    /// <summary>Between the values in a name.</summary>
    public const char NameSeparator = '/';

    /// <summary>The values as a name: <c>a/3</c>.</summary>
    public string NameOf(byte[] tuple) => string.Join(NameSeparator, _cells.Select((_, i) => TextOf(tuple, i)));

    /// <summary>One of the values as text.</summary>
    public string TextOf(byte[] tuple, int index) => _cells[index].Text(Part(tuple, index).Span);

    /// <summary>The first column in which two tuples differ.</summary>
    public int FirstDifference(byte[] one, byte[] other) =>
        Enumerable.Range(0, Count).First(i => !Part(one, i).Span.SequenceEqual(Part(other, i).Span));

    // Each value is preceded by the number of its bytes.
    private static ReadOnlyMemory<byte> Part(byte[] tuple, int index)
    {
        int start = 0;
        for (int i = 0; i < index; i++)
            start += sizeof(int) + MemoryMarshal.Read<int>(tuple.AsSpan(start));
        return tuple.AsMemory(start + sizeof(int), MemoryMarshal.Read<int>(tuple.AsSpan(start)));
    }
}

/// <summary>Reads the tuple of a cursor's current row.</summary>
internal sealed class TupleReader(DataViewRow row, TupleCell[] cells)
{
    private readonly ArrayBufferWriter<byte> _tuple = new();
    private readonly ArrayBufferWriter<byte> _value = new();
    private readonly Func<IBufferWriter<byte>, bool>[] _reads = [.. cells.Select(cell => cell.Open(row))];

    /// <summary>The row's tuple, until the next call.</summary>
    /// <param name="ectx">Creates the error of a missing value; null where values may be missing.</param>
    public ReadOnlySpan<byte> Read(IExceptionContext? ectx)
    {
        _tuple.ResetWrittenCount();
        for (int i = 0; i < _reads.Length; i++)
        {
            _value.ResetWrittenCount();
            bool hasValue = _reads[i](_value);
            if (!hasValue && ectx is not null)
                throw Missing(ectx, cells[i].Column);
            int length = _value.WrittenCount;
            _tuple.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
            _tuple.Write(_value.WrittenSpan);
        }
        return _tuple.WrittenSpan;
    }

    private Exception Missing(IExceptionContext ectx, DataViewSchema.Column column) =>
        ectx.Except(
            $"Row {row.Position} has {(column.Type is TextDataViewType ? "an empty text" : "a missing key")} in the key column "
                + $"'{column.Name}', so it belongs to no sequence: remove such rows, or give each its key."
        );
}
