using Microsoft.ML.Model.OnnxConverter;

namespace RnnMlNet.Exchange;

/// <summary>Writes a graph into the model that ML.NET's converter (Microsoft.ML.OnnxConverter) builds.</summary>
internal static class ConverterNodes
{
    private const string Prefix = "RnnMlNet.";

    /// <param name="context">The converter's model.</param>
    /// <param name="graph">The graph to add.</param>
    /// <param name="variables">The converter's names of the graph's inputs and outputs, by their names in the graph.</param>
    public static void Add(OnnxContext context, Graph graph, IReadOnlyDictionary<string, string> variables)
    {
        // An empty name is an omitted input.
        var names = new Dictionary<string, string>(variables) { [""] = "" };
        foreach (GraphConstant constant in graph.Constants)
            names[constant.Name] = AddConstant(context, constant);
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (string output in node.Outputs.Where(output => !names.ContainsKey(output)))
                names[output] = context.AddIntermediateVariable(null, Prefix + output, skip: true);
            OnnxNode added = context.CreateNode(
                node.Operator,
                node.Inputs.Select(input => names[input]),
                node.Outputs.Select(output => names[output]),
                context.GetNodeName(Prefix + node.Operator),
                ""
            );
            foreach (GraphAttribute attribute in node.Attributes)
                AddAttribute(added, attribute);
        }
    }

    private static string AddConstant(OnnxContext context, GraphConstant constant)
    {
        string name = Prefix + constant.Name;
        // The converter computes the number of values as the product of the dimensions, which fails without dimensions: scalars are added
        // otherwise.
        bool isScalar = constant.Shape.Count == 0;
        return constant switch
        {
            GraphConstant.Floats { Values: var values } => isScalar
                ? context.AddInitializer(values[0], name)
                : context.AddInitializer(values, constant.Shape, name),
            GraphConstant.Integers { Values: var values } => isScalar
                ? context.AddInitializer(values[0], name)
                : context.AddInitializer(values, constant.Shape, name),
            _ => throw new ArgumentOutOfRangeException(nameof(constant), constant, null),
        };
    }

    private static void AddAttribute(OnnxNode node, GraphAttribute attribute)
    {
        switch (attribute)
        {
            case GraphAttribute.Number number:
                node.AddAttribute(number.Name, number.Value);
                break;
            case GraphAttribute.Numbers numbers:
                node.AddAttribute(numbers.Name, numbers.Values);
                break;
            case GraphAttribute.Fractions fractions:
                node.AddAttribute(fractions.Name, fractions.Values.Select(value => (double)value));
                break;
            case GraphAttribute.Word word:
                node.AddAttribute(word.Name, word.Value);
                break;
            case GraphAttribute.Words words:
                node.AddAttribute(words.Name, words.Values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(attribute), attribute, null);
        }
    }
}
