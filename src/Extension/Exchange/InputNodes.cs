using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A network's input as nodes of a graph, step for step what <see cref="InputEncoder"/> computes: elapsed times, replaced missing values,
/// standardisation, categories' vectors. The operators are the same in opsets 11 to 17.
/// </summary>
internal sealed class InputNodes
{
    private readonly Graph _graph;
    private readonly TrainedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly StepColumns _columns;
    private readonly string _prefix;
    private readonly int _values,
        _numbers,
        _encodedNumbers;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">The network.</param>
    /// <param name="prefix">Prefix of the constants' names.</param>
    public InputNodes(Graph graph, TrainedNetwork network, string prefix)
    {
        (_graph, _network, _shape, _prefix) = (graph, network, network.Shape, prefix);
        _columns = _shape.StepColumns;
        _values = _shape.TimeStepValues;
        _numbers = _columns.Numbers(_values);
        _encodedNumbers = _columns.EncodedNumbers(_values);
    }

    /// <summary>Steps of numbers: Single [batch, time, F] to the network's input, [batch, time, StepInputSize].</summary>
    /// <param name="steps">The steps; 0 in the padding.</param>
    /// <param name="statics">The static values, [batch, S]; null for none.</param>
    public string Steps(string steps, string? statics)
    {
        if (_columns.ArePlain && _network.CategoryScaling is null)
            return Standardise(steps, _network.FeatureScaling, "feature", _shape.Features);
        string timeSteps = _graph.Reshape(steps, 0, -1, _values);
        string numbers = _encodedNumbers == 0 ? "" : WithMean(Standardised(Numbers(timeSteps), timeSteps, statics));
        string input = WithVectors(numbers, timeSteps, _values, CategoryTables.Steps, _columns.Categories, axis: 2);
        return _graph.Reshape(input, 0, -1, _shape.StepInputSize);
    }

    /// <summary>Static values, Single [batch, S], to what the head reads, [batch, StaticInputSize].</summary>
    public string Statics(string statics)
    {
        int width = _shape.StaticFeatures,
            numbers = width - _shape.StaticCategories.Count;
        string standardised = Standardise(statics, _network.StaticScaling, "static", width);
        return WithVectors(
            Slice(standardised, 1, 0, numbers, width),
            statics,
            width,
            CategoryTables.Static,
            _shape.StaticCategories,
            axis: 1
        );
    }

    // [batch, time steps, M], missing ones NaN where they have no last value.
    private string Numbers(string timeSteps)
    {
        string raw = Slice(timeSteps, 2, 0, _numbers, _values);
        string? elapsed = _columns.HasTime ? Elapsed(timeSteps) : null;
        List<string> parts = [.. _numbers == 0 ? [] : Replaced(raw, elapsed)];
        if (elapsed is not null)
            parts.Add(elapsed);
        return _graph.Concat(parts, 2);
    }

    private string Elapsed(string timeSteps)
    {
        string Since(int value)
        {
            string times = _graph.Slice(timeSteps, 2, _numbers + value, _numbers + value + 1);
            string before = _graph.Concat([_graph.Slice(times, 1, 0, 1), _graph.Slice(times, 1, 0, -1)], 1);
            return _graph.Add("Sub", [times, before]);
        }
        return _graph.Add("Add", [_graph.Add("Mul", [Since(0), _graph.Scalar(24f * 60 * 60)]), Since(1)]);
    }

