using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;
using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>The package as <c>dotnet pack src/Extension</c> makes it.</summary>
public sealed class PackageTests
{
    [Test]
    public void It_depends_on_MlNet_in_the_supported_range_on_the_tensors_it_calls_and_on_the_managed_TorchSharp_alone() =>
        Assert.That(
            Packages.Extension.Dependencies,
            Is.EquivalentTo(
                new[]
                {
                    "RnnMlNet.Runtime 0.1.0",
                    "Microsoft.ML [5.0.1, 6.0.0)",
                    "Microsoft.ML.Tokenizers 2.0.1",
                    "System.Numerics.Tensors 10.0.10",
                    "TorchSharp 0.107.0",
                }
            )
        );

    [Test]
    public void It_holds_one_documented_assembly_README_licence_and_icon_and_its_symbols_lie_beside_it()
    {
        string[] files = ["README.md", "LICENSE", "icon.png", "lib/net10.0/RnnMlNet.dll", "lib/net10.0/RnnMlNet.xml"];
        Assert.That(Packages.Extension.OwnFiles, Is.EquivalentTo(files));
        Assert.That(Packages.Extension.Symbols.Keys, Has.Member("lib/net10.0/RnnMlNet.pdb"));
    }

    [Test]
    public void It_says_what_it_is_and_under_which_licence()
    {
        Assert.That(Packages.Extension.Element("license")!.Attribute("type")!.Value, Is.EqualTo("expression"));
        Assert.That(Packages.Extension.Element("license")!.Value, Is.EqualTo("MIT"));
        Assert.That(Packages.Extension.Element("icon")!.Value, Is.EqualTo("icon.png"));
        Assert.That(Packages.Extension.Element("readme")!.Value, Is.EqualTo("README.md"));
        Assert.That(Packages.Extension.Element("description")!.Value, Does.StartWith("Recurrent networks (RNN, GRU, LSTM) for ML.NET"));
    }

    [Test]
    public void Its_icon_is_a_picture_of_128_by_128()
    {
        ReadOnlySpan<byte> icon = Packages.Extension.Files["icon.png"];
        Assert.That(Encoding.ASCII.GetString(icon[1..4]), Is.EqualTo("PNG"));
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(icon[16..]), BinaryPrimitives.ReadInt32BigEndian(icon[20..]));
        Assert.That((width, height), Is.EqualTo((128, 128)));
    }

    /// <summary>The repository does not contain its published address: none is invented, and no link is broken.</summary>
    [Test]
    public void Without_an_address_it_names_none_and_its_README_has_no_link_into_the_repository()
    {
        Assert.That(Packages.Extension.Element("projectUrl"), Is.Null);
        Assert.That(Packages.Extension.Element("repository")?.Attribute("url"), Is.Null);
        Assert.That(Markdown.LocalLinksOf(Packages.Extension.Readme), Is.Empty);
        Assert.That(Packages.Extension.Readme.ReplaceLineEndings("\n"), Does.Contain(Markdown.Snippets("README.md")[0]));
    }

    [Test]
    public void With_an_address_its_README_leads_to_the_pages_of_that_version()
    {
        using var released = new PackedProject(
            "src/Extension/RnnMlNet.csproj",
            "RepositoryUrl=https://example.org/rnn/mlnet",
            "PackageProjectUrl=https://example.org/"
        );
        Assert.That(released.Element("projectUrl")!.Value, Is.EqualTo("https://example.org/"));
        Assert.That(released.Element("repository")!.Attribute("url")!.Value, Is.EqualTo("https://example.org/rnn/mlnet"));
        Assert.That(Markdown.LocalLinksOf(released.Readme), Is.Empty);
        Assert.That(released.Readme, Does.Contain("](https://example.org/rnn/mlnet/blob/v0.1.0/docs/columns.md)"));
        string[] expected = [.. Markdown.LocalLinks("README.md").Select(link => $"](https://example.org/rnn/mlnet/blob/v0.1.0/{link}")];
        Assert.That(expected.Where(link => !released.Readme.Contains(link, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void It_names_no_folder_of_the_machine_that_built_it()
    {
        Assert.That(Packages.Extension.FilesWithMachinePaths(), Is.Empty);
        Assert.That(Packages.Extension.SourcePaths(), Has.Member("/_/src/Extension/RnnCatalog.cs"));
        Assert.That(Packages.Extension.SourcePaths().Where(path => !path.StartsWith("/_", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void It_documents_what_is_public_and_nothing_else()
    {
        using var documentation = new MemoryStream(Packages.Extension.Files["lib/net10.0/RnnMlNet.xml"]);
        string[] documented = [.. XDocument.Load(documentation).Descendants("member").Select(member => member.Attribute("name")!.Value)];
        var (visible, written) = DocumentedSymbols.Of(Packages.Extension.Files["lib/net10.0/RnnMlNet.dll"]);
        Assert.That(written, Has.Count.GreaterThan(400));
        Assert.That(documented.Except(visible), Is.Empty, "what is not public");
        Assert.That(written.Except(documented), Is.Empty, "what is public");
    }
}
