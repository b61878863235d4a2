namespace RnnMlNet.Checkpoints;

/// <summary>One thing that decides what a training comes to, in words: <c>HiddenSize</c>, <c>64</c>.</summary>
internal readonly record struct FingerprintEntry(string Name, string Value);

/// <summary>All that decides what a training comes to: two trainings of equal fingerprints give the same model.</summary>
internal sealed record Fingerprint(IReadOnlyList<FingerprintEntry> Entries)
{
    /// <summary>
    /// What is another thing in <paramref name="now"/>, in words: <c>HiddenSize was 32, is 64</c>. Empty where all is the same.
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

    // An option that another version of the library has.
    private const string Unknown = "unknown";

    private static Dictionary<string, string> ByName(Fingerprint fingerprint) =>
        fingerprint.Entries.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
}
