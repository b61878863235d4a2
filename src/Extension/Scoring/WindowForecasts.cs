namespace RnnMlNet.Scoring;

/// <summary>Forecasts of some windows, in the series' units: [windows, targets, horizon].</summary>
internal sealed class WindowForecasts
{
    private float[] _values = [],
        _below = [],
        _above = [],
        _lower = [],
        _upper = [];
    private int _width;

    /// <summary>A window's forecasts.</summary>
    public ReadOnlySpan<float> Values(int window) => _values.AsSpan(window * _width, _width);

    /// <summary>The unit of a window's scores below its forecasts.</summary>
    public ReadOnlySpan<float> Below(int window) => _below.AsSpan(window * _width, _width);

    /// <summary>The unit of a window's scores above its forecasts.</summary>
    public ReadOnlySpan<float> Above(int window) => _above.AsSpan(window * _width, _width);

    /// <summary>A window's lower bounds, to be filled by an <see cref="IntervalTracker"/>.</summary>
    public Span<float> Lower(int window) => _lower.AsSpan(window * _width, _width);

    /// <summary>A window's upper bounds, to be filled by an <see cref="IntervalTracker"/>.</summary>
    public Span<float> Upper(int window) => _upper.AsSpan(window * _width, _width);

    public void Size(int windows, int width)
    {
        _width = width;
        if (_values.Length >= windows * width)
            return;
        _values = new float[windows * width];
        _below = new float[windows * width];
        _above = new float[windows * width];
        _lower = new float[windows * width];
        _upper = new float[windows * width];
    }

    /// <summary>Sets a step's outputs: the forecast, or quantiles around it.</summary>
    /// <param name="place">Window, target and step.</param>
    /// <param name="outputs">In the series' units.</param>
    /// <param name="scale">The window's own unit, used without quantiles.</param>
    /// <param name="bias">The median score of values, by which the forecast is corrected.</param>
    public void Set(int place, ReadOnlySpan<float> outputs, float scale, float bias = 0)
    {
        float middle = outputs[outputs.Length / 2];
        // Quantiles that coincide, or are in the wrong order, still give some width.
        _below[place] = outputs.Length == 1 ? scale : Math.Max(middle - outputs[0], LeastShare * scale);
        _above[place] = outputs.Length == 1 ? scale : Math.Max(outputs[^1] - middle, LeastShare * scale);
        _values[place] = middle + bias * (bias < 0 ? _below[place] : _above[place]);
    }

    /// <summary>The smallest width of quantiles, as a share of the window's own unit.</summary>
    public const float LeastShare = 1e-3f;
}
