using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace NotebookRunner;

/// <summary>What a cell gives, as nbformat writes it.</summary>
internal static class CellOutputs
{
    /// <summary>What was written to the console.</summary>
    /// <param name="name"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">What was written.</param>
    public static JsonObject Stream(string name, string text) =>
        new()
        {
            ["name"] = name,
            ["output_type"] = "stream",
            ["text"] = NotebookCell.SplitLines(text.ReplaceLineEndings("\n")),
        };

    /// <summary>The cell's last value, in the forms that .NET Interactive prefers for its type.</summary>
    public static JsonObject Result(int count, object value) =>
        new()
        {
            ["data"] = new JsonObject(
                Formatter
                    .GetPreferredMimeTypesFor(value.GetType())
                    .Select(mimeType =>
                        KeyValuePair.Create(
                            mimeType,
                            (JsonNode?)NotebookCell.SplitLines(value.ToDisplayString(mimeType).ReplaceLineEndings("\n"))
                        )
                    )
            ),
            ["execution_count"] = count,
            ["metadata"] = new JsonObject(),
            ["output_type"] = "execute_result",
        };
}
