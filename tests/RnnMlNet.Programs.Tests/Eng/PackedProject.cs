using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>A project of src as <c>dotnet pack</c> packs it from what is already built, in a folder of its own.</summary>
internal sealed class PackedProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _id;

    /// <param name="path">The project file's path in the repository.</param>
    /// <param name="properties">Properties of MSBuild that a release would set, <c>name=value</c>.</param>
    public PackedProject(string path, params string[] properties)
    {
        string project = Path.Combine(TestPaths.RepositoryRoot, path);
        _id = Path.GetFileNameWithoutExtension(project);
        string[] arguments =
        [
            "pack",
            project,
            "--no-build",
            "--configuration",
            TestPaths.Configuration,
            "--output",
            Folder,
            "-nodeReuse:false",
        ];
        ProgramRun run = ProgramRun.Of(Environment.ProcessPath!, [.. arguments, .. properties.Select(property => $"-p:{property}")]);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Files = Read(PackagePath);
        Symbols = Read(Path.ChangeExtension(PackagePath, ".snupkg"));
        using var nuspec = new MemoryStream(Files[$"{_id}.nuspec"]);
        Metadata = XDocument.Load(nuspec).Root!.Elements().Single();
    }

    /// <summary>Where the packages are.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The package's files, by their paths in it.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>Those of the symbol package.</summary>
    public IReadOnlyDictionary<string, byte[]> Symbols { get; }

    /// <summary>The element <c>metadata</c> of the nuspec.</summary>
    public XElement Metadata { get; }

    /// <summary>What the package depends on: id and version range.</summary>
    public IEnumerable<string> Dependencies =>
        Metadata
            .Descendants()
            .Where(element => element.Name.LocalName == "dependency")
            .Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}");

    /// <summary>What is its own in the package: no index and no signature of the format.</summary>
    public IEnumerable<string> OwnFiles =>
        Files.Keys.Where(name =>
            name != $"{_id}.nuspec"
            && name != "[Content_Types].xml"
            && !name.StartsWith("_rels/", StringComparison.Ordinal)
            && !name.StartsWith("package/services/", StringComparison.Ordinal)
        );

    /// <summary>The page that a gallery shows.</summary>
    public string Readme => Encoding.UTF8.GetString(Files["README.md"]);

    private string PackagePath => Path.Combine(Folder, $"{_id}.0.1.0.nupkg");

    /// <summary>An element of the metadata, or null.</summary>
    public XElement? Element(string name) => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

    /// <summary>
    /// The names of the files, symbols among them, that name a folder of this machine: the repository's, the user's, that of temporary
    /// files.
    /// </summary>
    public IEnumerable<string> FilesWithMachinePaths()
    {
        string[] folders = [TestPaths.RepositoryRoot, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetTempPath()];
        string[] texts =
        [
            .. folders
                .Select(folder => folder.TrimEnd('/', '\\'))
                .Where(folder => folder.Length > 1)
                .Select(folder => folder + Path.DirectorySeparatorChar),
        ];
        byte[][] patterns = [.. texts.Select(Encoding.UTF8.GetBytes), .. texts.Select(Encoding.Unicode.GetBytes)];
        return Files
            .Concat(Symbols)
            .Where(file => patterns.Any(pattern => file.Value.AsSpan().IndexOf(pattern) >= 0))
            .Select(file => file.Key);
    }

    /// <summary>
    /// The source files that the symbols name. Their names are stored in parts, so that no search of the bytes finds them.
    /// </summary>
    public IEnumerable<string> SourcePaths()
    {
        using var file = new MemoryStream(Symbols[$"lib/net10.0/{_id}.pdb"]);
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(file);
        MetadataReader reader = provider.GetMetadataReader();
        return [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, byte[]> Read(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using Stream stream = entry.Open();
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                return copy.ToArray();
            }
        );
    }
}
