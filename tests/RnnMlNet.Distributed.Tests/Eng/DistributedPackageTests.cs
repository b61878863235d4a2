using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;
using RnnMlNet.Programs.Tests.Eng;

namespace RnnMlNet.Distributed.Tests.Eng;

/// <summary>The package as <c>dotnet pack src/Distributed</c> makes it from what is already built.</summary>
public class DistributedPackageTests
{
    private const string Project = "src/Distributed/RnnMlNet.Distributed.csproj";

    [Test]
    public void It_holds_one_documented_assembly_and_depends_on_RnnMlNet_with_what_that_needs_and_on_Orleans_alone()
    {
        using var package = new PackedProject(Project);
        Assert.That(
            package.Dependencies,
            Is.EquivalentTo(
                new[]
                {
                    "RnnMlNet 0.1.0",
                    "Microsoft.ML [5.0.1, 6.0.0)",
                    "Microsoft.ML.Tokenizers 2.0.1",
                    "System.Numerics.Tensors 10.0.10",
                    "TorchSharp 0.107.0",
                    "Microsoft.Orleans.Runtime 10.4.2",
                    "Microsoft.Orleans.Sdk 10.4.2",
                }
            )
        );
        Assert.That(
            package.OwnFiles,
            Is.EquivalentTo(
                new[] { "lib/net10.0/RnnMlNet.Distributed.dll", "lib/net10.0/RnnMlNet.Distributed.xml", "LICENSE", "icon.png", "README.md" }
            )
        );
        Assert.That(package.Element("license")!.Value, Is.EqualTo("MIT"));
        Assert.That(package.FilesWithMachinePaths(), Is.Empty);
        Assert.That(package.SourcePaths().Where(path => !path.StartsWith("/_", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Markdown.LocalLinksOf(package.Readme), Is.Empty);
    }

    [Test]
    public void With_an_address_its_README_leads_to_the_pages_of_that_version()
    {
        using var package = new PackedProject(Project, "RepositoryUrl=https://example.org/rnn/mlnet");
        Assert.That(Markdown.LocalLinksOf(package.Readme), Is.Empty);
        Assert.That(package.Readme, Does.Contain("](https://example.org/rnn/mlnet/blob/v0.1.0/docs/experiments.md"));
    }
}
