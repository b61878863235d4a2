using Microsoft.ML.Data;
using Shared;

namespace Training;

/// <summary>A row to train on: numbers, step after step, and a class.</summary>
internal sealed class TrainingRow
{
    public float[] Steps { get; set; } = [];

    /// <summary>The class, 0 for the first: ML.NET makes keys from 1 on of it.</summary>
    public uint Label { get; set; }

    /// <summary>The columns of rows of <paramref name="size"/> numbers; 0: of any number.</summary>
    public static SchemaDefinition Schema(int size)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TrainingRow));
        schema[nameof(Steps)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        schema[nameof(Label)].ColumnType = new KeyDataViewType(typeof(uint), Case.Classes);
        return schema;
    }

    /// <summary>
    /// Fills a row with random numbers that are not standardised. Of every other row the class is seen in the last step's first number, so
    /// that there is something to learn; of the others it is drawn, so that the loss never comes near 0: tiny gradients would slow down
    /// every peer, but not alike.
    /// </summary>
    public void Draw(Random random, int features)
    {
        for (int i = 0; i < Steps.Length; i++)
            Steps[i] = 3 + 2 * (2 * random.NextSingle() - 1);
        float share = random.Next(2) == 0 ? random.NextSingle() : (Steps[^features] - 1) / 4;
        Label = Math.Min((uint)(share * Case.Classes), Case.Classes - 1);
    }
}
