using System.Text.Json.Nodes;

namespace NotebookRunner;

/// <summary>A cell of a notebook.</summary>
/// <param name="number">Its place, 1 for the first cell.</param>
/// <param name="node">Its JSON.</param>
internal sealed class NotebookCell(int number, JsonObject node)
{
    /// <summary>Its place, 1 for the first cell.</summary>
    public int Number { get; } = number;

    /// <summary>Its JSON.</summary>
    public JsonObject Node { get; } = node;

    /// <summary>Whether it is code.</summary>
    public bool IsCode => (string?)Node["cell_type"] == "code";

    /// <summary>What is written in it.</summary>
    public string Source => JoinedLines(Node["source"]);

    /// <summary>In which order it was executed, 1 for the first; null where it never was.</summary>
    public int? ExecutionCount => (int?)Node["execution_count"];

    /// <summary>What it gave when it was last executed.</summary>
    public IEnumerable<JsonObject> Outputs => (Node["outputs"] as JsonArray ?? []).Select(output => output!.AsObject());

    /// <summary>Stores what it gave in execution number <paramref name="count"/>.</summary>
    public void Store(int count, IEnumerable<JsonObject> outputs)
    {
        Node["execution_count"] = count;
        Node["outputs"] = new JsonArray([.. outputs]);
    }

    /// <summary>Text of a notebook stands as one string, or as lines that keep their ends.</summary>
    public static string JoinedLines(JsonNode? text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)text ?? "";

    /// <summary>Text as lines that keep their ends.</summary>
    public static JsonArray SplitLines(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length; )
        {
            int end = text.IndexOf('\n', start) + 1;
            if (end == 0)
                end = text.Length;
            lines.Add(text[start..end]);
            start = end;
        }
        return lines;
    }
}
