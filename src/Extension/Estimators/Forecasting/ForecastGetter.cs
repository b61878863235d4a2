using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Reads a column of forecasts or bounds from the forecasts of windows.</summary>
internal sealed class ForecastGetter(ForecastOutputs outputs, ForecastOutput output)
{
    /// <summary>The getter of the column.</summary>
    /// <param name="current">Returns the forecasts, and the index of the row's window; -1 for none, whose values are NaN.</param>
    /// <param name="horizon">Number of steps; null for all.</param>
    public ValueGetter<VBuffer<float>> Get(Func<(WindowForecasts Forecasts, int Window)> current, Func<int>? horizon = null) =>
        (ref VBuffer<float> dst) =>
        {
            var (forecasts, window) = current();
            int each = outputs.PerStep(output),
                steps = (horizon?.Invoke() ?? outputs.Horizon) * each;
            var editor = VBufferEditor.Create(ref dst, output.Targets * steps);
            if (window < 0)
                editor.Values.Fill(float.NaN);
            else
                for (int target = 0; target < output.Targets; target++)
                    Part(forecasts, window)
                        .Slice((output.FirstTarget + target) * outputs.Horizon * each, steps)
                        .CopyTo(editor.Values[(target * steps)..]);
            dst = editor.Commit();
        };

    private ReadOnlySpan<float> Part(WindowForecasts forecasts, int window) =>
        output.Part switch
        {
            ForecastPart.Forecast => forecasts.Values(window),
            ForecastPart.LowerBound => forecasts.Lower(window),
            ForecastPart.UpperBound => forecasts.Upper(window),
            ForecastPart.Quantiles => forecasts.Quantiles(window),
            _ => throw new InvalidOperationException($"There is no part {output.Part} of a forecast."),
        };
}
