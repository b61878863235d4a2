namespace RnnMlNet;

/// <summary>A target column, and the columns for its forecasts and bounds.</summary>
public sealed class ForecastColumn
{
    /// <summary>
    /// Name of the column to forecast: Single, or a known-size vector of Single with C targets, each forecast separately.
    /// </summary>
    public string InputColumnName { get; set; } = "";

    /// <summary>
    /// Name of the forecasts' column: at each row the next horizon steps, Vector&lt;Single, horizon&gt;, or Vector&lt;Single, C,
    /// horizon&gt; for C targets. Default null: the input's name followed by <c>Forecast</c>.
    /// </summary>
    public string? OutputColumnName { get; set; }

    /// <summary>Name of the column of the intervals' lower bounds, of the forecasts' type. Default null: none.</summary>
    public string? ConfidenceLowerBoundColumn { get; set; }

    /// <summary>Name of the column of the intervals' upper bounds, of the forecasts' type. Default null: none.</summary>
    public string? ConfidenceUpperBoundColumn { get; set; }

    /// <summary>
    /// Name of the column of the forecasts' quantiles, those of <see cref="RnnForecastingOptions.Quantiles"/>, ascending at each step:
    /// Vector&lt;Single, horizon, quantiles&gt;, or Vector&lt;Single, C, horizon, quantiles&gt; for C targets. They are the network's own,
    /// sorted where they cross. Default null: none. It needs <see cref="ForecastLoss.Quantile"/>.
    /// </summary>
    public string? QuantilesColumn { get; set; }

    /// <summary>The forecasts' column.</summary>
    internal string Output => OutputColumnName ?? InputColumnName + "Forecast";

    /// <summary>All columns that are added, in their order.</summary>
    internal IEnumerable<string> Outputs =>
        new[] { Output, ConfidenceLowerBoundColumn, ConfidenceUpperBoundColumn, QuantilesColumn }.OfType<string>();

    internal bool HasBounds => ConfidenceLowerBoundColumn is not null || ConfidenceUpperBoundColumn is not null;

    /// <summary>Returns the column names.</summary>
    public override string ToString() => $"{InputColumnName} to {string.Join(", ", Outputs)}";

    internal ForecastColumn Clone() => (ForecastColumn)MemberwiseClone();
}
