using KernelGenerator;
using NUnit.Framework;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Engines.Simd;

[TestFixture]
public class KernelFileTests
{
    [Test]
    public void The_generated_kernels_are_current() =>
        Assert.That(
            File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, "src", "Runtime", "Kernels", "Tiles.g.cs")).ReplaceLineEndings("\n"),
            Is.EqualTo(KernelFile.Generate()),
            "Run: dotnet run --project eng/KernelGenerator -- src/Runtime/Kernels/Tiles.g.cs"
        );
}
