using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace NotebookRunner;

/// <summary>
/// Executes a notebook's cells one after the other, as a kernel that was just started, in a process of its own: the console and the current
/// folder are the notebook's meanwhile.
/// </summary>
internal sealed class NotebookExecution(IReadOnlyDictionary<string, string> versions)
{
    // Those that .NET Interactive's C# kernel has; whatever else a notebook uses, it says.
    private static readonly string[] _imports =
    [
        "System",
        "System.Text",
        "System.Collections",
        "System.Collections.Generic",
        "System.Threading.Tasks",
        "System.Linq",
    ];

    private static readonly ScriptOptions _options = ScriptOptions
        .Default.WithImports(_imports)
        .WithReferences(
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path))
        )
        .WithOptimizationLevel(OptimizationLevel.Release);

    private ScriptState? _state;

    /// <summary>Executes all code cells of <paramref name="notebook"/> in <paramref name="folder"/>, and stores what they give.</summary>
    /// <exception cref="NotebookException">A cell fails; the cells before it have their outputs.</exception>
    public async Task RunAsync(Notebook notebook, string folder)
    {
        if (notebook.Language != "C#")
            throw new NotebookException(
                $"metadata.kernelspec.language is '{notebook.Language}', but it must be 'C#': choose the kernel .NET (C#) and save."
            );
        Environment.CurrentDirectory = folder;
        int count = 0;
        foreach (NotebookCell cell in notebook.CodeCells)
        {
            count++;
            cell.Store(count, await RunAsync(cell, count));
        }
    }

    private async Task<List<JsonObject>> RunAsync(NotebookCell cell, int count)
    {
        var outputs = new List<JsonObject>();
        using var output = new StringWriter();
        using var error = new StringWriter();
        (TextWriter standardOutput, TextWriter standardError) = (Console.Out, Console.Error);
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            string code = Directives.Strip(cell.Source, versions);
            _state = await (_state is null ? CSharpScript.RunAsync(code, _options) : _state.ContinueWithAsync(code, _options));
        }
        catch (Exception exception)
        {
            throw new NotebookException($"cell {cell.Number}: {Reason(exception)}");
        }
        finally
        {
            Console.SetOut(standardOutput);
            Console.SetError(standardError);
        }
        if (output.GetStringBuilder().Length > 0)
            outputs.Add(CellOutputs.Stream("stdout", output.ToString()));
        if (error.GetStringBuilder().Length > 0)
            outputs.Add(CellOutputs.Stream("stderr", error.ToString()));
        if (_state.ReturnValue is { } value)
            outputs.Add(CellOutputs.Result(count, value));
        return outputs;
    }

    private static string Reason(Exception exception) =>
        exception switch
        {
            NotebookException => exception.Message,
            CompilationErrorException compilation => string.Join(Environment.NewLine, compilation.Diagnostics),
            _ => exception.ToString(),
        };
}
