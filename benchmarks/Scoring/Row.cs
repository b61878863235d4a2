using Microsoft.ML.Data;

namespace Scoring;

/// <summary>A row to score: numbers, step after step.</summary>
internal sealed class Row
{
    public float[] Steps { get; set; } = [];

    /// <summary>The columns of rows of <paramref name="size"/> numbers; 0: of any number.</summary>
    public static SchemaDefinition Schema(int size)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Steps)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        return schema;
    }
}

/// <summary>What is read of a scored row.</summary>
internal sealed class Prediction
{
    public float[] Score { get; set; } = [];
}
