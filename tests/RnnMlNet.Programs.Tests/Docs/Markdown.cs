using System.Text.RegularExpressions;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

/// <summary>What the tests read of README.md and docs/*.md.</summary>
internal static partial class Markdown
{
    public static string Readme { get; } = Path.Combine(TestPaths.RepositoryRoot, "README.md");

    /// <summary>README.md, the pages beside it and those of docs, as paths relative to the repository.</summary>
    public static IEnumerable<string> Pages() =>
        Directory
            .EnumerateFiles(Path.Combine(TestPaths.RepositoryRoot, "docs"), "*.md")
            .Concat(Directory.EnumerateFiles(TestPaths.RepositoryRoot, "*.md"))
            .Select(path => Path.GetRelativePath(TestPaths.RepositoryRoot, path))
            .Order(StringComparer.Ordinal);

    public static string Read(string page) => File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, page)).ReplaceLineEndings("\n");

    /// <summary>The ```csharp blocks of a page, in order.</summary>
    public static string[] Snippets(string page) => [.. SnippetPattern().Matches(Read(page)).Select(match => match.Groups[1].Value)];

    /// <summary>The targets of the links to other pages of the repository, without the anchor.</summary>
    public static IEnumerable<string> LocalLinks(string page) => LocalLinksOf(Read(page));

    /// <summary>The same of a text.</summary>
    public static IEnumerable<string> LocalLinksOf(string text) =>
        LinkPattern()
            .Matches(text)
            .Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal));

    /// <summary>
    /// The links of a page to headings, its own or another page's: that page's path relative to the repository, and the anchor.
    /// </summary>
    public static IEnumerable<(string Page, string Anchor)> HeadingLinks(string page) =>
        from match in HeadingLinkPattern().Matches(Read(page))
        where !match.Groups[1].Value.Contains("://", StringComparison.Ordinal)
        let target = match.Groups[1].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, match.Groups[1].Value)
        select (Path.GetRelativePath(TestPaths.RepositoryRoot, Path.GetFullPath(target, TestPaths.RepositoryRoot)), match.Groups[2].Value);

    /// <summary>A page's headings as anchors: small letters, hyphens for blanks, no other punctuation.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        from match in HeadingPattern().Matches(AnySnippetPattern().Replace(Read(page), ""))
        let plain = NoAnchorPattern().Replace(match.Groups[1].Value, "")
        select plain.Trim().ToLowerInvariant().Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)#\s]*)#([^)\s]+)\)")]
    private static partial Regex HeadingLinkPattern();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex AnySnippetPattern();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchorPattern();

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex SnippetPattern();

    [GeneratedRegex(@"\]\(([^)#]+)[^)]*\)")]
    private static partial Regex LinkPattern();
}
