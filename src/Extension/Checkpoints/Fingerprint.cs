namespace RnnMlNet.Checkpoints;

/// <summary>One item that determines a training's result, as text: <c>HiddenSize</c>, <c>64</c>.</summary>
internal readonly record struct FingerprintEntry(string Name, string Value);

/// <summary>Everything that determines a training's result: two trainings of equal fingerprints give the same model.</summary>
internal sealed record Fingerprint(IReadOnlyList<FingerprintEntry> Entries)
{
    /// <summary>
    /// The items that differ in <paramref name="now"/>, as text: <c>HiddenSize was 32, is 64</c>. Empty where all are equal.
    /// </summary>
    public IReadOnlyList<string> DifferencesTo(Fingerprint now)
    {
        Dictionary<string, string> before = ByName(this),
            after = ByName(now);
        return
        [
            .. before
                .Keys.Union(after.Keys)
                .Select(name => (Name: name, Was: before.GetValueOrDefault(name, Unknown), Is: after.GetValueOrDefault(name, Unknown)))
                .Where(entry => entry.Was != entry.Is)
                .Select(entry => $"{entry.Name} was {entry.Was}, is {entry.Is}"),
        ];
    }

    // An option of another version of the library.
    private const string Unknown = "unknown";

    private static Dictionary<string, string> ByName(Fingerprint fingerprint) =>
        fingerprint.Entries.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
}
