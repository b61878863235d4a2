namespace RnnMlNet.Runtime.Networks;

/// <summary>Name and shape of one weight tensor.</summary>
internal sealed record TensorSpec(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Number of values.</summary>
    public long Size => Shape.Aggregate(1L, (product, side) => product * side);
}

/// <summary>One weight tensor: its name, shape and values, row-major.</summary>
internal sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, float[] Values);

/// <summary>
/// A network's weights by name, in a fixed order. The arrays belong to this object: copy them before changing them.
/// </summary>
internal sealed class NetworkWeights
{
    private readonly Dictionary<string, NamedTensor> _byName;

    public NetworkWeights(IEnumerable<NamedTensor> tensors)
    {
        Tensors = [.. tensors];
        _byName = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    public float[] this[string name] => _byName[name].Values;

    public bool TryGet(string name, out NamedTensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>The name of the first tensor that holds a NaN or an infinity, or null.</summary>
    public string? FirstNonFinite() => Tensors.FirstOrDefault(t => Array.Exists(t.Values, v => !float.IsFinite(v)))?.Name;

    public NetworkWeights Clone() => new(Tensors.Select(t => t with { Values = [.. t.Values] }));
}
