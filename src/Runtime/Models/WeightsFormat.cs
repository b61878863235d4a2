using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Models;

/// <summary>The file format of weights.</summary>
/// <remarks>
/// *** Binary format ***
/// int: number of tensors; of each: string: name; int: dimensions, that many ints; its values, float32
/// </remarks>
internal static class WeightsFormat
{
    public static void Write(BinaryWriter w, NetworkWeights weights)
    {
        w.Write(weights.Tensors.Count);
        foreach (NamedTensor tensor in weights.Tensors)
        {
            w.Write(tensor.Name);
            w.Write(tensor.Shape.Count);
            foreach (int side in tensor.Shape)
                w.Write(side);
            foreach (float value in tensor.Values)
                w.Write(value);
        }
    }

    public static NetworkWeights Read(PayloadReader r)
    {
        var tensors = new NamedTensor[r.ReadCount(elementBytes: 5, "weight tensors")];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = ReadTensor(r);
            // Checked at once: a few compressed bytes may expand to millions of tensors without a name.
            if (!names.Add(tensors[i].Name))
                throw ModelErrors.Format("The model's weights are damaged: a name occurs twice.");
        }
        return new NetworkWeights(tensors);
    }

    private static NamedTensor ReadTensor(PayloadReader r)
    {
        string name = r.ReadString();
        var sides = new int[r.ReadCount(sizeof(int), $"dimensions of '{name}'")];
        long size = 1;
        for (int i = 0; i < sides.Length; i++)
        {
            sides[i] = r.ReadInt32();
            if (sides[i] < 1)
                throw ModelErrors.Format($"The model's weight '{name}' is damaged: a dimension of {sides[i]}.");
            size = Math.Min(size * sides[i], int.MaxValue + 1L);
        }
        return new NamedTensor(name, sides, r.ReadSingles(size, $"weight '{name}' [{string.Join(", ", sides)}]"));
    }
}
