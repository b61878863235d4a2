using Google.Protobuf;
using NUnit.Framework;
using RnnMlNet.Exchange;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Messages of ours read by Google's reader.</summary>
public sealed class ProtoMessageTests
{
    [Test]
    public void Numbers_are_read_back(
        [Values(0, 1, 127, 128, 300, int.MaxValue, long.MaxValue, -1, long.MinValue)] long value,
        [Values(1, 15, 16, 2047, 2048)] int field
    )
    {
        CodedInputStream reader = Reader(new ProtoMessage().Number(field, value));

        Assert.That(WireFormat.GetTagFieldNumber(reader.ReadTag()), Is.EqualTo(field));
        Assert.That(reader.ReadInt64(), Is.EqualTo(value));
        Assert.That(reader.IsAtEnd, Is.True);
    }

    [Test]
    public void Fields_come_in_the_order_in_which_they_were_added()
    {
        var inner = new ProtoMessage().Text(1, "Ωmega").Bytes(2, [1, 2, 3]);
        CodedInputStream reader = Reader(new ProtoMessage().Text(7, "").Message(3, inner).Number(1, 5));

        Assert.That((reader.ReadTag(), reader.ReadString()), Is.EqualTo((7u << 3 | 2, "")));
        Assert.That((reader.ReadTag(), reader.ReadLength()), Is.EqualTo((3u << 3 | 2, (int)inner.Size)));
        Assert.That((reader.ReadTag(), reader.ReadString()), Is.EqualTo((1u << 3 | 2, "Ωmega")));
        Assert.That((reader.ReadTag(), reader.ReadBytes()), Is.EqualTo((2u << 3 | 2, ByteString.CopyFrom(1, 2, 3))));
        Assert.That((reader.ReadTag(), reader.ReadInt64()), Is.EqualTo((1u << 3 | 0, 5L)));
        Assert.That(reader.IsAtEnd, Is.True);
    }

    [Test]
    public void Size_is_what_is_written([Values(0, 1, 127, 128, 20000)] int length)
    {
        var message = new ProtoMessage()
            .Message(1, new ProtoMessage().Bytes(2, new byte[length]))
            .Messages(3, [1L, 300L], value => new ProtoMessage().Number(1, value));

        Assert.That(Bytes(message), Has.Length.EqualTo(message.Size));
    }

    private static CodedInputStream Reader(ProtoMessage message) => new(Bytes(message));

    private static byte[] Bytes(ProtoMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteTo(stream);
        return stream.ToArray();
    }
}
