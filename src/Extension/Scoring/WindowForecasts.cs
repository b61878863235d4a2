namespace RnnMlNet.Scoring;

/// <summary>Forecasts of some windows, in the series' units: [windows, targets, horizon].</summary>
internal sealed class WindowForecasts
{
    private float[] _values = [],
        _below = [],
        _above = [],
        _lower = [],
        _upper = [],
        _quantiles = [];
    private int _width,
        _each;

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

    /// <summary>[targets, horizon, Q] a window's quantiles, ascending at each step; empty without.</summary>
    public ReadOnlySpan<float> Quantiles(int window) => _quantiles.AsSpan(window * _width * _each, _width * _each);

    /// <summary>Makes room for so many windows.</summary>
    /// <param name="windows">Number of windows.</param>
    /// <param name="width">Values of a window's forecast.</param>
    /// <param name="outputs">Outputs of each value: quantiles, or 1.</param>
    public void Size(int windows, int width, int outputs = 1)
    {
        _width = width;
        _each = outputs == 1 ? 0 : outputs;
        if (_quantiles.Length < windows * width * _each)
            _quantiles = new float[windows * width * _each];
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
        if (_each > 0)
            SetQuantiles(_quantiles.AsSpan(place * _each, _each), outputs, _values[place] - middle);
    }

    // Sorted where they cross, which does not increase their loss (Chernozhukov, Fernández-Val and Galichon, "Quantile and Probability
    // Curves Without Crossing", 2010); moved with the forecast.
    private static void SetQuantiles(Span<float> target, ReadOnlySpan<float> outputs, float move)
    {
        outputs.CopyTo(target);
        target.Sort();
        for (int q = 0; q < target.Length; q++)
            target[q] += move;
    }

    /// <summary>The smallest width of quantiles, as a share of the window's own unit.</summary>
    public const float LeastShare = 1e-3f;
}
