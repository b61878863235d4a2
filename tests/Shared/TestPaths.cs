using System.Reflection;
using System.Runtime.InteropServices;

namespace RnnMlNet.Tests.Support;

/// <summary>Paths that the build wrote into this assembly (AssemblyMetadata in the project file).</summary>
internal static class TestPaths
{
    /// <summary>The repository's root folder.</summary>
    internal static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    /// <summary>
    /// The console program without libtorch: start it with the muxer that runs the tests,
    /// <c>Process.Start(Environment.ProcessPath!, [TestPaths.ScoringHost, ...])</c>.
    /// </summary>
    internal static string ScoringHost { get; } = Metadata("ScoringHost");

    /// <summary>Debug or Release: what these tests were built as.</summary>
    internal static string Configuration { get; } = Metadata("Configuration");

    /// <summary>
    /// A program of this repository that was built with the tests, in <paramref name="room"/> (samples, benchmarks, tests).
    /// </summary>
    internal static string Program(string room, string name) =>
        Path.Combine(RepositoryRoot, room, name, "bin", Configuration, "net10.0", RuntimeInformation.RuntimeIdentifier, $"{name}.dll");

    private static string Metadata(string key) =>
        typeof(TestPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
