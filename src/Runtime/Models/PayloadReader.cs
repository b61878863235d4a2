using System.Runtime.InteropServices;

namespace RnnMlNet.Runtime.Models;

/// <summary>
/// Reads a block's payload, and checks every count against the bytes that are left before anything of that size is allocated.
/// </summary>
internal sealed class PayloadReader(PartStream part, string what) : BinaryReader(part)
{
    private long Remaining => BaseStream.Length - BaseStream.Position;

    /// <summary>A count of elements that must still fit into the payload.</summary>
    /// <param name="elementBytes">Least bytes an element takes.</param>
    /// <param name="counted">What is counted, for the message.</param>
    public int ReadCount(int elementBytes, string counted)
    {
        int count = ReadInt32();
        if (count < 0 || (long)count * elementBytes > Remaining)
            throw ModelErrors.Format($"{what} is damaged: it states {count} {counted}, but only {Remaining} bytes are left.");
        return count;
    }

    /// <summary><paramref name="count"/> numbers, which must still fit into the payload.</summary>
    public float[] ReadSingles(long count, string named)
    {
        CheckFits(count, sizeof(float), named);
        var values = new float[count];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary><paramref name="count"/> numbers of double precision, which must still fit into the payload.</summary>
    public double[] ReadDoubles(long count, string named)
    {
        CheckFits(count, sizeof(double), named);
        var values = new double[count];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>
    /// Runs a parser, turning what a wrong payload makes the base classes throw into a <see cref="FormatException"/> of ours, which are
    /// marked.
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

    /// <summary>Leaves the rest to others.</summary>
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

    // The numbers of a file are little-endian, as those of all processors that .NET's vectors run on.
    private void Fill(Span<byte> bytes) => BaseStream.ReadExactly(bytes);

    private void CheckFits(long count, int bytes, string named)
    {
        if (count < 0 || count > Remaining / bytes)
            throw ModelErrors.Format($"{what} is damaged: {named} needs {count} numbers, but only {Remaining} bytes are left.");
    }
}
