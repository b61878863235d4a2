using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>A model that ends with a forecaster, whose rows are the next steps of series.</summary>
internal sealed class ForecastEngineModel
{
    private readonly ITransformer[] _before;

    /// <exception cref="ArgumentOutOfRangeException">No engine can forecast with the model; the message says why.</exception>
    public ForecastEngineModel(IExceptionContext ectx, ITransformer model)
    {
        ITransformer[] transformers = [.. StreamedModel.Flatten(model)];
        if (
            transformers.Length == 0
            || transformers[^1] is not RnnForecastingTransformer forecaster
            || transformers.OfType<RnnForecastingTransformer>().Count() != 1
        )
            throw ectx.ExceptUserArg(
                nameof(model),
                $"The model ({string.Join(", ", transformers.Select(transformer => transformer.GetType().Name))}) does not end with the "
                    + $"one forecaster that an engine keeps series for: give what ForecastByRnn's Fit returned, or a "
                    + $"chain that ends with it."
            );
        Forecaster = forecaster;
        _before = transformers[..^1];
        if (Array.Find(_before, transformer => !transformer.IsRowToRowMapper) is ITransformer other)
            throw ectx.ExceptUserArg(
                nameof(model),
                $"The model's {other.GetType().Name} does not work row by row, so no engine can forecast with it: "
                    + $"leave it out of the chain."
            );
    }

    public RnnForecastingTransformer Forecaster { get; }

    /// <summary>What comes before the forecaster, bound to an input schema.</summary>
    public IRowToRowMapper BindBefore(DataViewSchema input)
    {
        var mappers = new IRowToRowMapper[_before.Length];
        DataViewSchema schema = input;
        for (int i = 0; i < mappers.Length; i++)
        {
            mappers[i] = _before[i].GetRowToRowMapper(schema);
            schema = mappers[i].OutputSchema;
        }
        return new CompositeRowToRowMapper(input, mappers);
    }
}