    private IEnumerable<string> Replaced(string raw, string? elapsed)
    {
        string isMissing = _graph.Add("IsNaN", [raw]);
        if (_columns.MissingValues == MissingValues.SkipRow)
            return [raw];
        if (_columns.MissingValues == MissingValues.Zero)
            return [_graph.Add("Where", [isMissing, _graph.Scalar(0f), raw])];
        string present = _graph.Cast(_graph.Add("Not", [isMissing]), ElementType.Float);
        // The present values in their order, followed by the missing ones, along the time; and how many there are up to each step.
        string ones = _graph.Add("Add", [present, _graph.Cast(isMissing, ElementType.Float)]);
        string positions = _graph.Add("CumSum", [ones, _graph.Scalar(1L)]);
        string time = _graph.Reshape(_graph.Add("ReduceMax", [positions], new GraphAttribute.Number("keepdims", 0)), 1);
        string rank = _graph.Add("Sub", [_graph.Add("Mul", [present, _graph.Add("Add", [time, time])]), positions]);
        var (_, order) = _graph.AddPair("TopK", [rank, _graph.Cast(time, ElementType.Int64)], new GraphAttribute.Number("axis", 1));
        string count = _graph.Add("CumSum", [present, _graph.Scalar(1L)]);

        string known = _graph.Add("Where", [isMissing, _graph.Scalar(0f), raw]);
        string value =
            _columns.MissingValues == MissingValues.LastValue ? OrMissing(raw, isMissing, Ordered(known, order, count), count) : raw;
        // Times from the first step, in double precision.
        string clock = _graph.Add("CumSum", [_graph.Cast(elapsed ?? Steps(positions), ElementType.Double), _graph.Scalar(1L)]);
        string clocks = _graph.Add("Add", [clock, _graph.Cast(_graph.Add("Mul", [ones, _graph.Scalar(0f)]), ElementType.Double)]);
        string countBefore = _graph.Add("Sub", [count, present]);
        string last = Ordered(clocks, order, countBefore);
        string hasLast = _graph.Add("Greater", [countBefore, _graph.Scalar(0f)]);
        string since = _graph.Add("Sub", [clocks, _graph.Add("Where", [hasLast, last, _graph.Scalar(0d)])]);
        return [value, present, _graph.Cast(since, ElementType.Float)];
    }

    // Elapsed times where each step takes 1: 0 at the first.
    private string Steps(string positions) =>
        _graph.Cast(_graph.Add("Greater", [_graph.Slice(positions, 2, 0, 1), _graph.Scalar(1f)]), ElementType.Float);

    // The count-th of the present values at each step; any where there is none.
    private string Ordered(string values, string order, string count)
    {
        string compact = _graph.Add("GatherElements", [values, order], new GraphAttribute.Number("axis", 1));
        string index = _graph.Add("Max", [_graph.Add("Sub", [count, _graph.Scalar(1f)]), _graph.Scalar(0f)]);
        return _graph.Add("GatherElements", [compact, _graph.Cast(index, ElementType.Int64)], new GraphAttribute.Number("axis", 1));
    }

    private string OrMissing(string raw, string isMissing, string last, string count)
    {
        string hasLast = _graph.Add("Greater", [count, _graph.Scalar(0f)]);
        return _graph.Add("Where", [_graph.Add("And", [isMissing, hasLast]), last, raw]);
    }

    private string Standardised(string numbers, string timeSteps, string? statics)
    {
        if (_network.FeatureScaling is not FeatureScaling pooled)
            return numbers;
        if (_network.CategoryScaling is not CategoryScaling scaling)
        {
            // In patches each time step has means of its own.
            string patches = _graph.Reshape(numbers, 0, -1, _shape.PatchLength * _encodedNumbers);
            int[] places =
            [
                .. Enumerable.Range(0, pooled.Width).Where(i => i % (_encodedNumbers + _columns.Categories.Count) < _encodedNumbers),
            ];
            var own = new FeatureScaling([.. places.Select(i => pooled.Mean[i])], [.. places.Select(i => pooled.Deviation[i])]);
            return _graph.Reshape(Standardise(patches, own, "feature", places.Length), 0, -1, _encodedNumbers);
        }
        string category = Category(scaling, timeSteps, statics);
        string Table(string name, Func<FeatureScaling, float[]> of)
        {
            FeatureScaling[] all = [.. scaling.Scalings, pooled];
            float[] values = [.. all.SelectMany(one => of(one)[.._encodedNumbers])];
            return _graph.Add("Gather", [_graph.Floats($"{_prefix}category_{name}", values, all.Length, _encodedNumbers), category]);
        }
        return _graph.Add("Div", [_graph.Add("Sub", [numbers, Table("mean", one => one.Mean)]), Table("deviation", one => one.Deviation)]);
    }

