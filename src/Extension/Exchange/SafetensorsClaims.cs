using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Exchange;

/// <summary>A tensor of our network and its source: an entry of the file, or null for zeros.</summary>
internal sealed record SafetensorsClaim(TensorSpec Spec, SafetensorsEntry? Entry);

/// <summary>The tensors that a network requires of a file: each is compared by name, shape and type before any value is read.</summary>
/// <param name="file">The file.</param>
/// <param name="entries">Its tensors, except for ignored ones.</param>
/// <param name="problems">Collects the problems.</param>
internal sealed class SafetensorsClaims(SafetensorsFile file, IReadOnlyList<SafetensorsEntry> entries, SafetensorsProblems problems)
{
    private readonly Dictionary<string, SafetensorsEntry> _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);

    public bool IsInFile(string name) => _byName.ContainsKey(name);

    /// <summary>Ignores tensors: they are neither required nor left over.</summary>
    public void PassOver(IEnumerable<string> names) => _claimed.UnionWith(names);

    /// <summary>Requires a tensor; a problem where it is missing from the file, or differs.</summary>
    public SafetensorsClaim Expect(TensorSpec spec, string name)
    {
        SafetensorsEntry? entry = _byName.GetValueOrDefault(name);
        _claimed.Add(name);
        string expected = $"[{string.Join(", ", spec.Shape)}]";
        if (entry is null)
            problems.Add($"'{name}' {expected} is missing");
        else if (!entry.Shape.SequenceEqual(spec.Shape.Select(side => (long)side)))
            problems.Add($"{entry.Describe()} should be {expected}");
        else if (!SafetensorsType.CanRead(entry.Type))
            problems.Add($"'{name}' is of type {entry.Type}, and {SafetensorsType.Readable} can be read");
        return new SafetensorsClaim(spec, entry);
    }

    /// <summary>Requires a mean and a deviation where the file has one of them; empty where it has neither.</summary>
    public SafetensorsClaim[] ExpectScaling(string mean, string deviation, int width) =>
        width > 0 && (IsInFile(mean) || IsInFile(deviation))
            ? [Expect(new TensorSpec(mean, [width]), mean), Expect(new TensorSpec(deviation, [width]), deviation)]
            : [];

    /// <summary>Adds a problem where the file has tensors that are not required.</summary>
    public void CheckLeftOver()
    {
        SafetensorsEntry[] leftOver = [.. entries.Where(entry => !_claimed.Contains(entry.Name))];
        if (leftOver.Length > 0)
            problems.Add($"{SafetensorsProblems.Listed(leftOver)} {(leftOver.Length == 1 ? "has" : "have")} no place in the network");
    }

    /// <summary>Reads the values, once there are no problems.</summary>
    /// <exception cref="FormatException">Some are not finite.</exception>
    public IReadOnlyList<NamedTensor> Read(IReadOnlyList<SafetensorsClaim> claims)
    {
        NamedTensor[] tensors =
        [
            .. claims.Select(claim => new NamedTensor(
                claim.Spec.Name,
                claim.Spec.Shape,
                claim.Entry is null ? new float[claim.Spec.Size] : file.ReadValues(claim.Entry)
            )),
        ];
        string[] bad =
        [
            .. claims.Zip(tensors).Where(pair => !Finite.All(pair.Second.Values)).Select(pair => $"'{pair.First.Entry!.Name}'"),
        ];
        if (bad.Length > 0)
            throw Contracts.ExceptDecode($"The safetensors file holds values that are not finite numbers, in {string.Join(", ", bad)}.");
        return tensors;
    }

    /// <summary>Reads the scaling that <see cref="ExpectScaling"/> required; null where the file has none.</summary>
    /// <exception cref="FormatException">A value is not finite, or a deviation is not above 0.</exception>
    public FeatureScaling? ReadScaling(SafetensorsClaim[] claims)
    {
        if (claims.Length == 0)
            return null;
        IReadOnlyList<NamedTensor> tensors = Read(claims);
        if (Array.Exists(tensors[1].Values, deviation => deviation <= 0))
            throw Contracts.ExceptDecode($"The safetensors file's '{claims[1].Entry!.Name}' holds a deviation that is not above 0.");
        return new FeatureScaling(tensors[0].Values, tensors[1].Values);
    }
}
