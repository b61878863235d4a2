using System.Globalization;
using System.Text;

namespace RnnMlNet.Architecture;

/// <summary>
/// One page: the projects as columns, their folders as boxes in the order of dependency, the lowest at the bottom, and an arrow from each
/// folder to those that it uses most.
/// </summary>
internal static class ArchitectureDrawing
{
    private const int BoxWidth = 250,
        BoxHeight = 26,
        Gap = 12,
        Column = 420,
        Top = 70,
        Left = 40;

    private static readonly string[] _projects = ["Runtime", "Extension", "Distributed"];

    /// <summary>The SVG, ending with a line break.</summary>
    public static string Draw(DependencyGraph graph)
    {
        var boxes = Boxes();
        int rows = FolderOrder.All.GroupBy(folder => folder.Split('/')[0]).Max(group => group.Count()),
            height = Top + rows * (BoxHeight + Gap) + 20,
            width = Left + _projects.Length * Column - 60;
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">
            <title>Folders of src/ and what each uses</title>
            <style>
            text {"{"} fill: #1f2328 {"}"}
            .box {"{"} fill: #f6f8fa; stroke: #59636e {"}"}
            .arrow {"{"} fill: none; stroke: #0072b2; stroke-opacity: .45 {"}"}
            .across {"{"} fill: none; stroke: #d55e00; stroke-opacity: .45 {"}"}
            </style>
            <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0,0 L8,4 L0,8 z" fill="#59636e"/></marker></defs>
            <rect width="{width}" height="{height}" fill="white"/>

            """
        );
        for (int p = 0; p < _projects.Length; p++)
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left + p * Column}\" y=\"{Top - 40}\" font-size=\"17\" font-weight=\"bold\">src/{_projects[p]}</text>\n"
            );
        foreach (var (from, to, count) in Arrows(graph))
            svg.Append(Arrow(boxes[from], boxes[to], count));
        foreach (var (folder, (x, y)) in boxes)
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"4\"/>"
                    + $"<text x=\"{x + 10}\" y=\"{y + 18}\">{Name(folder)}</text>\n"
            );
        return svg.Append("</svg>\n").ToString().ReplaceLineEndings("\n");
    }

    private static string Name(string folder) =>
        folder.Contains('/', StringComparison.Ordinal) ? folder[(folder.IndexOf('/') + 1)..] : "public surface";

    private static Dictionary<string, (int X, int Y)> Boxes()
    {
        var boxes = new Dictionary<string, (int X, int Y)>();
        int most = FolderOrder.All.GroupBy(folder => folder.Split('/')[0]).Max(group => group.Count());
        foreach (var project in FolderOrder.All.GroupBy(folder => folder.Split('/')[0]))
        {
            // The lowest folder at the bottom.
            int place = 0;
            foreach (string folder in project)
                boxes[folder] = (Left + Array.IndexOf(_projects, project.Key) * Column, Top + (most - 1 - place++) * (BoxHeight + Gap));
        }
        return boxes;
    }

    /// <summary>
    /// The arrows: without those that follow from others, so that the page can be read, and between projects one from each folder, to the
    /// highest that it uses.
    /// </summary>
    private static IEnumerable<(string From, string To, int Count)> Arrows(DependencyGraph graph)
    {
        var counts = graph
            .Dependencies.Select(dependency => (From: FolderOrder.Of(dependency.From), To: FolderOrder.Of(dependency.To)))
            .Where(edge => edge.From != edge.To)
            .GroupBy(edge => edge)
            .ToDictionary(group => group.Key, group => group.Count());
        var places = FolderOrder.All.Select((folder, place) => (folder, place)).ToDictionary(pair => pair.folder, pair => pair.place);
        var next = counts.Keys.Where(edge => places[edge.From] > places[edge.To]).ToLookup(edge => edge.From, edge => edge.To);
        foreach (var (edge, count) in counts.OrderBy(pair => places[pair.Key.From]).ThenBy(pair => places[pair.Key.To]))
        {
            bool isAcross = Project(edge.From) != Project(edge.To);
            bool follows = next[edge.From].Any(other => other != edge.To && Reaches(next, other, edge.To, places));
            bool isHighest = next[edge.From].Where(other => Project(other) == Project(edge.To)).MaxBy(other => places[other]) == edge.To;
            if (isAcross ? isHighest && !follows : !follows)
                yield return (edge.From, edge.To, count);
        }
    }

    private static bool Reaches(ILookup<string, string> next, string from, string to, Dictionary<string, int> places) =>
        places[from] > places[to] && next[from].Any(other => other == to || Reaches(next, other, to, places));

    private static string Project(string folder) => folder.Split('/')[0];

    private static string Arrow((int X, int Y) from, (int X, int Y) to, int count)
    {
        double weight = Math.Clamp(1 + Math.Log10(count), 1, 3);
        if (from.X == to.X)
        {
            int x = from.X + BoxWidth,
                bend = x + 14 + Math.Abs(to.Y - from.Y) / 9,
                y0 = from.Y + BoxHeight / 2 + 4,
                y1 = to.Y + BoxHeight / 2 - 4;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"<path class=\"arrow\" stroke-width=\"{weight:0.0}\" marker-end=\"url(#head)\" "
                    + $"d=\"M{x},{y0} C{bend},{y0} {bend},{y1} {x},{y1}\"/>\n"
            );
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<path class=\"across\" stroke-width=\"{weight:0.0}\" marker-end=\"url(#head)\" d=\"M{from.X},{from.Y + BoxHeight / 2} "
                + $"C{from.X - 60},{from.Y + BoxHeight / 2} {to.X + BoxWidth + 60},{to.Y + BoxHeight / 2} "
                + $"{to.X + BoxWidth},{to.Y + BoxHeight / 2}\"/>\n"
        );
    }
}
