using System.Buffers.Binary;
using System.Text;
using RnnMlNet.Exchange;
using RnnMlNet.Networks;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Safetensors files as bytes, put together here and not by the writer under test.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file of a header as it stands, and data.</summary>
    public static byte[] Of(string header, byte[] data) => Of(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Of(byte[] header, byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    /// <summary>A file as PyTorch's users write it: F32, sorted by name.</summary>
    public static byte[] Of(IEnumerable<NamedTensor> tensors, string metadata = """{"format":"pt"}""")
    {
        NamedTensor[] sorted = [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        var data = new List<byte>();
        var header = new StringBuilder($$"""{"__metadata__":{{metadata}}""");
        foreach (NamedTensor tensor in sorted)
        {
            int begin = data.Count;
            foreach (float value in tensor.Values)
                data.AddRange(BitConverter.GetBytes(value));
            header.Append($",\"{tensor.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", tensor.Shape)}],\"data_offsets\":[{begin},{data.Count}]}}");
        }
        header.Append('}');
        while (header.Length % 8 != 0)
            header.Append(' ');
        return Of(header.ToString(), [.. data]);
    }

    /// <summary>A tensor of the values 0.1, 0.2, ... of alternating sign.</summary>
    public static NamedTensor Tensor(string name, params int[] shape) =>
        new(name, shape, [.. Enumerable.Range(1, shape.Aggregate(1, (product, side) => product * side)).Select(i => (i % 2 == 0 ? -0.1f : 0.1f) * (i % 7))]);

    public static SafetensorsFile Open(byte[] bytes) => SafetensorsFile.Open(new MemoryStream(bytes));
}
