// Executes notebooks, cell by cell, and stores what they give: in the notebooks, or with --output in copies.
using NotebookRunner;

const string Usage = "Usage: NotebookRunner [--output <folder>] <notebook.ipynb>...";

string? folder = args is ["--output", _, ..] ? args[1] : null;
string[] paths = folder is null ? args : args[2..];
if (paths.Length == 0 || paths.FirstOrDefault(path => !File.Exists(path)) is not null)
{
    string? missing = paths.FirstOrDefault(path => !File.Exists(path));
    Console.Error.WriteLine(missing is null ? Usage : $"{missing}: there is no such file. {Usage}");
    return 2;
}

string dependencies = ((string)AppContext.GetData("APP_CONTEXT_DEPS_FILES")!).Split(';')[0];
IReadOnlyDictionary<string, string> versions = ReferencedPackages.Versions(File.ReadAllText(dependencies));
string start = Environment.CurrentDirectory;
foreach (string path in paths.Select(path => Path.GetFullPath(path, start)))
{
    try
    {
        Notebook notebook = Notebook.Parse(File.ReadAllText(path));
        await new NotebookExecution(versions).RunAsync(notebook, Path.GetDirectoryName(path)!);
        string target = folder is null ? path : Path.Combine(Path.GetFullPath(folder, start), Path.GetFileName(path));
        File.WriteAllText(target, notebook.Write());
        Console.WriteLine($"{Path.GetRelativePath(start, target)}: {notebook.CodeCells.Count()} cells executed");
    }
    catch (NotebookException exception)
    {
        Console.Error.WriteLine($"{Path.GetRelativePath(start, path)}: {exception.Message}");
        return 1;
    }
}
return 0;
