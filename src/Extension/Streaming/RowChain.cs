using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>The transformers of a model, which an engine applies to single rows.</summary>
internal static class RowChain
{
    /// <summary>The transformers of a model, with nested chains flattened.</summary>
    public static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is ITransformerChainAccessor chain ? chain.Transformers.SelectMany(Flatten) : [model];

    /// <summary>The type names of transformers, for messages.</summary>
    public static string Names(IEnumerable<ITransformer> transformers) =>
        string.Join(", ", transformers.Select(transformer => transformer.GetType().Name));

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="transformers">The transformers.</param>
    /// <param name="verb">The engine's operation, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them does not work row by row.</exception>
    public static void CheckByRow(IExceptionContext ectx, ITransformer[] transformers, string verb)
    {
        if (Array.Find(transformers, transformer => !transformer.IsRowToRowMapper) is ITransformer other)
            throw ectx.ExceptUserArg(
                "model",
                $"The model's {other.GetType().Name} does not work row by row, so no engine can {verb} with it: leave it out of the chain."
            );
    }

    /// <summary>The transformers bound to an input schema, one after the other.</summary>
    /// <param name="transformers">The transformers.</param>
    /// <param name="input">The schema.</param>
    /// <param name="bind">Binds one; null for its own mapper.</param>
    public static IRowToRowMapper Bind(
        ITransformer[] transformers,
        DataViewSchema input,
        Func<ITransformer, DataViewSchema, IRowToRowMapper>? bind = null
    )
    {
        var mappers = new IRowToRowMapper[transformers.Length];
        DataViewSchema schema = input;
        for (int i = 0; i < mappers.Length; i++)
        {
            mappers[i] = bind is null ? transformers[i].GetRowToRowMapper(schema) : bind(transformers[i], schema);
            schema = mappers[i].OutputSchema;
        }
        return new CompositeRowToRowMapper(input, mappers);
    }
}
