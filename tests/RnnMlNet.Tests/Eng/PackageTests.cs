using System.IO.Compression;
using System.Xml.Linq;
using NUnit.Framework;

namespace RnnMlNet.Tests.Eng;

/// <summary>The package as <c>dotnet pack src/Extension</c> makes it from what is already built.</summary>
[TestFixture]
public sealed class PackageTests
{
    private string _folder = "";
    private string[] _files = [];
    private string[] _dependencies = [];

    [OneTimeSetUp]
    public void Pack()
    {
        _folder = Directory.CreateTempSubdirectory("pack-").FullName;
        var project = Path.Combine(TestPaths.RepositoryRoot, "src", "Extension", "RnnMlNet.csproj");
        var run = ProgramRun.Of(
            Environment.ProcessPath!,
            ["pack", project, "--no-build", "--configuration", TestPaths.Configuration, "--output", _folder, "-nodeReuse:false"]);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);

        using var package = ZipFile.OpenRead(Directory.GetFiles(_folder, "*.nupkg").Single());
        _files = [.. package.Entries.Select(e => e.FullName)];
        using var nuspec = package.Entries.Single(e => e.FullName == "RnnMlNet.nuspec").Open();
        var metadata = XDocument.Load(nuspec);
        var dependencies = metadata.Descendants().Where(e => e.Name.LocalName == "dependency");
        _dependencies = [.. dependencies.Select(e => $"{e.Attribute("id")!.Value} {e.Attribute("version")!.Value}")];
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void It_depends_on_MlNet_in_the_supported_range_on_the_tensors_it_calls_and_on_the_managed_TorchSharp_alone() =>
        Assert.That(_dependencies, Is.EquivalentTo(new[] { "Microsoft.ML [5.0.1, 6.0.0)", "System.Numerics.Tensors 10.0.10", "TorchSharp 0.107.0" }));

    [TestCase("README.md")]
    [TestCase("LICENSE")]
    [TestCase("lib/net10.0/RnnMlNet.dll")]
    [TestCase("lib/net10.0/RnnMlNet.xml")]
    public void It_holds(string file) => Assert.That(_files, Has.Member(file));

    [Test]
    public void It_holds_one_assembly() =>
        Assert.That(_files.Where(f => f.EndsWith(".dll", StringComparison.Ordinal) || f.EndsWith(".so", StringComparison.Ordinal)), Has.Exactly(1).Items);

    [Test]
    public void Its_symbols_are_packed_beside_it()
    {
        using var symbols = ZipFile.OpenRead(Directory.GetFiles(_folder, "*.snupkg").Single());
        Assert.That(symbols.Entries.Select(e => e.FullName), Has.Member("lib/net10.0/RnnMlNet.pdb"));
    }
}
