using System.Text.Json;

namespace NotebookRunner;

/// <summary>The packages and projects that a program was built with, from its .deps.json.</summary>
internal static class ReferencedPackages
{
    /// <summary>Version by name; names are compared without case, as NuGet does.</summary>
    /// <param name="dependencies">Text of a .deps.json.</param>
    public static IReadOnlyDictionary<string, string> Versions(string dependencies)
    {
        using JsonDocument document = JsonDocument.Parse(dependencies);
        return document
            .RootElement.GetProperty("libraries")
            .EnumerateObject()
            .Select(library => library.Name.Split('/'))
            .ToDictionary(name => name[0], name => name[1], StringComparer.OrdinalIgnoreCase);
    }
}
