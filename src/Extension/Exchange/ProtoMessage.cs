using System.Text;

namespace RnnMlNet.Exchange;

/// <summary>
/// A message in Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding): fields in the order in which they were added,
/// each a tag (number and wire type) and a value. Only the wire types of ONNX models: varint, length-prefixed bytes, and floats.
/// </summary>
/// <remarks>
/// Not Google.Protobuf: that package comes with TorchSharp, in whatever version the application resolves, and an assembly built against a
/// later version would not load there.
/// </remarks>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int FourBytes = 5;
    private readonly List<Action<Stream>> _writes = [];

    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public long Size { get; private set; }

    public ProtoMessage Number(int field, long value)
    {
        Add([.. Encode((ulong)(field << 3 | Varint)), .. Encode((ulong)value)]);
        return this;
    }

    public ProtoMessage Fraction(int field, float value)
    {
        Add([.. Encode((ulong)(field << 3 | FourBytes)), .. BitConverter.GetBytes(value)]);
        return this;
    }

    public ProtoMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Bytes(int field, byte[] value)
    {
        AddLength(field, value.Length);
        Add(value);
        return this;
    }

    /// <summary>Adds a message, which must be complete: its size is written now.</summary>
    public ProtoMessage Message(int field, ProtoMessage value)
    {
        AddLength(field, value.Size);
        _writes.Add(value.WriteTo);
        Size += value.Size;
        return this;
    }

    /// <summary>Adds one message for each item: a repeated field.</summary>
    public ProtoMessage Messages<T>(int field, IEnumerable<T> items, Func<T, ProtoMessage> convert)
    {
        foreach (T item in items)
            Message(field, convert(item));
        return this;
    }

    public void WriteTo(Stream stream)
    {
        foreach (Action<Stream> write in _writes)
            write(stream);
    }

    private void AddLength(int field, long length) => Add([.. Encode((ulong)(field << 3 | LengthDelimited)), .. Encode((ulong)length)]);

    private void Add(byte[] bytes)
    {
        _writes.Add(stream => stream.Write(bytes));
        Size += bytes.Length;
    }

    /// <summary>A varint: seven bits a byte, lowest first, the top bit set in all but the last.</summary>
    private static IEnumerable<byte> Encode(ulong value)
    {
        for (; value > 0x7F; value >>= 7)
            yield return (byte)(value & 0x7F | 0x80);
        yield return (byte)value;
    }
}
