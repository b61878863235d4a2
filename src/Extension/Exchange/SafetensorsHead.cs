using System.Text.RegularExpressions;

namespace RnnMlNet.Exchange;

/// <summary>The head's linear layers in their order.</summary>
internal static partial class SafetensorsHead
{
    // Each layer is compared with all others; no network has as many.
    private const int MostLayers = 1000;

    /// <summary>
    /// Orders all of <paramref name="linears"/> so that each reads the output of the one before. Where sizes are ambiguous, numbers in the
    /// names decide (<c>fc1</c> before <c>fc2</c>, <c>net.2</c> before <c>net.10</c>); where those do not, it is a problem.
    /// </summary>
    /// <param name="linears">The file's linear layers.</param>
    /// <param name="pooledSize">Input width of the first one.</param>
    /// <param name="problems">Receives a problem where there is no order, or more than one.</param>
    public static IReadOnlyList<SafetensorsLinear> Chain(
        IReadOnlyList<SafetensorsLinear> linears,
        int pooledSize,
        SafetensorsProblems problems
    )
    {
        if (linears.Count > MostLayers)
        {
            problems.Add($"it has {linears.Count} linear layers, and a head of up to {MostLayers} can be read");
            return [];
        }
        var remaining = linears.OrderBy(linear => linear.Module, NumberedNames).ToList();
        Dictionary<SafetensorsLinear, string> names = linears.ToDictionary(linear => linear, linear => Numberless(linear.Module));
        Dictionary<int, int> readers = linears.GroupBy(linear => linear.Inputs).ToDictionary(same => same.Key, same => same.Count());
        var chain = new List<SafetensorsLinear>();
        int width = pooledSize;
        while (remaining.Count > 1)
        {
            var next = remaining.Where(linear => linear.Inputs == width && LeadsOn(linear, readers)).ToList();
            if (next.Count == 0 || next.Any(linear => names[linear] != names[next[0]]))
            {
                problems.Add(
                    $"the linear layers {SafetensorsProblems.Listed([.. linears.Select(linear => linear.Weight)])} do not form one chain "
                        + $"from the {pooledSize} values of the pooled state: name those of the head in their order in HeadNames"
                );
                return [];
            }
            chain.Add(next[0]);
            remaining.Remove(next[0]);
            readers[width]--;
            width = next[0].Outputs;
        }
        // A single layer has one order; its shape is compared later.
        return [.. chain, .. remaining];
    }

    // Whether another remaining layer reads its output.
    private static bool LeadsOn(SafetensorsLinear linear, Dictionary<int, int> readers) =>
        readers.GetValueOrDefault(linear.Outputs) > (linear.Inputs == linear.Outputs ? 1 : 0);

    private static string Numberless(string name) => Number().Replace(name, "#");

    /// <summary>Names in the order of the numbers in them: 2 before 10.</summary>
    private static Comparer<string> NumberedNames { get; } =
        Comparer<string>.Create(
            (a, b) => string.CompareOrdinal(Padded(a), Padded(b)) is var order and not 0 ? order : string.CompareOrdinal(a, b)
        );

    private static string Padded(string name) => Number().Replace(name, match => match.Value.TrimStart('0').PadLeft(20, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
