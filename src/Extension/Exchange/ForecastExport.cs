using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Exchange;

/// <summary>
/// A trained forecaster as an ONNX model with those of the inputs <c>targets</c>, <c>past</c> and <c>known</c> that it has, and an output
/// for each of its columns, by the column's name.
/// </summary>
internal static class ForecastExport
{
    private const string Windows = "windows";

    /// <param name="model">The forecaster.</param>
    /// <param name="columns">Its input columns.</param>
    /// <param name="outputs">Its output columns.</param>
    /// <param name="intervals">Computes their bounds; null where no column has bounds.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell, or a column has the name of an input.</exception>
    public static OnnxFile ModelOf(
        ForecastNetwork model,
        SeriesColumns columns,
        IReadOnlyList<ForecastOutput> outputs,
        IntervalSettings? intervals
    )
    {
        WindowLayout layout = model.Layout;
        string[] inputs = [.. WindowNodes.Names(layout)];
        if (outputs.FirstOrDefault(output => inputs.Contains(output.Name)) is ForecastOutput same)
            throw Contracts.Except(
                $"The forecaster cannot be saved as ONNX: its column '{same.Name}' has the name of one of the model's inputs, "
                    + $"{string.Join(", ", inputs)}, and outputs have the columns' names. Train it with another name for that column."
            );
        var graph = new Graph(reserved: [.. inputs, .. outputs.Select(output => output.Name)]);
        var nodes = new ForecastNodes(graph, model);
        bool hasBounds = outputs.Any(output => output.IsBound);
        (string Lower, string Upper)? bounds = hasBounds ? nodes.Bounds(intervals!.Start()) : null;
        string forecasts = nodes.Forecasts;
        return new OnnxFile(
            graph,
            [.. inputs.Select(input => Input(input, model))],
            [.. outputs.Select(output => Output(graph, output, Part(output.Part), model))]
        )
        {
            Metadata = [.. Metadata(model, columns, hasBounds ? intervals!.ConfidenceLevel : null)],
        };

        string Part(ForecastPart part) =>
            part switch
            {
                ForecastPart.Forecast => forecasts,
                ForecastPart.LowerBound => bounds!.Value.Lower,
                ForecastPart.UpperBound => bounds!.Value.Upper,
                ForecastPart.Quantiles => nodes.Quantiles,
                _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
            };
    }

    private static GraphValue Input(string name, ForecastNetwork model)
    {
        WindowLayout layout = model.Layout;
        if (name == WindowNodes.Statics)
            return new GraphValue(name, ElementType.Float, [Windows, Text(layout.StaticValues)]);
        if (name == WindowNodes.Position)
            return new GraphValue(name, ElementType.Int64, [Windows]);
        var (steps, width) = name switch
        {
            WindowNodes.Targets => (model.LookBack, layout.Targets),
            WindowNodes.Past => (model.LookBack, layout.Past),
            WindowNodes.Known => (model.LookBack + layout.Horizon, layout.Known),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
        return new GraphValue(name, ElementType.Float, [Windows, Text(steps), Text(width)]);
    }

    /// <summary>
    /// A column's part of [windows, C, horizon]: for a vector [windows, its targets, horizon], else [windows, horizon]; of quantiles with a
    /// further dimension of them.
    /// </summary>
    private static GraphValue Output(Graph graph, ForecastOutput output, string all, ForecastNetwork model)
    {
        WindowLayout layout = model.Layout;
        int[] steps = output.Part == ForecastPart.Quantiles ? [layout.Horizon, model.OutputsPerStep] : [layout.Horizon];
        string own = output.Targets == layout.Targets ? all : graph.Slice(all, 1, output.FirstTarget, output.FirstTarget + output.Targets);
        graph.Rename(output.IsOfVector ? own : graph.Reshape(own, [-1, .. steps.Select(side => (long)side)]), output.Name);
        string[] sides = [.. output.IsOfVector ? [Text(output.Targets)] : (string[])[], .. steps.Select(Text)];
        return new GraphValue(output.Name, ElementType.Float, [Windows, .. sides]);
    }

    private static IEnumerable<(string Key, string Value)> Metadata(ForecastNetwork model, SeriesColumns columns, float? confidenceLevel)
    {
        yield return ("window", Text(model.Layout.Window));
        yield return ("look_back", Text(model.LookBack));
        yield return ("horizon", Text(model.Layout.Horizon));
        if (model.Layout.CycleLength > 0)
            yield return ("cycle_length", Text(model.Layout.CycleLength));
        yield return ("target_columns", JsonSerializer.Serialize(columns.Targets));
        if (columns.Past.Count > 0)
            yield return ("past_columns", JsonSerializer.Serialize(columns.Past));
        if (columns.Known.Count > 0)
            yield return ("known_columns", JsonSerializer.Serialize(columns.Known));
        if (columns.Static.Count > 0)
            yield return ("static_columns", JsonSerializer.Serialize(columns.Static));
        if (columns.Categories is { Count: > 0 } keys)
            yield return ("key_values", JsonSerializer.Serialize(keys));
        if (model.SeriesKeys.Count > 0)
            yield return ("series_keys", JsonSerializer.Serialize(model.SeriesKeys));
        if (columns.CalendarCount > 0)
            yield return ("calendar_features", JsonSerializer.Serialize(columns.CalendarNames));
        if (columns.Days?.Calendar is SeriesCalendar calendar)
        {
            yield return ("holidays", Dates(calendar.Holidays));
            yield return ("closed_days", Dates(calendar.ClosedDays));
            yield return ("closed_weekdays", JsonSerializer.Serialize(calendar.ClosedWeekdays.Select(day => day.ToString())));
        }
        if (model.Quantiles.Length > 0)
            yield return ("quantiles", JsonSerializer.Serialize(model.Quantiles));
        if (confidenceLevel is float level)
            yield return ("confidence_level", level.ToString(CultureInfo.InvariantCulture));
    }

    private static string Dates(IEnumerable<CalendarDay> days) =>
        JsonSerializer.Serialize(days.Select(day => day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
