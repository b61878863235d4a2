using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace PyTorchWeights;

/// <summary>Writes what <c>safetensors.torch.save_file</c> writes: the length of a JSON header, the header, the values.</summary>
internal static class Safetensors
{
    private const int Alignment = 8;

    public static void Save(IReadOnlyDictionary<string, Tensor> tensors, string path)
    {
        using var values = new MemoryStream();
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        foreach (var (name, tensor) in tensors)
        {
            long start = values.Length;
            values.Write(MemoryMarshal.AsBytes<float>(tensor.data<float>().ToArray()));
            header[name] = new
            {
                dtype = "F32",
                shape = tensor.shape,
                data_offsets = new[] { start, values.Length },
            };
        }
        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        Array.Resize(ref json, (json.Length + Alignment - 1) / Alignment * Alignment);
        json.AsSpan().Replace((byte)0, (byte)' ');

        using FileStream file = File.Create(path);
        using var writer = new BinaryWriter(file);
        writer.Write((ulong)json.Length);
        writer.Write(json);
        writer.Write(values.ToArray());
    }
}
