using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>The build's own one-sentence errors.</summary>
[TestFixture]
public sealed class BuildChecksTests
{
    private const string RidUnderTest = "linux-arm64";

    [Test]
    public void An_unknown_TorchBackend_is_refused() =>
        AssertRefused(
            "TorchBackend is 'gpu', but it must be one of cpu, cuda-linux, cuda-windows and none.",
            "samples/Quickstart/Quickstart.csproj",
            "-t:CheckTorchBackend",
            "-p:TorchBackend=gpu"
        );

    [Test]
    public void The_cpu_backend_is_refused_where_there_is_no_package_for_it() =>
        AssertRefused(
            $"TorchBackend is 'cpu', but there is no libtorch CPU package for {RidUnderTest}: build with TorchBackend=none "
                + "(the Simd engine trains without libtorch).",
            "samples/Quickstart/Quickstart.csproj",
            "-t:CheckTorchBackend",
            "-p:TorchBackend=cpu",
            $"-p:NETCoreSdkPortableRuntimeIdentifier={RidUnderTest}"
        );

    [Test]
    public void A_MlNet_outside_the_supported_range_is_refused() =>
        AssertRefused(
            "RnnMlNet is built against Microsoft.ML 5.0.1, but supports the range [9.0.0,10.0.0) only: "
                + "set MicrosoftMLVersion in Directory.Packages.props to a version in that range.",
            "src/Extension/RnnMlNet.csproj",
            "-t:ResolvePackageAssets",
            "-p:SupportedMicrosoftMLFrom=9.0.0",
            "-p:SupportedMicrosoftMLBelow=10.0.0"
        );

    private static void AssertRefused(string sentence, string project, params string[] arguments)
    {
        var run = ProgramRun.Of(
            Environment.ProcessPath!,
            ["msbuild", Path.Combine(TestPaths.RepositoryRoot, project), "-nologo", "-nodeReuse:false", .. arguments]
        );
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.Contain("error : " + sentence));
            Assert.That(run.ExitCode, Is.Not.Zero);
        });
    }
}
