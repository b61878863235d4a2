using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>For error messages: how to convert a column to the type that a trainer takes. As ML.NET's own trainers, ours take Single alone,
/// so that ML.NET's evaluation and explanation take it too.</summary>
internal static class ConversionHint
{
    /// <summary>The call, in brackets after a blank; empty where the values are not numeric or have the wanted type.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    /// <param name="wanted">The required type.</param>
    public static string For(string column, DataViewType found, DataKind wanted)
    {
        bool isWanted = wanted == DataKind.Boolean ? found is BooleanDataViewType : found == NumberDataViewType.Single;
        return !isWanted && (found is NumberDataViewType or BooleanDataViewType)
            ? $" (make it with mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.{wanted}))"
            : "";
    }

    /// <summary>The calls that make tokens of texts, or of their words; empty where the values are not texts.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    public static string ForTokens(string column, DataViewType found) =>
        found is TextDataViewType
            ? $" (cut texts into words with mlContext.Transforms.Text.TokenizeIntoWords(\"{column}\"), and make keys of the words with "
                + $"mlContext.Transforms.Conversion.MapValueToKey(\"{column}\"))"
            : "";

    /// <summary>The call that makes keys of texts; empty where the values are not texts.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    public static string ForKeys(string column, DataViewType found) =>
        found is TextDataViewType ? $" (make keys of texts with mlContext.Transforms.Conversion.MapValueToKey(\"{column}\"))" : "";

    /// <summary>The call that parses times from texts; empty where the values are not texts.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    public static string ForTime(string column, DataViewType found) =>
        found is TextDataViewType
            ? $" (parse it with mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.DateTime), or "
                + $"DateTimeOffset)"
            : "";
}
