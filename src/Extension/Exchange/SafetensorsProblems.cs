using Microsoft.ML.Runtime;

namespace RnnMlNet.Exchange;

/// <summary>Problems of a file, collected so that one error lists them all.</summary>
internal sealed class SafetensorsProblems
{
    private const int MostListed = 20;
    private const int MostProblems = 100;

    private readonly List<string> _problems = [];

    public void Add(string problem) => _problems.Add(problem);

    /// <summary>The error with one last problem, which ends the check.</summary>
    public Exception With(string problem)
    {
        _problems.Add(problem);
        return Error("");
    }

    /// <exception cref="FormatException">There are problems.</exception>
    public void ThrowIfAny(string network)
    {
        if (_problems.Count > 0)
            throw Error($" Expected: {network}.");
    }

    /// <summary>The value that the option or the file states, where either does; a problem where they differ.</summary>
    public T? Agreed<T>(string option, T? asked, T? inFile)
        where T : struct
    {
        if (asked is T a && inFile is T b && !a.Equals(b))
            Add($"{option} is {a}, but the file states {b}");
        return asked ?? inFile;
    }

    /// <summary>Tensors as text, shortened where there are many.</summary>
    public static string Listed(IReadOnlyList<SafetensorsEntry> entries) =>
        entries.Count == 0
            ? "no tensors"
            : string.Join(", ", entries.Take(MostListed).Select(entry => entry.Describe()))
                + (entries.Count > MostListed ? $" and {entries.Count - MostListed} more" : "");

    private Exception Error(string ending)
    {
        string more = _problems.Count > MostProblems ? $"; and {_problems.Count - MostProblems} more" : "";
        string problems = string.Join("; ", _problems.Take(MostProblems)) + more;
        return Contracts.ExceptDecode($"The safetensors file does not hold the expected network: {problems}.{ending}");
    }
}
