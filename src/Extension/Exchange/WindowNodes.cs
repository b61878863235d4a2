using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>What a forecasting network reads, as values of a graph. A row is a target of a window: window C + target.</summary>
/// <param name="Steps">Single [steps, rows, F].</param>
/// <param name="Windows">Int64 [1] the number of windows.</param>
internal sealed record WindowInputs(string Steps, string Windows)
{
    /// <summary>Single [rows, F'] what the head reads behind the last state; null where there is nothing, or a decoder.</summary>
    public string? StaticInputs { get; init; }

    /// <summary>
    /// Single [m, rows, K] what is known of each output step of a row, its target among it; null where there is nothing, or the decoder
    /// embeds the targets.
    /// </summary>
    public string? KnownOfRows { get; init; }

    /// <summary>Single [windows, m, K] the same of a decoder that embeds the targets; null where there is nothing, or another.</summary>
    public string? KnownOfWindows { get; init; }

    /// <summary>Int64 [windows, 1] the position in the network's cycle of the step after the window; null where it has none.</summary>
    public string? Phases { get; init; }

    /// <summary>Single [rows, 1] what the first output step reads as the output before it; null where it reads none.</summary>
    public string? First { get; init; }
}

/// <summary>
/// Windows of series as nodes of a graph, number for number what <see cref="WindowReader"/> reads: the units of each window, what a
/// network reads of it, and what its outputs are added to. Series are read in double precision, as there: one may lie a million times
/// its deviation above zero.
/// </summary>
internal sealed class WindowNodes
{
    public const string Targets = "targets",
        Past = "past",
        Known = "known",
        Statics = "static",
        Position = "cycle_position";

    private readonly Graph _graph;
    private readonly ForecastNetwork _model;
    private readonly WindowLayout _layout;
    private readonly WindowMoments _moments;

    // Double [windows, C, look-back], [windows, C, window] and [windows, C, 1]; Int64 [1].
    private readonly string _series,
        _window,
        _last,
        _windows;

    /// <param name="graph">The graph to add to; it reads the inputs targets [windows, look-back, C], past [windows, look-back, P], known
    /// [windows, look-back + horizon, K] and static [windows, S].</param>
    /// <param name="model">How windows are read.</param>
    public WindowNodes(Graph graph, ForecastNetwork model)
    {
        _graph = graph;
        _model = model;
        _layout = model.Layout;
        _series = graph.Transpose(graph.Cast(Targets, ElementType.Double), 0, 2, 1);
        _window = graph.Slice(_series, 2, model.LookBack - _layout.Window, model.LookBack);
        _last = graph.Slice(_series, 2, model.LookBack - 1, model.LookBack);
        _windows = graph.Slice(graph.Add("Shape", [Targets]), 0, 0, 1);
        _moments = new WindowMoments(graph, _window, _last);
        (Centre, Scale, IsFlat) = Frame();
    }

    /// <summary>Double [windows or 1, C, 1]: what 0 in a window's units is.</summary>
    private string Centre { get; }

    /// <summary>Double [windows or 1, C, 1]: a window's unit; 0 of a flat one.</summary>
    public string Scale { get; }

    /// <summary>Bool [windows, C, 1]: whether all values of a window are the same; null where that does not matter.</summary>
    private string? IsFlat { get; }

    /// <summary>What the network reads.</summary>
    public WindowInputs Inputs() => Parts() with { Phases = _layout.CycleLength == 0 ? null : _graph.Reshape(Position, -1, 1) };

    private WindowInputs Parts() =>
        _layout.Decoder is Decoder decoder
            ? new WindowInputs(Steps(), _windows)
            {
                KnownOfRows = decoder.EmbedsChannels ? null : KnownOfRows(),
                KnownOfWindows = decoder.EmbedsChannels ? KnownOfWindows() : null,
                First = decoder.ReadsPreviousOutput ? First() : null,
            }
            : new WindowInputs(Steps(), _windows) { StaticInputs = StaticInputs() };

    /// <summary>What outputs of 0 stand for: Double [windows or 1, C, horizon or 1].</summary>
    public string Baseline() =>
        _layout.Residual == ForecastResidual.None ? Centre : Naive(_layout.Residual, _layout.Season, _layout.Horizon);

    /// <summary>A naive forecast: Double [windows, C, steps or 1].</summary>
    public string Naive(ForecastResidual residual, int season, int steps) =>
        residual switch
        {
            ForecastResidual.LastValue => _last,
            ForecastResidual.SeasonalNaive => _graph.Add(
                "Gather",
                [_series, _graph.Integers([.. Enumerable.Range(0, steps).Select(h => (long)_model.LookBack - season + h % season)])],
                new GraphAttribute.Number("axis", 2)
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(residual), residual, null),
        };

