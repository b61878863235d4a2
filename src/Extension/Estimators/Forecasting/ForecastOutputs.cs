using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The output columns of a forecaster.</summary>
/// <param name="Columns">The columns in their order.</param>
/// <param name="Horizon">Steps of each forecast.</param>
/// <param name="IsVariable">Whether their vectors are of variable size.</param>
internal sealed record ForecastOutputs(IReadOnlyList<ForecastOutput> Columns, int Horizon, bool IsVariable)
{
    /// <summary>Q, quantiles of each step; 1 without.</summary>
    public int Quantiles { get; init; } = 1;

    /// <summary>Whether a column is computed from calibrated intervals.</summary>
    public bool HasBounds => Columns.Any(output => output.IsBound);

    /// <summary>The outputs for the target columns of a schema.</summary>
    public static ForecastOutputs Of(
        IExceptionContext ectx,
        DataViewSchema schema,
        IReadOnlyList<ForecastColumn> columns,
        int horizon,
        bool isVariable
    )
    {
        var outputs = new List<ForecastOutput>();
        int target = 0;
        foreach (ForecastColumn column in columns)
        {
            DataViewSchema.Column input =
                schema.GetColumnOrNull(column.InputColumnName)
                ?? throw ectx.ExceptSchemaMismatch(nameof(schema), "input", column.InputColumnName);
            int width = SeriesBinding.Width(input);
            foreach (
                var (name, part) in (IEnumerable<(string?, ForecastPart)>)
                    [
                        (column.Output, ForecastPart.Forecast),
                        (column.ConfidenceLowerBoundColumn, ForecastPart.LowerBound),
                        (column.ConfidenceUpperBoundColumn, ForecastPart.UpperBound),
                        (column.QuantilesColumn, ForecastPart.Quantiles),
                    ]
            )
                if (name is not null)
                    outputs.Add(new ForecastOutput(name, part, target, width, input.Type is VectorDataViewType));
            target += width;
        }
        return new ForecastOutputs(outputs, horizon, isVariable);
    }

    public VectorDataViewType TypeOf(ForecastOutput output) =>
        IsVariable ? new VectorDataViewType(NumberDataViewType.Single) : new VectorDataViewType(NumberDataViewType.Single, Sides(output));

    private int[] Sides(ForecastOutput output) =>
        [.. output.IsOfVector ? [output.Targets] : (int[])[], Horizon, .. output.Part == ForecastPart.Quantiles ? [Quantiles] : (int[])[]];

    /// <summary>Values of a step in a column.</summary>
    public int PerStep(ForecastOutput output) => output.Part == ForecastPart.Quantiles ? Quantiles : 1;

    /// <summary>A schema with the output columns appended.</summary>
    /// <param name="schema">The input columns.</param>
    /// <param name="grid">The time grid of forecasts; null without times.</param>
    public DataViewSchema AddTo(DataViewSchema schema, TimeGrid? grid)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        foreach (ForecastOutput output in Columns)
            builder.AddColumn(output.Name, TypeOf(output), ForecastTimes.Annotations(grid));
        return builder.ToSchema();
    }
}
