using Microsoft.ML.Data;

namespace Samples.Forecasting;

/// <summary>A month of the carbon dioxide at Mauna Loa, in parts per million.</summary>
internal sealed class Co2Month
{
    [LoadColumn(0)]
    public DateTime Month { get; set; }

    [LoadColumn(1)]
    public float Co2 { get; set; }
}

/// <summary>What is forecast from a month: those after it, and between which bounds they are to lie.</summary>
internal sealed class Co2Forecast
{
    public float[] Forecast { get; set; } = [];

    public float[] Lower { get; set; } = [];

    public float[] Upper { get; set; } = [];
}
