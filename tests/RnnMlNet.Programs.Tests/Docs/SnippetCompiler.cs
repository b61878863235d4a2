using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NUnit.Framework;

namespace RnnMlNet.Programs.Tests.Docs;

/// <summary>Compiles C# as a program of its own, with the packages that these tests have and a new project's implicit usings.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly string[] _own = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
    private static readonly MetadataReference[] _references = References(_own);

    /// <summary>The program, or an assertion failure that lists the compiler's errors.</summary>
    public static Assembly Compile(params string[] sources) => Compile([], sources);

    /// <summary>The same with assemblies that these tests do not have themselves, or have in another version.</summary>
    public static Assembly Compile(IReadOnlyList<string> assemblies, string[] sources)
    {
        var names = assemblies.Select(Path.GetFileName).ToHashSet();
        MetadataReference[] references =
            names.Count == 0 ? _references : References([.. _own.Where(path => !names.Contains(Path.GetFileName(path))), .. assemblies]);
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(
            $"Snippet{Guid.NewGuid():N}",
            [.. sources.Prepend(ImplicitUsings).Select(source => CSharpSyntaxTree.ParseText(source))],
            references,
            options
        );
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.That(result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty, () => sources[^1]);
        return Assembly.Load(image.ToArray());
    }

    private static MetadataReference[] References(IEnumerable<string> assemblies) =>
        [.. assemblies.Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The compiler's errors of a program that does not compile.</summary>
    public static string[] Errors(params string[] sources)
    {
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [.. sources.Prepend(ImplicitUsings).Select(source => CSharpSyntaxTree.ParseText(source))],
            _references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication)
        );
        return
        [
            .. compilation
                .GetDiagnostics()
                .Where(d => d.Severity == DiagnosticSeverity.Error)
                .Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Runs the program in <paramref name="folder"/> and returns its output.</summary>
    public static string Run(Assembly program, string folder)
    {
        TextWriter console = Console.Out;
        string current = Environment.CurrentDirectory;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = folder;
            program.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = current;
        }
        return output.ToString();
    }
}
