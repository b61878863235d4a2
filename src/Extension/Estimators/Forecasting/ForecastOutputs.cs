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
                    ]
            )
                if (name is not null)
                    outputs.Add(new ForecastOutput(name, part, target, width, input.Type is VectorDataViewType));
            target += width;
        }
        return new ForecastOutputs(outputs, horizon, isVariable);
    }

    public VectorDataViewType TypeOf(ForecastOutput output) =>
        IsVariable ? new VectorDataViewType(NumberDataViewType.Single)
        : output.IsOfVector ? new VectorDataViewType(NumberDataViewType.Single, output.Targets, Horizon)
        : new VectorDataViewType(NumberDataViewType.Single, Horizon);

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
