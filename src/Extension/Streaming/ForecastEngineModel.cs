using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>A model that ends with a forecaster, for rows that are the next steps of series.</summary>
internal sealed class ForecastEngineModel
{
    private readonly ITransformer[] _before;

    /// <exception cref="ArgumentOutOfRangeException">No engine can forecast with the model; the message states why.</exception>
    public ForecastEngineModel(IExceptionContext ectx, ITransformer model)
    {
        ITransformer[] transformers = [.. RowChain.Flatten(model)];
        if (
            transformers.Length == 0
            || transformers[^1] is not RnnForecastingTransformer forecaster
            || transformers.OfType<RnnForecastingTransformer>().Count() != 1
        )
            throw ectx.ExceptUserArg(
                nameof(model),
                $"The model ({RowChain.Names(transformers)}) does not end with the one forecaster that an engine needs: give "
                    + "the result of ForecastByRnn's Fit, or a chain that ends with it."
            );
        Forecaster = forecaster;
        _before = transformers[..^1];
        RowChain.CheckByRow(ectx, _before, "forecast");
    }

    public RnnForecastingTransformer Forecaster { get; }

    /// <summary>The transformers before the forecaster, bound to an input schema.</summary>
    public IRowToRowMapper BindBefore(DataViewSchema input) => RowChain.Bind(_before, input);
}
