using System.Runtime.InteropServices;

namespace RnnMlNet.Runtime.Models;

/// <summary>
/// Reads a section's payload, and checks every count against the bytes that are left before anything of that size is allocated.
/// </summary>
internal sealed class PayloadReader(PartStream part, string what) : BinaryReader(part)
{
    private long Remaining => BaseStream.Length - BaseStream.Position;

    /// <summary>Reads a count of elements that must still fit into the payload.</summary>
    /// <param name="elementBytes">Least bytes of an element.</param>
    /// <param name="counted">What is counted, for the message.</param>
    public int ReadCount(int elementBytes, string counted)
    {
        int count = ReadInt32();
        if (count < 0 || (long)count * elementBytes > Remaining)
            throw ModelErrors.Format($"{what} is damaged: it states {count} {counted}, but only {Remaining} bytes are left.");
        return count;
    }

    /// <summary>Reads <paramref name="count"/> floats, which must still fit into the payload.</summary>
    public float[] ReadSingles(long count, string named)
    {
        CheckFits(count, sizeof(float), named);
        var values = new float[count];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads <paramref name="count"/> doubles, which must still fit into the payload.</summary>
    public double[] ReadDoubles(long count, string named)
    {
        CheckFits(count, sizeof(double), named);
        var values = new double[count];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>
    /// Runs a parser, and converts the base classes' exceptions for a wrong payload to a marked <see cref="FormatException"/>.
    /// </summary>
    public T Parse<T>(Func<PayloadReader, T> parse)
    {
        try
        {
            return parse(this);
        }
        catch (Exception e)
            when (e is FormatException
                    ? !ModelErrors.IsMarked(e)
                    : e is ArgumentException or InvalidOperationException or OverflowException or IOException
            )
        {
            throw ModelErrors.Format($"{what} is damaged: {e.Message}", e);
        }
    }

    /// <summary>Skips the rest.</summary>
    public void Skip()
    {
        var left = new byte[Math.Min(Remaining, 1 << 16)];
        while (Remaining > 0)
            BaseStream.ReadExactly(left.AsSpan(0, (int)Math.Min(left.Length, Remaining)));
    }

    public void CheckAtEnd()
    {
        if (Remaining != 0)
            throw ModelErrors.Format($"{what} is damaged: {Remaining} bytes follow where it should end.");
    }

    // A file's numbers are little-endian, as on all processors with .NET's vectors.
    private void Fill(Span<byte> bytes) => BaseStream.ReadExactly(bytes);

    private void CheckFits(long count, int bytes, string named)
    {
        if (count < 0 || count > Remaining / bytes)
            throw ModelErrors.Format($"{what} is damaged: {named} needs {count} numbers, but only {Remaining} bytes are left.");
    }
}
