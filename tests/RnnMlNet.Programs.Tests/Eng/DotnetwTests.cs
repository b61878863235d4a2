using System.Runtime.Versioning;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>
/// dotnetw's one-sentence errors, in a copy of its files with a fake dotnet, a fake system and only the tools that are named here.
/// </summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
[Platform(Exclude = "Win", Reason = "dotnetw is for POSIX shells; on Windows plain dotnet does.")]
public sealed class DotnetwTests
{
    private const string Without = "or go without libtorch: dotnet with -p:TorchBackend=none.";

    private static readonly string[] _tools =
    [
        "awk",
        "cat",
        "cksum",
        "cp",
        "cut",
        "dirname",
        "find",
        "grep",
        "head",
        "ln",
        "ls",
        "mkdir",
        "mktemp",
        "mv",
        "paste",
        "readlink",
        "rm",
        "sed",
        "sh",
        "tr",
        "uname",
    ];

    private string _folder = "";
    private Dictionary<string, string?> _environment = [];

    [SetUp]
    public void CopyDotnetw()
    {
        _folder = Directory.CreateTempSubdirectory("dotnetw-").FullName;
        Directory.CreateDirectory(At("eng"));
        foreach (var file in new[] { "dotnetw", "global.json", "eng/native-runtime.sh", "eng/apt.sh" })
            File.Copy(Path.Combine(TestPaths.RepositoryRoot, file), At(file));

        Directory.CreateDirectory(At("bin"));
        foreach (var tool in _tools)
            LinkTool(tool);

        Write("new-libstdc++", "GLIBCXX_3.4.31 GLIBCXX_3.4.32");
        Write("old-libstdc++", "GLIBCXX_3.4.29 GLIBCXX_3.4.30");
        _environment = new()
        {
            ["PATH"] = At("bin"),
            ["DOTNET_ROOT"] = null,
            ["DOTNETW_LIBSTDCPP"] = At("new-libstdc++"),
        };
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Without_dotnet_it_says_where_to_get_it() =>
        AssertFails("no .NET SDK found: install SDK 10.0.100 or later from https://dot.net, or set DOTNET_ROOT to its folder.");

    [Test]
    public void A_wrong_DOTNET_ROOT_is_named()
    {
        _environment["DOTNET_ROOT"] = At("nowhere");
        AssertFails(
            $"DOTNET_ROOT is '{At("nowhere")}', but there is no dotnet program in it: set it to the folder of a .NET SDK, or unset it."
        );
    }

    [TestCase("8.0.100 [/sdk]\\n9.0.200 [/sdk]\\n", "8.0.100 9.0.200")]
    [TestCase("", "no SDK")]
    public void An_SDK_that_global_json_does_not_accept_is_named(string listed, string named)
    {
        FakeDotnet("bin", $"case $1 in --version) exit 155 ;; --list-sdks) printf '{listed}' ;; esac");
        AssertFails(
            $"global.json asks for .NET SDK 10.0.100 or a later one of the same major version, but {At("bin/dotnet")} has {named}: "
                + "install it from https://dot.net."
        );
    }

    [Test]
    public void A_new_system_runs_plain_dotnet_with_the_arguments_and_exit_code()
    {
        FakeDotnet("bin", "[ \"$1\" = --version ] || { printf '<%s>' \"$@\"; exit 7; }");
        var run = Dotnetw("test", "a b", "");
        Assert.That(run, Is.EqualTo(new ProgramRun(7, "<test><a b><>", "")));
        Assert.That(Directory.Exists(At(".dotnet-runtime")), Is.False);
    }

    [Test]
    public void DOTNET_ROOT_goes_before_PATH()
    {
        FakeDotnet("bin", "exit 1");
        FakeDotnet("root", "[ \"$1\" = --version ] || echo root");
        _environment["DOTNET_ROOT"] = At("root");
        Assert.That(Dotnetw("build"), Is.EqualTo(new ProgramRun(0, "root\n", "")));
    }

    [Test]
    [Platform("Linux")]
    public void An_old_system_that_is_neither_Debian_nor_Ubuntu_is_told_so()
    {
        OldSystem("ID=rocky", "PRETTY_NAME='Rocky Linux 9'");
        AssertFails(
            "libtorch needs a libstdc++ with GLIBCXX_3.4.32 (GCC 13), and that of Rocky Linux 9 is older: use a newer system, " + Without
        );
    }

    [Test]
    [Platform("Linux")]
    public void A_missing_tool_is_named()
    {
        OldSystem("ID=debian", "VERSION_CODENAME=bookworm");
        AssertFails("preparing a C++ runtime for libtorch needs apt-get, which is not on PATH: add it, " + Without);
    }

    [Test]
    [Platform("Linux")]
    public void A_Debian_without_package_sources_is_told_so()
    {
        OldDebian();
        AssertFails(
            "libtorch needs a libstdc++ with GLIBCXX_3.4.32, and no source of Debian 12's packages is named in "
                + $"{At("apt")} to get one from: name one there, {Without}"
        );
    }

    [TestCase("sources.list.d/debian.sources", "Types: deb\nURIs: {0}\nSuites: bookworm bookworm-updates\nComponents: main\n")]
    [TestCase("sources.list", "# comment\ndeb-src {0} bookworm main\ndeb [arch=amd64 trusted=yes] {0} bookworm main\n")]
    [Platform("Linux")]
    public void An_archive_that_cannot_be_reached_is_reported_and_nothing_is_left(string file, string sources)
    {
        OldDebian();
        Write("apt/" + file, sources.Replace("{0}", "file:" + At("no-archive"), StringComparison.Ordinal));
        AssertFails(
            $"could not get trixie's libstdc++ from the archive that {At("apt")} names (what apt said: .dotnet-runtime/failed.log): "
                + $"check the network, {Without}",
            after: "dotnetw: preparing a C++ runtime for libtorch in .dotnet-runtime (once: the system's libstdc++ lacks GLIBCXX_3.4.32)\n"
        );
        Assert.That(Directory.GetFileSystemEntries(At(".dotnet-runtime")), Is.EqualTo(new[] { At(".dotnet-runtime/failed.log") }));
        Assert.That(File.ReadAllText(At(".dotnet-runtime/failed.log")), Does.Contain("no-archive"), "apt was asked for the archive named");
    }

    private void OldSystem(params string[] osRelease)
    {
        FakeDotnet("bin", "exit 0");
        Write("os-release", string.Join('\n', osRelease));
        _environment["DOTNETW_OS_RELEASE"] = At("os-release");
        _environment["DOTNETW_LIBSTDCPP"] = At("old-libstdc++");
    }

    private void OldDebian()
    {
        OldSystem("ID=debian", "VERSION_CODENAME=bookworm", "PRETTY_NAME='Debian 12'");
        if (!LinkTool("apt-get") || !LinkTool("dpkg"))
            Assert.Ignore("This system has no apt-get and dpkg.");
        Directory.CreateDirectory(At("apt/sources.list.d"));
        _environment["DOTNETW_APT_FOLDER"] = At("apt");
    }

    private void FakeDotnet(string folder, string script)
    {
        Write(folder + "/dotnet", "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(At(folder + "/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private bool LinkTool(string tool)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(f => Path.Combine(f, tool))
            .FirstOrDefault(File.Exists);
        if (found is null)
            return false;
        File.CreateSymbolicLink(At("bin/" + tool), found);
        return true;
    }

    private void AssertFails(string sentence, string after = "")
    {
        var run = Dotnetw("build");
        Assert.Multiple(() =>
        {
            Assert.That(run.Errors, Is.EqualTo($"{after}dotnetw: {sentence}\n"));
            Assert.That(run.Output, Is.Empty);
            Assert.That(run.ExitCode, Is.EqualTo(1));
        });
    }

    private ProgramRun Dotnetw(params string[] arguments) => ProgramRun.Of("/bin/sh", [At("dotnetw"), .. arguments], _environment);

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private string At(string path) => Path.Combine(_folder, path);
}
