using Microsoft.ML.Runtime;

namespace RnnMlNet.Models;

/// <summary>Reads a block's payload, and checks every count against the bytes that are left before anything of that size is allocated.</summary>
/// <param name="bytes">The payload.</param>
/// <param name="part">Which part of which file it is, as in <c>model file's part 'network'</c>, for messages.</param>
internal sealed class PayloadReader(byte[] bytes, string part) : BinaryReader(new MemoryStream(bytes, writable: false))
{
    private long Remaining => BaseStream.Length - BaseStream.Position;

    /// <summary>A count of elements that must still fit into the payload.</summary>
    /// <param name="elementBytes">Least bytes an element takes.</param>
    /// <param name="counted">What is counted, for the message.</param>
    public int ReadCount(int elementBytes, string counted)
    {
        int count = ReadInt32();
        if (count < 0 || (long)count * elementBytes > Remaining)
            throw Contracts.ExceptDecode($"The {part} is damaged: it states {count} {counted}, but only {Remaining} bytes are left.");
        return count;
    }

    /// <summary><paramref name="count"/> numbers, which must still fit into the payload.</summary>
    public float[] ReadSingles(long count, string named)
    {
        if (count < 0 || count > Remaining / sizeof(float))
            throw Contracts.ExceptDecode($"The {part} is damaged: {named} needs {count} numbers, but only {Remaining} bytes are left.");
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = ReadSingle();
        return values;
    }

    /// <summary>Runs a parser, turning what a wrong payload makes the base classes throw into a <see cref="FormatException"/> of ours, which are marked.</summary>
    public T Parse<T>(Func<PayloadReader, T> parse)
    {
        try
        {
            return parse(this);
        }
        catch (Exception e) when (e is FormatException ? !e.IsMarked() : e is ArgumentException or InvalidOperationException or OverflowException or IOException)
        {
            throw Contracts.ExceptDecode(e, $"The {part} is damaged: {e.Message}");
        }
    }

    public void CheckAtEnd()
    {
        if (Remaining != 0)
            throw Contracts.ExceptDecode($"The {part} is damaged: {Remaining} bytes follow where it should end.");
    }
}
