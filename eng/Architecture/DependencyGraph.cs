using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;

namespace RnnMlNet.Architecture;

/// <summary>What one file, or one folder, of src/ needs of another.</summary>
/// <param name="From">Who needs it.</param>
/// <param name="To">What is needed.</param>
internal sealed record Dependency(SourceType From, SourceType To)
{
    public override string ToString() => $"{From.File} -> {To.File}";
}

/// <summary>The dependencies of the compiled assemblies, between the files that declare their types.</summary>
internal sealed class DependencyGraph
{
    /// <summary>That of the three packages.</summary>
    public static DependencyGraph OfSources(SourceTree sources) =>
        new(
            sources,
            typeof(Runtime.SequenceModel).Assembly,
            typeof(RnnOptions).Assembly,
            typeof(Distributed.OrleansTrialExecutor).Assembly
        );

    /// <param name="sources">The sources.</param>
    /// <param name="assemblies">What they were compiled to.</param>
    public DependencyGraph(SourceTree sources, params System.Reflection.Assembly[] assemblies)
    {
        IType[] types = [.. new ArchLoader().LoadAssemblies(assemblies).Build().Types];
        var places = types.ToDictionary(type => type, type => Place(sources, type));
        Unknown =
        [
            .. places.Where(pair => pair.Value is null && IsOurs(pair.Key)).Select(pair => pair.Key.FullName).Order(StringComparer.Ordinal),
        ];
        Dependencies =
        [
            .. (
                from pair in places
                where pair.Value is not null
                from other in pair.Key.GetTypeDependencies()
                let to = places.GetValueOrDefault(other)
                where to is not null && to.File != pair.Value.File
                select new Dependency(pair.Value, to)
            ).Distinct(),
        ];
    }

    /// <summary>Types that no source declares by that name: none, else a dependency of theirs would be overlooked.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>Between files.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; }

    /// <summary>Files that need each other, directly or by way of others: the strongly connected components of more than one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Circles(IEnumerable<(string From, string To)> edges)
    {
        var next = edges.Distinct().ToLookup(edge => edge.From, edge => edge.To, StringComparer.Ordinal);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var low = new Dictionary<string, int>(StringComparer.Ordinal);
        var stack = new Stack<string>();
        var circles = new List<IReadOnlyList<string>>();
        foreach (string node in next.Select(group => group.Key).Order(StringComparer.Ordinal))
            if (!index.ContainsKey(node))
                Visit(node);
        return circles;

        // Tarjan's algorithm.
        void Visit(string node)
        {
            index[node] = low[node] = index.Count;
            stack.Push(node);
            foreach (string other in next[node])
                if (!index.TryGetValue(other, out int found))
                {
                    Visit(other);
                    low[node] = Math.Min(low[node], low[other]);
                }
                else if (stack.Contains(other))
                    low[node] = Math.Min(low[node], found);
            if (low[node] != index[node])
                return;
            var circle = new List<string>();
            do
            {
                circle.Add(stack.Peek());
            } while (stack.Pop() != node);
            if (circle.Count > 1)
                circles.Add([.. circle.Order(StringComparer.Ordinal)]);
        }
    }

    private static SourceType? Place(SourceTree sources, IType type)
    {
        if (!IsOurs(type))
            return null;
        // A nested type is part of the one around it.
        string outermost = type.FullName.Split('+')[0];
        return sources.Find(outermost);
    }

    private static bool IsOurs(IType type) =>
        type.Namespace is not null
        && type.Assembly?.Name.StartsWith("RnnMlNet", StringComparison.Ordinal) == true
        && !type.FullName.Contains('<', StringComparison.Ordinal)
        && type.Namespace.FullName is not ("" or "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis")
        && !type.Namespace.FullName.StartsWith("OrleansCodeGen", StringComparison.Ordinal);
}