    /// <summary>The unit of a window's errors, as <see cref="WindowReader.ErrorUnit"/> has it: Double [windows, C, 1].</summary>
    public string ErrorUnit() => _moments.ErrorUnit(_layout.Window, _layout.Season);

    /// <summary>
    /// Double [windows, 1, 1]: 0, or NaN of a window with a number that is missing or infinite. To be added to its forecasts: runtimes'
    /// recurrent operators make numbers of NaN.
    /// </summary>
    public string Missing()
    {
        string axes = _graph.Integers(1, 2);
        string[] sums =
        [
            .. Names(_layout)
                .Where(input => input != Position)
                .Select(input => _graph.Add("ReduceSum", [_graph.Cast(OfSteps(input), ElementType.Double), axes])),
        ];
        string sum = sums.Aggregate((one, other) => _graph.Add("Add", [one, other]));
        return _graph.Add("Mul", [sum, _graph.Scalar(0.0)]);
    }

    /// <summary>The inputs that a layout has.</summary>
    public static IEnumerable<string> Names(WindowLayout layout) =>
        [
            Targets,
            .. layout.Past > 0 ? [Past] : (string[])[],
            .. layout.Known > 0 ? [Known] : (string[])[],
            .. layout.StaticValues > 0 ? [Statics] : (string[])[],
            .. layout.CycleLength > 0 ? [Position] : (string[])[],
        ];

    // The static values as those of one step.
    private string OfSteps(string input) => input == Statics ? _graph.Reshape(input, 0, 1, _layout.StaticValues) : input;

    // InstanceNormalization.Of
    private (string Centre, string Scale, string? IsFlat) Frame()
    {
        string deviation = _graph.Doubles([.. _model.Targets.Deviation], 1, _layout.Targets, 1);
        return _layout.Normalization switch
        {
            WindowNormalization.None => (_graph.Doubles([.. _model.Targets.Mean], 1, _layout.Targets, 1), deviation, null),
            WindowNormalization.LastValue => (_last, deviation, null),
            WindowNormalization.MeanAndDeviation => _moments.Frame(),
            _ => throw new InvalidOperationException($"There is no normalisation {_layout.Normalization}."),
        };
    }

    /// <summary>A difference in the series' units as the network sees it: Single.</summary>
    private string ToFrame(string difference)
    {
        if (IsFlat is null)
            return _graph.Cast(_graph.Add("Div", [difference, Scale]), ElementType.Float);
        string divisor = _graph.Add("Where", [IsFlat, _graph.Scalar(1.0), Scale]);
        string quotient = _graph.Add("Div", [difference, divisor]);
        return _graph.Cast(_graph.Add("Where", [IsFlat, _graph.Scalar(0.0), quotient]), ElementType.Float);
    }

    // Of each step first the target, then the past and the known channels, of each a whole segment; the first steps may be zeros.
    private string Steps()
    {
        int window = _layout.Window,
            lookBack = _model.LookBack;
        string before = _layout.Differences
            ? _graph.Concat([_graph.Slice(_window, 2, 0, 1), _graph.Slice(_window, 2, 0, window - 1)], 2)
            : Centre;
        string target = ToFrame(_graph.Add("Sub", [_window, before]));
        List<string> channels = [_graph.Reshape(target, 0, 0, 1, window)];
        if (_layout.Past > 0)
            channels.Add(OfEachTarget(Covariates(Past, _model.Past!, lookBack - window, lookBack)));
        if (_layout.Known > 0)
            channels.Add(OfEachTarget(Covariates(Known, _model.Known!, lookBack - window, lookBack)));
        string all = _graph.Concat(channels, 2);
        int lead = _layout.Steps * _layout.Segment - window;
        if (lead > 0)
            all = _graph.Add("Pad", [all, _graph.Integers(0, 0, 0, lead, 0, 0, 0, 0)]);
        string segments = _graph.Reshape(all, 0, 0, 0, _layout.Steps, _layout.Segment);
        string steps = _graph.Reshape(_graph.Transpose(segments, 3, 0, 1, 2, 4), _layout.Steps, -1, _layout.Channels);
        return _layout.StaticValues == 0 ? steps : _graph.Concat([steps, StaticsOfSteps()], 2);
    }

    /// <summary>Single [steps, rows, S + ids].</summary>
    private string StaticsOfSteps()
    {
        int numbers = _layout.Statics,
            all = _layout.StaticValues;
        string[] parts =
        [
            .. numbers > 0 ? [StaticNumbers()] : (string[])[],
            .. all > numbers ? [_graph.Slice(Statics, 1, numbers, all)] : (string[])[],
        ];
        string values = parts.Length == 1 ? parts[0] : _graph.Concat(parts, 1);
        string ofRows = _graph.Reshape(_graph.Expand(_graph.Reshape(values, -1, 1, all), 1, _layout.Targets, 1), 1, -1, all);
        return _graph.Expand(ofRows, _layout.Steps, 1, 1);
    }

