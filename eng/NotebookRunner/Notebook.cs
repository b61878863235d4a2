using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookRunner;

/// <summary>A Jupyter notebook (nbformat 4.5): its cells are read, its code cells get outputs, everything else stays as it is.</summary>
internal sealed class Notebook
{
    private const int Format = 4,
        FormatMinor = 5;
    private readonly JsonObject _root;

    private Notebook(JsonObject root, IReadOnlyList<NotebookCell> cells) => (_root, Cells) = (root, cells);

    /// <summary>All cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The code cells, in order.</summary>
    public IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.IsCode);

    /// <summary>The language that the notebook's kernel runs, <c>C#</c> for .NET Interactive's; empty where it says none.</summary>
    public string Language => (string?)_root["metadata"]?["kernelspec"]?["language"] ?? "";

    /// <exception cref="NotebookException">The text is no notebook of format 4.</exception>
    public static Notebook Parse(string text)
    {
        JsonObject root = Json(text) as JsonObject ?? throw new NotebookException("A notebook is a JSON object.");
        if ((int?)root["nbformat"] != Format)
            throw new NotebookException(
                $"nbformat is {root["nbformat"]?.ToJsonString() ?? "missing"}, but it must be {Format}: save the "
                    + $"notebook with a current editor."
            );
        JsonArray cells = root["cells"] as JsonArray ?? throw new NotebookException("A notebook has an array of cells.");
        return new Notebook(root, [.. cells.Select((cell, index) => new NotebookCell(index + 1, cell!.AsObject()))]);
    }

    /// <summary>
    /// As Jupyter writes it: keys sorted, one blank of indentation, so that an editor's next save changes no other line. Cells without an
    /// id get one, made from their text.
    /// </summary>
    public string Write()
    {
        _root["nbformat_minor"] = FormatMinor;
        foreach (NotebookCell cell in Cells)
            cell.Node["id"] ??= MakeId(cell);
        using var memory = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                memory,
                new JsonWriterOptions
                {
                    Indented = true,
                    IndentSize = 1,
                    NewLine = "\n",
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
            Sorted(_root)!.WriteTo(json);
        return Encoding.UTF8.GetString(memory.ToArray()) + "\n";
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"A notebook is a JSON object: {exception.Message}");
        }
    }

    private static string MakeId(NotebookCell cell) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cell.Number} {cell.Source}")))[..8];

    private static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members
                    .OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))
            ),
            JsonArray items => new JsonArray([.. items.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
}
