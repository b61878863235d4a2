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

/// <summary>The forecast at a month: the months after it, with their bounds.</summary>
internal sealed class Co2Forecast
{
    public float[] Forecast { get; set; } = [];

    public float[] Lower { get; set; } = [];

    public float[] Upper { get; set; } = [];
}
