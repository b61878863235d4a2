using RnnMlNet.Architecture;

var sources = new SourceTree(args[0]);
var graph = new DependencyGraph(
    sources,
    typeof(RnnMlNet.Runtime.SequenceModel).Assembly,
    typeof(RnnMlNet.RnnOptions).Assembly
);
Console.WriteLine($"{graph.Dependencies.Count} dependencies; unknown: {string.Join(", ", graph.Unknown.Take(20))}");
var folders = graph.Dependencies.Where(d => (d.From.Project, d.From.Folder) != (d.To.Project, d.To.Folder)).GroupBy(d => (From: $"{d.From.Project}/{d.From.Folder}", To: $"{d.To.Project}/{d.To.Folder}"));
foreach (var f in folders.OrderBy(f => f.Key)) Console.WriteLine($"{f.Key.From} -> {f.Key.To} ({f.Count()})");
foreach (var c in DependencyGraph.Circles(folders.Select(f => f.Key))) Console.WriteLine($"FOLDER CIRCLE {string.Join(", ", c)}");
foreach (var c in DependencyGraph.Circles(graph.Dependencies.Select(d => (d.From.File, d.To.File)))) Console.WriteLine($"FILE CIRCLE {c.Count}: {string.Join(", ", c)}");
if (args.Length > 2) foreach (var d in graph.Dependencies.Where(d => $"{d.From.Project}/{d.From.Folder}" == args[1] && $"{d.To.Project}/{d.To.Folder}" == args[2])) Console.WriteLine($"EDGE {d}");
if (args.Length == 2) foreach (var d in graph.Dependencies.OrderBy(d => d.From.File).ThenBy(d => d.To.File)) Console.WriteLine($"EDGE {d}");