    // [batch, time steps or 1] index among the categories; behind the last for none of them.
    private string Category(CategoryScaling scaling, string timeSteps, string? statics)
    {
        int categories = scaling.Keys.Count;
        string? matches = null;
        for (int c = 0; c < scaling.Columns.Count; c++)
        {
            int column = scaling.Columns[c];
            bool isStatic = column >= CategoryScaling.Statics;
            int at = isStatic ? column - CategoryScaling.Statics : column;
            string value = isStatic
                ? _graph.Reshape(_graph.Slice(statics!, 1, at, at + 1), 0, 1, 1)
                : _graph.Slice(timeSteps, 2, at, at + 1);
            string rounded = _graph.Add("Round", [_graph.Add("Mul", [value, _graph.Scalar(CategoryScaling.Factor(scaling.Decimals))])]);
            string keys = _graph.Floats($"{_prefix}category_key_{c}", [.. scaling.Keys.Select(key => key[c])], categories);
            string same = _graph.Add("Equal", [rounded, keys]);
            matches = matches is null ? same : _graph.Add("And", [matches, same]);
        }
        string marks = _graph.Cast(matches!, ElementType.Float);
        string index = _graph.Add("ArgMax", [marks], new GraphAttribute.Number("axis", 2), new GraphAttribute.Number("keepdims", 0));
        string any = _graph.Add("ReduceMax", [marks], new GraphAttribute.Numbers("axes", [2]), new GraphAttribute.Number("keepdims", 0));
        return _graph.Add("Where", [_graph.Add("Greater", [any, _graph.Scalar(0f)]), index, _graph.Scalar((long)categories)]);
    }

    // A missing number without a last value is the mean, 0.
    private string WithMean(string numbers) =>
        _columns.AreMasked ? _graph.Add("Where", [_graph.Add("IsNaN", [numbers]), _graph.Scalar(0f), numbers]) : numbers;

    // The numbers, followed by the vectors of the ids at the end of the values.
    private string WithVectors(string numbers, string values, int width, string prefix, IReadOnlyList<CategoryShape> categories, int axis)
    {
        var parts = new List<string>();
        if (numbers.Length > 0 && (axis == 2 || width > categories.Count))
            parts.Add(numbers);
        for (int k = 0; k < categories.Count; k++)
        {
            int at = width - categories.Count + k;
            string id = _graph.Cast(_graph.Slice(values, axis, at, at + 1), ElementType.Int64);
            id = axis == 1 ? _graph.Reshape(id, -1) : _graph.Reshape(id, 0, -1);
            string isKnown = _graph.Add(
                "And",
                [_graph.Add("Greater", [id, _graph.Scalar(-1L)]), _graph.Add("Less", [id, _graph.Scalar((long)categories[k].Count)])]
            );
            string table = CategoryTables.NameOf(prefix, k);
            parts.Add(
                _graph.Add(
                    "Gather",
                    [
                        _graph.Floats(_prefix + table, _network.Weights[table], categories[k].Count, categories[k].Size),
                        _graph.Add("Where", [isKnown, id, _graph.Scalar((long)CategoryShape.Unknown)]),
                    ]
                )
            );
        }
        return _graph.Concat(parts, axis);
    }

    private string Standardise(string values, FeatureScaling? scaling, string name, int width) =>
        scaling is null
            ? values
            : _graph.Add(
                "Div",
                [
                    _graph.Add("Sub", [values, _graph.Floats($"{_prefix}{name}_mean", scaling.Mean, width)]),
                    _graph.Floats($"{_prefix}{name}_deviation", scaling.Deviation, width),
                ]
            );

    private string Slice(string values, int axis, int start, int end, int width) =>
        start == 0 && end == width ? values : _graph.Slice(values, axis, start, end);
}
