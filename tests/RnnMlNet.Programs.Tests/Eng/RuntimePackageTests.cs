using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>The package as <c>dotnet pack src/Runtime</c> makes it.</summary>
public class RuntimePackageTests
{
    [Test]
    public void It_holds_one_documented_assembly_and_depends_on_the_tensors_alone()
    {
        PackedProject package = Packages.Runtime;
        Assert.That(package.Dependencies, Is.EquivalentTo(new[] { "System.Numerics.Tensors 10.0.10" }));
        Assert.That(
            package.OwnFiles,
            Is.EquivalentTo(
                new[] { "lib/net10.0/RnnMlNet.Runtime.dll", "lib/net10.0/RnnMlNet.Runtime.xml", "LICENSE", "icon.png", "README.md" }
            )
        );
        Assert.That(package.FilesWithMachinePaths(), Is.Empty);
        Assert.That(package.SourcePaths().Where(path => !path.StartsWith("/_", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Markdown.LocalLinksOf(package.Readme), Is.Empty);
    }
}
