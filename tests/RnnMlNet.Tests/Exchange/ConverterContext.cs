using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using RnnMlNet.Exchange;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The converter's model in the making, as Microsoft.ML.Data defines it. What a recurrent transformer has no need of is not supported.</summary>
internal sealed class ConverterContext : OnnxContext
{
    private readonly Dictionary<string, string> _variableOfColumn = [];
    private readonly HashSet<string> _variables = [];
    private int _nodeNames;

    public Graph Graph { get; } = new();

    /// <summary>The highest opset that a transform asked for.</summary>
    public int Opset { get; private set; } = 9;

    /// <summary>A variable for a column, of a name not used before.</summary>
    public string NewVariable(string column)
    {
        string name = column;
        for (int i = 0; !_variables.Add(name); i++)
            name = $"{column}{i}";
        return _variableOfColumn[column] = name;
    }

    public override string GetNodeName(string prefix) => $"{prefix}{_nodeNames++}";

    public override bool IsVariableDefined(string variableName) => _variables.Contains(variableName);

    public override bool ContainsColumn(string colName) => _variableOfColumn.ContainsKey(colName);

    public override void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName) =>
        Opset = Math.Max(Opset, thisTransformerMinumumOpSetVersion);

    public override string GetVariableName(string colName) => _variableOfColumn[colName];

    public override string AddIntermediateVariable(DataViewType type, string colName, bool skip = false) => NewVariable(colName);

    public override OnnxNode CreateNode(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string? domain = null)
    {
        if (domain != "")
            throw new NotSupportedException($"Operators of the domain '{domain}', which null stands for ai.onnx.ml.");
        var attributes = new List<GraphAttribute>();
        Graph.Add(new GraphNode(opType, [.. inputs], [.. outputs], attributes));
        return new Node(attributes);
    }

    public override OnnxVersion GetOnnxVersion() => OnnxVersion.Stable;

    public override string AddInitializer(float value, string? name = null, bool makeUniqueName = true) =>
        Add(NewVariable(name!), constant => new GraphConstant.Floats(constant, [], [value]));

    public override string AddInitializer(long value, string? name = null, bool makeUniqueName = true) =>
        Add(NewVariable(name!), constant => new GraphConstant.Integers(constant, [], [value]));

    public override string AddInitializer(IEnumerable<float> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) =>
        Add(NewVariable(name!), constant => new GraphConstant.Floats(constant, Sides(dims, values.Count()), [.. values]));

    public override string AddInitializer(IEnumerable<long> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) =>
        Add(NewVariable(name!), constant => new GraphConstant.Integers(constant, Sides(dims, values.Count()), [.. values]));

    private string Add(string name, Func<string, GraphConstant> make)
    {
        Graph.Add(make(name));
        return name;
    }

    // Aggregate without a start, as the converter does: no sides is an error there.
    private static long[] Sides(IEnumerable<long> sides, int count) =>
        sides.Aggregate((product, side) => product * side) == count ? [.. sides] : throw new ArgumentException("The sides do not fit the number of values.");

    public override void RemoveColumn(string colName, bool removeVariable = false) => throw new NotSupportedException();

    public override void RemoveVariable(string variableName, bool removeColumn) => throw new NotSupportedException();

    public override void RemoveInputVariable(string variableName) => throw new NotSupportedException();

    public override List<long> RetrieveShapeOrNull(string variableName) => throw new NotSupportedException();

    public override string AddInitializer(bool value, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(int value, Type type, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(string value, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(double value, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(ulong value, bool isUint64, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<bool> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<int> values, Type type, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<string> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<double> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<ulong> values, bool isUint64, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    private sealed class Node(List<GraphAttribute> attributes) : OnnxNode
    {
        public override void AddAttribute(string argName, long value) => attributes.Add(new GraphAttribute.Number(argName, value));

        public override void AddAttribute(string argName, string value) => attributes.Add(new GraphAttribute.Word(argName, value));

        public override void AddAttribute(string argName, IEnumerable<long> value) => attributes.Add(new GraphAttribute.Numbers(argName, [.. value]));

        public override void AddAttribute(string argName, IEnumerable<string> value) => attributes.Add(new GraphAttribute.Words(argName, [.. value]));

        public override void AddAttribute(string argName, string[] value) => AddAttribute(argName, (IEnumerable<string>)value);

        public override void AddAttribute(string argName, double value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, ReadOnlyMemory<char> value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, bool value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, IEnumerable<double> value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, IEnumerable<float> value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, IEnumerable<ReadOnlyMemory<char>> value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, IEnumerable<bool> value) => throw new NotSupportedException();

        public override void AddAttribute(string argName, Type t) => throw new NotSupportedException();
    }
}
