namespace RnnMlNet.Exchange;

/// <summary>Types of tensors, with ONNX's numbers (TensorProto.DataType).</summary>
internal enum ElementType
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Double = 11,
    UInt32 = 12,
}

/// <summary>An attribute of a node: a whole number, several, fractions, strings, or a graph that the node runs.</summary>
internal abstract record GraphAttribute(string Name)
{
    internal sealed record Number(string Name, long Value) : GraphAttribute(Name);

    internal sealed record Numbers(string Name, IReadOnlyList<long> Values) : GraphAttribute(Name);

    internal sealed record Fractions(string Name, IReadOnlyList<float> Values) : GraphAttribute(Name);

    internal sealed record Word(string Name, string Value) : GraphAttribute(Name);

    internal sealed record Words(string Name, IReadOnlyList<string> Values) : GraphAttribute(Name);

    internal sealed record Body(string Name, Graph Graph, IReadOnlyList<GraphValue> Inputs, IReadOnlyList<GraphValue> Outputs)
        : GraphAttribute(Name);
}

/// <summary>One operation: operator, names of inputs (empty: omitted) and outputs (likewise), attributes.</summary>
internal sealed record GraphNode(
    string Operator,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<GraphAttribute> Attributes
);

/// <summary>A tensor that is part of the model; without dimensions it is a scalar.</summary>
internal abstract record GraphConstant(string Name, IReadOnlyList<long> Shape)
{
    internal sealed record Floats(string Name, IReadOnlyList<long> Shape, float[] Values) : GraphConstant(Name, Shape);

    internal sealed record Doubles(string Name, IReadOnlyList<long> Shape, double[] Values) : GraphConstant(Name, Shape);

    internal sealed record Integers(string Name, IReadOnlyList<long> Shape, long[] Values) : GraphConstant(Name, Shape);
}

/// <summary>An input or output of a model; a dimension is a number, or the name of a size that may differ from call to call.</summary>
internal sealed record GraphValue(string Name, ElementType Type, IReadOnlyList<string> Shape);

/// <summary>
/// An ONNX computation: constants, and nodes in execution order. Values are identified by their names, which are generated here. A finished
/// graph is written to a file (<see cref="OnnxFile"/>) or into ML.NET's own converter (<see cref="ConverterNodes"/>).
/// </summary>
/// <param name="reserved">Names that are not generated: those of the model's inputs and outputs, where users choose them.</param>
internal sealed class Graph(params IEnumerable<string> reserved)
{
    private readonly HashSet<string> _reserved = [.. reserved];
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphConstant> _constants = [];

    /// <summary>What the names that are generated begin with: a graph within another has names of its own.</summary>
    public string Prefix { get; init; } = "";

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<GraphConstant> Constants => _constants;

    public void Add(GraphNode node) => _nodes.Add(node);

    /// <summary>Adds a node and returns the name of its one output.</summary>
    public string Add(string @operator, IReadOnlyList<string> inputs, params GraphAttribute[] attributes) =>
        AddSeveral(outputs: 1, @operator, inputs, attributes)[0];

    /// <summary>Adds a node and returns the names of its two outputs.</summary>
    public (string First, string Second) AddPair(string @operator, IReadOnlyList<string> inputs, params GraphAttribute[] attributes)
    {
        string[] names = AddSeveral(outputs: 2, @operator, inputs, attributes);
        return (names[0], names[1]);
    }

    /// <summary>Adds a node and returns the names of its first outputs.</summary>
    public string[] AddSeveral(int outputs, string @operator, IReadOnlyList<string> inputs, params GraphAttribute[] attributes)
    {
        string first = $"{@operator}_{_nodes.Count}";
        string[] names = [.. Enumerable.Range(1, outputs).Select(number => Free(number == 1 ? first : $"{first}_{number}"))];
        Add(new GraphNode(@operator, inputs, names, attributes));
        return names;
    }

    /// <summary>Renames a value: the name of a model's output.</summary>
    public void Rename(string value, string name) => Add(new GraphNode("Identity", [value], [name], []));

    public string Floats(string name, float[] values, params long[] shape) => Add(new GraphConstant.Floats(Free(name), shape, values));

    public string Doubles(double[] values, params long[] shape) =>
        Add(new GraphConstant.Doubles(Free($"doubles_{_constants.Count}"), shape, values));

    /// <summary>A vector of integers, such as the shape of a Reshape.</summary>
    public string Integers(params long[] values) =>
        Add(new GraphConstant.Integers(Free($"integers_{_constants.Count}"), [values.Length], values));

    public string Scalar(long value) => Add(new GraphConstant.Integers(Free($"scalar_{_constants.Count}"), [], [value]));

    public string Scalar(float value) => Floats($"scalar_{_constants.Count}", [value]);

    public string Scalar(double value) => Doubles([value]);

    /// <summary>Reshape: 0 keeps a dimension, -1 takes what is left.</summary>
    public string Reshape(string value, params long[] sides) => Add("Reshape", [value, Integers(sides)]);

    public string Transpose(string value, params long[] order) => Add("Transpose", [value], new GraphAttribute.Numbers("perm", order));

    public string Cast(string value, ElementType type) => Add("Cast", [value], new GraphAttribute.Number("to", (long)type));

    public string Concat(IReadOnlyList<string> values, long axis) =>
        values.Count == 1 ? values[0] : Add("Concat", values, new GraphAttribute.Number("axis", axis));

    /// <summary>A range of an axis: from start to before end.</summary>
    public string Slice(string value, long axis, long start, long end) =>
        Add("Slice", [value, Integers(start), Integers(end), Integers(axis)]);

    /// <summary>Repeats dimensions of 1 to the given ones, aligned at the last; 1 keeps a dimension.</summary>
    public string Expand(string value, params long[] sides) =>
        sides.All(side => side == 1) ? value : Add("Expand", [value, Integers(sides)]);

    private string Add(GraphConstant constant)
    {
        _constants.Add(constant);
        return constant.Name;
    }

    private string Free(string name)
    {
        name = Prefix + name;
        while (_reserved.Contains(name))
            name += "_";
        return name;
    }
}
