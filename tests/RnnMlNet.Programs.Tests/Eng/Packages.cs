using NUnit.Framework;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>The packages as they are built here, each packed once for all tests.</summary>
[SetUpFixture]
internal sealed class Packages
{
    private static readonly Lazy<PackedProject> _extension = new(() => new PackedProject("src/Extension/RnnMlNet.csproj")),
        _runtime = new(() => new PackedProject("src/Runtime/RnnMlNet.Runtime.csproj"));

    /// <summary>Package RnnMlNet.</summary>
    public static PackedProject Extension => _extension.Value;

    /// <summary>Package RnnMlNet.Runtime.</summary>
    public static PackedProject Runtime => _runtime.Value;

    [OneTimeTearDown]
    public void Delete()
    {
        foreach (Lazy<PackedProject> package in (Lazy<PackedProject>[])[_extension, _runtime])
            if (package.IsValueCreated)
                package.Value.Dispose();
    }
}
