using System.Text.RegularExpressions;

namespace RnnMlNet.Architecture;

/// <summary>A type as the sources declare it.</summary>
/// <param name="Project">Folder of its project: Runtime, Extension, Distributed.</param>
/// <param name="Folder">Folder in the project, with slashes; empty at its root.</param>
/// <param name="File">Path in the repository, with slashes; of a partial type that of its first part.</param>
internal sealed record SourceType(string Project, string Folder, string File);

/// <summary>Which file of src/ declares each type.</summary>
internal sealed partial class SourceTree
{
    private readonly Dictionary<string, SourceType> _types = new(StringComparer.Ordinal);

    /// <param name="root">The repository.</param>
    public SourceTree(string root)
    {
        string src = Path.Combine(root, "src");
        foreach (string file in Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string[] parts = Path.GetRelativePath(src, file).Split(Path.DirectorySeparatorChar);
            if (!parts.Contains("obj") && !parts.Contains("bin"))
                Read(file, parts);
        }
    }

    /// <summary>The sources, by path in the repository.</summary>
    public SortedDictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>Where a type is declared; null where none of that name is.</summary>
    /// <param name="name">Namespace, a dot, and the name with the number of its type parameters: <c>RnnMlNet.Cell`2</c>.</param>
    public SourceType? Find(string name) => _types.GetValueOrDefault(name);

    private void Read(string file, string[] parts)
    {
        string text = File.ReadAllText(file),
            path = "src/" + string.Join('/', parts);
        Texts[path] = text;
        // The files of a partial type are one.
        string whole = PartPattern().Replace(path, ".cs");
        string space = NamespacePattern().Match(text).Groups[1].Value;
        foreach (Match type in TypePattern().Matches(text))
        {
            string parameters = type.Groups["parameters"].Value;
            int count = parameters.Length == 0 ? 0 : parameters.Count(c => c == ',') + 1;
            string name = $"{space}.{type.Groups["name"].Value}{(count > 0 ? $"`{count}" : "")}";
            _types.TryAdd(name, new SourceType(parts[0], string.Join('/', parts[1..^1]), whole));
        }
    }

    [GeneratedRegex(@"\.\w+\.cs$")]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespacePattern();

    // Types of a file stand at its first column; nested ones are indented.
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
            + @"(?:class|record struct|record class|record|struct|interface|enum|delegate [\w<>\[\]?.]+) "
            + @"(?<name>\w+)(?:<(?<parameters>[^>]+)>)?",
        RegexOptions.Multiline
    )]
    private static partial Regex TypePattern();
}
