using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>The first hour of a user: a new project, README's package and README's program, with an empty package cache.</summary>
public sealed class FreshProjectTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
        </Project>
        """;

    [Test]
    public void README_s_program_runs_in_a_new_project_with_the_package_from_a_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("first.csproj"), Project);
        File.WriteAllText(folder.PathOf("Program.cs"), Markdown.Snippets("README.md")[0]);
        // Beside the sources that this machine has for every project.
        File.WriteAllText(
            folder.PathOf("nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="folder" value="{Packages.Extension.Folder}" />
                <add key="runtime" value="{Packages.Runtime.Folder}" />
              </packageSources>
            </configuration>
            """
        );
        var environment = new Dictionary<string, string?> { ["NUGET_PACKAGES"] = folder.PathOf("packages"), ["DOTNET_NOLOGO"] = "1" };

        ProgramRun added = Dotnet(folder, environment, "add", "first.csproj", "package", "RnnMlNet", "--version", "0.1.0");
        if ((added.Output + added.Errors).Contains("NU1301", StringComparison.Ordinal))
            Assert.Ignore("The sources of packages that this machine names cannot be reached.");
        Assert.That(added.ExitCode, Is.Zero, added.Output + added.Errors);
        Assert.That(File.Exists(folder.PathOf("packages/rnnmlnet/0.1.0/rnnmlnet.0.1.0.nupkg")), "the package is that of the folder");

        ProgramRun run = Dotnet(folder, environment, "run", "--project", "first.csproj");
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(run.Output.TrimEnd().Split('\n')[^1].Trim(), Is.EqualTo("sine, square"));
    }

    private static ProgramRun Dotnet(TemporaryFolder folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ProgramRun.In(folder.FullName, Environment.ProcessPath!, arguments, environment);
}
