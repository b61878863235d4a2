using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RnnMlNet.Exchange;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Safetensors files as bytes, put together here and not by the writer under test.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file of a given header, and data.</summary>
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
            header.Append(
                $",\"{tensor.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", tensor.Shape)}],"
                    + $"\"data_offsets\":[{begin},{data.Count}]}}"
            );
        }
        header.Append('}');
        while (header.Length % 8 != 0)
            header.Append(' ');
        return Of(header.ToString(), [.. data]);
    }

    /// <summary>A tensor of the values 0.1, 0.2, ... of alternating sign.</summary>
    public static NamedTensor Tensor(string name, params int[] shape) =>
        new(
            name,
            shape,
            [
                .. Enumerable
                    .Range(1, shape.Aggregate(1, (product, side) => product * side))
                    .Select(i => (i % 2 == 0 ? -0.1f : 0.1f) * (i % 7)),
            ]
        );

    /// <summary>The F32 tensors of a file that is right, without any of the reader's checks.</summary>
    public static Dictionary<string, (long[] Shape, float[] Values)> Parse(byte[] file)
    {
        int headerLength = (int)BitConverter.ToInt64(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        float[] data = MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + headerLength)).ToArray();
        long[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt64())];
        return header
            .RootElement.EnumerateObject()
            .Where(property => property.Name != "__metadata__")
            .ToDictionary(
                property => property.Name,
                property =>
                {
                    long[] offsets = Numbers(property.Value.GetProperty("data_offsets"));
                    return (Numbers(property.Value.GetProperty("shape")), data[(int)(offsets[0] / 4)..(int)(offsets[1] / 4)]);
                }
            );
    }

    public static SafetensorsFile Open(byte[] bytes) => SafetensorsFile.Open(new MemoryStream(bytes));
}
