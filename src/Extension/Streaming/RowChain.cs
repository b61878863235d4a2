using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>The transformers of a model, which an engine sends single rows through.</summary>
internal static class RowChain
{
    /// <summary>The transformers of a model, those of chains in it one by one.</summary>
    public static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is ITransformerChainAccessor chain ? chain.Transformers.SelectMany(Flatten) : [model];

    /// <summary>What transformers are called, for messages.</summary>
    public static string Names(IEnumerable<ITransformer> transformers) =>
        string.Join(", ", transformers.Select(transformer => transformer.GetType().Name));

    /// <param name="ectx">Whose errors.</param>
    /// <param name="transformers">The transformers.</param>
    /// <param name="verb">What the engine does with them.</param>
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
