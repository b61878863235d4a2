using System.Text.RegularExpressions;

namespace NotebookRunner;

/// <summary>The lines of a cell that are the kernel's and not C#: <c>#r "nuget: ..."</c> and <c>#!...</c>.</summary>
internal static partial class Directives
{
    /// <summary>
    /// The cell's C#. Lines of the kernel become empty, so that the compiler's line numbers are the cell's; the packages they name must be
    /// those of <paramref name="versions"/>.
    /// </summary>
    /// <param name="source">The cell's text.</param>
    /// <param name="versions">The packages that this program references, and their versions.</param>
    /// <exception cref="NotebookException">A package is not among them, or of another version.</exception>
    public static string Strip(string source, IReadOnlyDictionary<string, string> versions) =>
        string.Join('\n', source.ReplaceLineEndings("\n").Split('\n').Select(line => IsDirective(line, versions) ? "" : line));

    private static bool IsDirective(string line, IReadOnlyDictionary<string, string> versions)
    {
        if (PackagePattern().Match(line) is { Success: true } package)
            Check(package.Groups[1].Value, package.Groups[2].Value, versions);
        else if (!line.StartsWith("#!", StringComparison.Ordinal))
            return false;
        return true;
    }

    private static void Check(string package, string version, IReadOnlyDictionary<string, string> versions)
    {
        if (!versions.TryGetValue(package, out string? referenced))
            throw new NotebookException(
                $"#r names the package {package}, which NotebookRunner does not reference: add it to "
                    + $"eng/NotebookRunner/NotebookRunner.csproj."
            );
        if (version.Length == 0)
            throw new NotebookException($"#r names no version of {package}: write \"nuget: {package}, {referenced}\".");
        if (version != referenced)
            throw new NotebookException(
                $"#r names {package} {version}, but what is executed is {referenced}: write \"nuget: {package}, {referenced}\"."
            );
    }

    [GeneratedRegex("""^\s*#r\s+"nuget:\s*([^,"\s]+)\s*,?\s*([^"\s]*)\s*"\s*$""")]
    private static partial Regex PackagePattern();
}
