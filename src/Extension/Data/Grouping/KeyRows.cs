using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>The rows of one key in the order of time, as records of a fixed width.</summary>
/// <param name="width">Words (of 4 bytes) of a record.</param>
internal sealed class KeyRows(int width)
{
    private float[] _words = [];
    private bool[] _isFilled = [];

    /// <summary>The key's values.</summary>
    public byte[] Key { get; private set; } = [];

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The record of a row.</summary>
    public Span<float> this[int row] => _words.AsSpan(row * width, width);

    /// <summary>Whether a row is one that fills a gap.</summary>
    public bool IsFilled(int row) => _isFilled[row];

    /// <summary>The words of all rows.</summary>
    public ReadOnlySpan<float> Words => _words.AsSpan(0, Count * width);

    /// <summary>Removes all rows, and sets the key.</summary>
    public void Clear(byte[] key) => (Key, Count) = (key, 0);

    /// <summary>Adds a row, and returns its record, to be written.</summary>
    public Span<float> Add(bool isFilled = false)
    {
        if (Count == _isFilled.Length)
        {
            int rows = (int)Math.Min(Math.Max(16, 2L * Count), Array.MaxLength / width);
            if (rows <= Count)
                throw Contracts.Except($"A key has more than {Count} rows of {width} numbers, the most that one can have.");
            Array.Resize(ref _words, rows * width);
            Array.Resize(ref _isFilled, rows);
        }
        _isFilled[Count] = isFilled;
        return this[Count++];
    }

    /// <summary>Reads a value of a record.</summary>
    public static T Read<T>(ReadOnlySpan<float> record, int word)
        where T : unmanaged => MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(record[word..]));

    /// <summary>Writes a value of a record.</summary>
    public static void Write<T>(Span<float> record, int word, T value)
        where T : unmanaged => MemoryMarshal.Write(MemoryMarshal.AsBytes(record[word..]), in value);
}
