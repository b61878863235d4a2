using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>How a column of other numbers becomes one that a trainer takes, for the messages that refuse it. As ML.NET's own trainers,
/// ours take Single alone, so that what evaluates and explains them does too.</summary>
internal static class ConversionHint
{
    /// <summary>The call, in brackets with a blank before them; empty where the values are no numbers, or such already.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    /// <param name="wanted">What they are to be.</param>
    public static string For(string column, DataViewType found, DataKind wanted)
    {
        bool isWanted = wanted == DataKind.Boolean ? found is BooleanDataViewType : found == NumberDataViewType.Single;
        return !isWanted && (found is NumberDataViewType or BooleanDataViewType)
            ? $" (make it with mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.{wanted}))"
            : "";
    }

    /// <summary>The calls that make tokens of texts, or of the words that a text was cut into; empty where the values are no
    /// texts.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    public static string ForTokens(string column, DataViewType found) =>
        found is TextDataViewType
            ? $" (cut texts into words with mlContext.Transforms.Text.TokenizeIntoWords(\"{column}\"), and make keys of the words with "
                + $"mlContext.Transforms.Conversion.MapValueToKey(\"{column}\"))"
            : "";

    /// <summary>The call that reads times out of texts; empty where the values are no texts.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="found">The type of its values.</param>
    public static string ForTime(string column, DataViewType found) =>
        found is TextDataViewType
            ? $" (parse it with mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.DateTime), or "
                + $"DateTimeOffset)"
            : "";
}