    /// <summary>Single [windows, S], standardised.</summary>
    private string StaticNumbers()
    {
        FeatureScaling scaling = _model.Statics!;
        string mean = _graph.Floats("static_mean", scaling.Mean, scaling.Width),
            deviation = _graph.Floats("static_deviation", scaling.Deviation, scaling.Width);
        return _graph.Add("Div", [_graph.Add("Sub", [_graph.Slice(Statics, 1, 0, _layout.Statics), mean]), deviation]);
    }

    /// <summary>[windows, steps, channels] to [windows, C, channels, steps].</summary>
    private string OfEachTarget(string covariates) =>
        _graph.Expand(_graph.Reshape(_graph.Transpose(covariates, 0, 2, 1), 0, 1, -1, _layout.Window), 1, _layout.Targets, 1, 1);

    /// <summary>Some steps of an input, standardised: Single [windows, steps, channels].</summary>
    private string Covariates(string input, FeatureScaling scaling, int start, int end)
    {
        string mean = _graph.Floats($"{input}_mean", scaling.Mean, scaling.Width),
            deviation = _graph.Floats($"{input}_deviation", scaling.Deviation, scaling.Width);
        return _graph.Add("Div", [_graph.Add("Sub", [_graph.Slice(input, 1, start, end), mean]), deviation]);
    }

    /// <summary>Single [windows, horizon, K]; null where nothing is known.</summary>
    private string? KnownAhead() =>
        _layout.Known == 0 ? null : Covariates(Known, _model.Known!, _model.LookBack, _model.LookBack + _layout.Horizon);

    // Which target a row is of, a one among zeros; then the known numbers, step after step.
    private string? StaticInputs()
    {
        List<string> parts = [];
        if (_layout.Marks > 0)
            parts.Add(OfEachWindow(Marks()));
        if (KnownAhead() is string known)
        {
            string row = _graph.Reshape(known, 0, 1, _layout.Horizon * _layout.Known);
            parts.Add(_graph.Expand(row, 1, _layout.Targets, 1));
        }
        return parts.Count == 0 ? null : _graph.Reshape(_graph.Concat(parts, 2), -1, _layout.StaticSize);
    }

    private string? KnownOfRows()
    {
        int steps = _layout.OutputSteps,
            targets = _layout.Targets;
        List<string> parts = [];
        if (KnownOfWindows() is string known)
        {
            string ofSteps = _graph.Reshape(_graph.Transpose(known, 1, 0, 2), steps, -1, 1, _layout.Segment * _layout.Known);
            parts.Add(_graph.Expand(ofSteps, 1, 1, targets, 1));
        }
        if (_layout.Marks > 0)
            parts.Add(_graph.Expand(_graph.Reshape(OfEachWindow(Marks()), 1, -1, targets, targets), steps, 1, 1, 1));
        return parts.Count == 0 ? null : _graph.Reshape(_graph.Concat(parts, 3), steps, -1, _layout.KnownPerStep);
    }

    /// <summary>Single [windows, output steps, K segment].</summary>
    private string? KnownOfWindows()
    {
        if (KnownAhead() is not string known)
            return null;
        if (_layout.Segment == 1)
            return known;
        int beyond = _layout.LabelWidth - _layout.Horizon;
        if (beyond > 0)
            known = _graph.Add("Pad", [known, _graph.Integers(0, 0, 0, 0, beyond, 0)]);
        string segments = _graph.Reshape(known, 0, _layout.OutputSteps, _layout.Segment, _layout.Known);
        return _graph.Reshape(_graph.Transpose(segments, 0, 1, 3, 2), 0, _layout.OutputSteps, _layout.Segment * _layout.Known);
    }

    private string First()
    {
        string baseline = _layout.Residual == ForecastResidual.None ? Centre : Naive(_layout.Residual, _layout.Season, steps: 1);
        return _graph.Reshape(ToFrame(_graph.Add("Sub", [_last, baseline])), -1, 1);
    }

    /// <summary>[1, C, C]: ones on the diagonal.</summary>
    private string Marks()
    {
        int targets = _layout.Targets;
        return _graph.Floats(
            "target_marks",
            [.. Enumerable.Range(0, targets * targets).Select(i => i % (targets + 1) == 0 ? 1f : 0)],
            1,
            targets,
            targets
        );
    }

    /// <summary>[1, ...] of three sides to [windows, ...].</summary>
    private string OfEachWindow(string value) => _graph.Add("Expand", [value, _graph.Concat([_windows, _graph.Integers(1, 1)], 0)]);
}
