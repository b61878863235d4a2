using System.Runtime.Versioning;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>
/// eng/run-cuda.sh, unpacked beside a dotnet that prints its arguments, with a folder in place of PyTorch; and the errors of it and of
/// eng/pack-cuda.sh for wrong arguments. Packing takes minutes, and is not tested here.
/// </summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
[Platform("Linux", Reason = "The pack is for Linux.")]
public sealed class CudaScriptsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Unpack()
    {
        _folder = new TemporaryFolder();
        File.Copy(Path.Combine(TestPaths.RepositoryRoot, "eng", "run-cuda.sh"), _folder.PathOf("run-cuda.sh"));
        File.WriteAllText(_folder.PathOf("libtorch.so"), "");
        Directory.CreateDirectory(_folder.PathOf("dotnet"));
        File.WriteAllText(_folder.PathOf("dotnet/dotnet"), "#!/bin/sh\necho \"$DOTNET_ROOT\" \"$LD_LIBRARY_PATH\" \"$@\"\n");
        File.SetUnixFileMode(_folder.PathOf("dotnet/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [TearDown]
    public void Delete() => _folder.Dispose();

    [TestCase("tests", "tests/RnnMlNet.Tests.dll --filter TestCategory=Cuda")]
    [TestCase("tests --output Detailed", "tests/RnnMlNet.Tests.dll --filter TestCategory=Cuda --output Detailed")]
    [TestCase("tests --filter Name=A", "tests/RnnMlNet.Tests.dll --filter Name=A")]
    [TestCase("benchmark", "benchmark/Training.dll --part device --device cuda")]
    [TestCase("benchmark --part device --device cuda:1", "benchmark/Training.dll --part device --device cuda:1")]
    public void It_runs_what_was_packed_on_PyTorchs_libraries(string arguments, string program)
    {
        ProgramRun run = RunCuda(arguments);
        Assert.That(run.Errors, Is.Empty);
        Assert.That(run.Output, Is.EqualTo($"{_folder.FullName}/dotnet {_folder.FullName} {_folder.FullName}/{program}\n"));
    }

    [TestCase("")]
    [TestCase("test")]
    public void Without_a_verb_it_says_what_there_is(string arguments)
    {
        ProgramRun run = RunCuda(arguments);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(
            run.Errors,
            Does.StartWith("run-cuda.sh check ").And.Contain("\nrun-cuda.sh tests [args] ").And.Contain("\nrun-cuda.sh benchmark [args] ")
        );
    }

    [Test]
    public void A_folder_without_libtorch_is_named()
    {
        File.Delete(_folder.PathOf("libtorch.so"));
        Assert.That(
            RunCuda("tests"),
            Is.EqualTo(new ProgramRun(1, "", $"run-cuda: there is no libtorch.so in '{_folder.FullName}': set TORCH_LIB to its folder.\n"))
        );
    }

    [Test]
    public void A_C_runtime_that_was_not_packed_is_named()
    {
        ProgramRun run = RunCuda("tests", runtime: "own");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(
            run.Errors,
            Does.Contain(
                "and the pack has no C++ runtime: make it on a machine where ./dotnetw needs one (Debian 12, say), or use a newer system."
            )
        );
    }

    [Test]
    public void To_pack_takes_a_name()
    {
        ProgramRun run = ProgramRun.Of("/bin/bash", [Path.Combine(TestPaths.RepositoryRoot, "eng", "pack-cuda.sh")]);
        Assert.That(
            run,
            Is.EqualTo(
                new ProgramRun(
                    1,
                    "",
                    "pack-cuda: the name of the pack to write was expected, such as rnnmlnet-cuda.tar.xz, but 0 arguments were given.\n"
                )
            )
        );
    }

    private ProgramRun RunCuda(string arguments, string runtime = "system") =>
        ProgramRun.Of(
            "/bin/bash",
            [_folder.PathOf("run-cuda.sh"), .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            new Dictionary<string, string?>
            {
                ["TORCH_LIB"] = _folder.FullName,
                ["CXX_RUNTIME"] = runtime,
                ["LD_LIBRARY_PATH"] = null,
            }
        );
}
