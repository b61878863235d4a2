using Google.Protobuf;

namespace RnnMlNet.Tests.Exchange;

/// <summary>A message's fields by their numbers, read by Google's reader: Int64, or bytes.</summary>
internal static class ProtoFields
{
    public static ILookup<int, object> Read(byte[] message)
    {
        using var reader = new CodedInputStream(message);
        var fields = new List<(int Number, object Value)>();
        for (uint tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
            fields.Add(
                (
                    WireFormat.GetTagFieldNumber(tag),
                    WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? reader.ReadInt64() : reader.ReadBytes().ToByteArray()
                )
            );
        return fields.ToLookup(field => field.Number, field => field.Value);
    }
}
