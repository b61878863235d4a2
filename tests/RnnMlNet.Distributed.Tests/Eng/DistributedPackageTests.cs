using System.IO.Compression;
using System.Xml.Linq;
using NUnit.Framework;
using RnnMlNet.Tests;
using RnnMlNet.Tests.Eng;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Distributed.Tests.Eng;

/// <summary>The package as <c>dotnet pack src/Distributed</c> makes it from what is already built.</summary>
public class DistributedPackageTests
{
    [Test]
    public void It_holds_one_documented_assembly_and_depends_on_RnnMlNet_with_what_that_needs_and_on_Orleans_alone()
    {
        using var folder = new TemporaryFolder();
        string project = Path.Combine(TestPaths.RepositoryRoot, "src", "Distributed", "RnnMlNet.Distributed.csproj");
        ProgramRun run = ProgramRun.Of(Environment.ProcessPath!, ["pack", project, "--no-build", "--configuration", TestPaths.Configuration, "--output", folder.FullName, "-nodeReuse:false"]);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);

        using ZipArchive package = ZipFile.OpenRead(folder.PathOf("RnnMlNet.Distributed.0.1.0.nupkg"));
        using Stream nuspec = package.GetEntry("RnnMlNet.Distributed.nuspec")!.Open();
        Assert.That(XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}"),
            Is.EquivalentTo(new[]
            {
                "RnnMlNet 0.1.0", "Microsoft.ML [5.0.1, 6.0.0)", "System.Numerics.Tensors 10.0.10", "TorchSharp 0.107.0", "Microsoft.Orleans.Runtime 10.4.2", "Microsoft.Orleans.Sdk 10.4.2",
            }));
        Assert.That(package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal) || !name.Contains('/') && !name.StartsWith('[') && !name.EndsWith(".nuspec", StringComparison.Ordinal)),
            Is.EquivalentTo(new[] { "lib/net10.0/RnnMlNet.Distributed.dll", "lib/net10.0/RnnMlNet.Distributed.xml", "LICENSE", "distributed.md" }));
    }
}
