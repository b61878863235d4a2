using RnnMlNet.Architecture;

// Draws docs/architecture.svg, and writes the table of touched files into docs/architecture.md.
if (args.Length != 1)
{
    Console.Error.WriteLine("Usage: Architecture <the repository>");
    return 2;
}
var sources = new SourceTree(args[0]);
var graph = DependencyGraph.OfSources(sources);
string page = Path.Combine(args[0], "docs", "architecture.md");
File.WriteAllText(Path.Combine(args[0], "docs", "architecture.svg"), ArchitectureDrawing.Draw(graph));
File.WriteAllText(page, TouchedFiles.Replaced(File.ReadAllText(page), sources));
foreach (Dependency back in FolderOrder.Back(graph))
    Console.WriteLine($"Against the order: {back}");
foreach (IReadOnlyList<string> circle in DependencyGraph.Circles(graph.Dependencies.Select(d => (d.From.File, d.To.File))))
{
    Console.WriteLine($"Circle of {circle.Count} files:");
    foreach (Dependency dependency in graph.Dependencies.Where(d => circle.Contains(d.From.File) && circle.Contains(d.To.File)))
        Console.WriteLine($"  {dependency}");
}
return 0;
