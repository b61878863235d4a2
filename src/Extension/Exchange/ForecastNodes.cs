using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Exchange;

/// <summary>
/// A forecaster as nodes of a graph: from the inputs that <see cref="WindowNodes"/> names to forecasts and bounds, equal to those of
/// <c>Scoring/WindowForecaster</c> and of <c>Scoring/IntervalTracker</c> before a series has adapted its bounds.
/// </summary>
internal sealed class ForecastNodes
{
    private readonly Graph _graph;
    private readonly ForecastNetwork _model;
    private readonly WindowNodes _window;
    private readonly string _outputs,
        _middle,
        _missing;
    private (string Below, string Above)? _widths;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="model">The forecaster.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell.</exception>
    public ForecastNodes(Graph graph, ForecastNetwork model)
    {
        _graph = graph;
        _model = model;
        _window = new WindowNodes(graph, model);
        _missing = _window.Missing();
        _outputs = Mixed(InUnits(Networks()));
        _middle = Quantile(model.OutputsPerStep / 2);
        Forecast = Moved();
    }

    /// <summary>Double [windows, C, horizon], in the series' units.</summary>
    private string Forecast { get; }

    /// <summary>The forecasts: Single [windows, C, horizon].</summary>
    public string Forecasts => Finish(Forecast);

    /// <summary>The quantiles, ascending at each step: Single [windows, C, horizon, quantiles].</summary>
    public string Quantiles
    {
        get
        {
            var (sorted, _) = _graph.AddPair(
                "TopK",
                [_outputs, _graph.Integers(_model.OutputsPerStep)],
                new GraphAttribute.Number("axis", 3),
                new GraphAttribute.Number("largest", 0)
            );
            string move = OfQuantiles(_graph.Add("Sub", [Forecast, _middle]));
            return _graph.Cast(Add(Add(sorted, move), OfQuantiles(_missing)), ElementType.Float);
        }
    }

    /// <summary>The bounds of the forecasts: each Single [windows, C, horizon].</summary>
    /// <param name="scores">[C H] the nonconformity scores of the lower and of the upper bound.</param>
    public (string Lower, string Upper) Bounds((float[] Lower, float[] Upper) scores)
    {
        string one = Add(Forecast, Times(scores.Lower)),
            other = Add(Forecast, Times(scores.Upper));
        // A forecast is never outside its own bounds.
        return (Finish(_graph.Add("Min", [Forecast, one, other])), Finish(_graph.Add("Max", [Forecast, one, other])));
    }

    /// <summary>The networks' mean outputs: Double [windows, C, horizon, quantiles].</summary>
    private string Networks()
    {
        WindowInputs inputs = _window.Inputs();
        string[] outputs =
        [
            .. _model.Members.Select(
                (TrainedNetwork network, int i) => WindowNetworkNodes.Add(_graph, network, inputs, i == 0 ? "" : $"network{i + 1}.")
            ),
        ];
        string mean = outputs.Length == 1 ? outputs[0] : _graph.Add("Mean", outputs);
        string byStep = _graph.Reshape(mean, -1, _model.Layout.Targets, _model.Layout.LabelWidth, _model.OutputsPerStep);
        return _graph.Cast(_graph.Slice(byStep, 2, 0, _model.Layout.Horizon), ElementType.Double);
    }

    // WindowReader.ToForecast
    private string InUnits(string outputs) =>
        Add(_graph.Add("Mul", [outputs, OfQuantiles(_window.Scale)]), OfQuantiles(_window.Baseline()));

    // ForecastCorrection.Mix
    private string Mixed(string outputs)
    {
        ForecastCorrection correction = _model.Correction;
        if (correction.Share == 0)
            return outputs;
        int middle = _model.OutputsPerStep / 2;
        string naive = OfQuantiles(_window.Naive(correction.Naive, correction.Season, _model.Layout.Horizon));
        string difference = _graph.Add("Sub", [naive, _graph.Slice(outputs, 3, middle, middle + 1)]);
        return Add(outputs, _graph.Add("Mul", [difference, _graph.Scalar((double)correction.Share)]));
    }

    // WindowForecasts.Set
    private string Moved() => _model.Correction.Bias is { Length: > 0 } bias ? Add(_middle, Times(bias)) : _middle;

    /// <summary>Scores in the series' units: those below 0 times the width below a forecast, the others times the width above it.</summary>
    private string Times(float[] scores)
    {
        var (below, above) = _widths ??= Widths();
        string down = Scores(scores, score => Math.Min(score, 0)),
            up = Scores(scores, score => Math.Max(score, 0));
        return Add(_graph.Add("Mul", [below, down]), _graph.Add("Mul", [above, up]));
    }

    private string Scores(float[] scores, Func<double, double> part) =>
        _graph.Doubles([.. scores.Select(score => part(score))], 1, _model.Layout.Targets, _model.Layout.Horizon);

    private (string Below, string Above) Widths()
    {
        string unit = _window.ErrorUnit();
        if (_model.OutputsPerStep == 1)
            return (unit, unit);
        string least = _graph.Add("Mul", [unit, _graph.Scalar((double)WindowForecasts.LeastShare)]);
        string below = _graph.Add("Sub", [_middle, Quantile(0)]),
            above = _graph.Add("Sub", [Quantile(_model.OutputsPerStep - 1), _middle]);
        return (_graph.Add("Max", [below, least]), _graph.Add("Max", [above, least]));
    }

    /// <summary>One of the outputs of each step: [windows, C, horizon].</summary>
    private string Quantile(int number) => _graph.Reshape(_graph.Slice(_outputs, 3, number, number + 1), 0, 0, -1);

    /// <summary>Reshapes [windows, C, steps] to broadcast with outputs.</summary>
    private string OfQuantiles(string value) => _graph.Reshape(value, 0, 0, -1, 1);

    private string Finish(string value) => _graph.Cast(Add(value, _missing), ElementType.Float);

    private string Add(string one, string other) => _graph.Add("Add", [one, other]);
}
