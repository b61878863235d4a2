using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>Files of a test, and what a reader makes of them.</summary>
/// <param name="extension">Their extension.</param>
/// <param name="load">The reader.</param>
internal sealed class FormatFile(string extension, Func<MLContext, string, IDataView> load) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _count;

    public MLContext Context { get; } = new(seed: 1);

    /// <summary>A new file with this content.</summary>
    public string Write(string content) => Write(System.Text.Encoding.UTF8.GetBytes(content));

    public string Write(byte[] content)
    {
        string path = _folder.PathOf($"{_count++}.{extension}");
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>The view of a file with this content.</summary>
    public IDataView Load(string content) => load(Context, Write(content));

    /// <summary>Asserts that a file is refused, when it is opened or when its rows are read, by its name, the line and the
    /// sentence.</summary>
    public void Refuses(string content, int line, string sentence)
    {
        string path = Write(content);
        Refused.Format(() => ReadAll(load(Context, path)), $"File '{path}', line {line}: {sentence}.");
    }

    /// <summary>Reads all rows with all columns.</summary>
    public static int ReadAll(IDataView view)
    {
        int rows = 0;
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext())
            rows++;
        return rows;
    }

    /// <summary>An annotation's value.</summary>
    public static T Annotation<T>(IDataView view, string column, string kind)
    {
        T value = default!;
        view.Schema[column].Annotations.GetValue(kind, ref value);
        return value;
    }

    public void Dispose() => _folder.Dispose();
}
