using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using RnnMlNet.Files;
using RnnMlNet.Models;

namespace RnnMlNet.Exchange;

/// <summary>
/// A graph as an ONNX model. The field numbers are onnx.proto's (github.com/onnx/onnx); each method writes one of its messages.
/// </summary>
internal sealed record OnnxFile(Graph Graph, IReadOnlyList<GraphValue> Inputs, IReadOnlyList<GraphValue> Outputs)
{
    /// <summary>Version of the file format introduced with opset 17.</summary>
    private const int IrVersion = 8;

    private const string Producer = "RnnMlNet";

    /// <summary>Operator set version of the graph.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>Metadata of the model beside the graph, by name.</summary>
    public IReadOnlyList<(string Key, string Value)> Metadata { get; init; } = [];

    public void WriteTo(Stream stream) => Complete().WriteTo(stream);

    /// <summary>Writes the whole file, or leaves an existing one unchanged.</summary>
    public void WriteTo(string path)
    {
        ProtoMessage model = Complete();
        AtomicFile.Write(path, model.WriteTo);
    }

    private ProtoMessage Complete()
    {
        ProtoMessage model = Model();
        if (model.Size > int.MaxValue)
            throw Contracts.Except(
                $"The network cannot be saved as ONNX: it takes {model.Size} bytes, and a file of that format holds "
                    + $"{int.MaxValue} at the most."
            );
        return model;
    }

    private ProtoMessage Model()
    {
        ProtoMessage model = new ProtoMessage()
            .Number(1, IrVersion)
            .Text(2, Producer)
            .Text(3, typeof(OnnxFile).Assembly.GetName().Version!.ToString(3))
            .Message(7, GraphMessage(Graph, Inputs, Outputs))
            .Message(8, new ProtoMessage().Text(1, "").Number(2, Opset));
        return model.Messages(14, Metadata, entry => new ProtoMessage().Text(1, entry.Key).Text(2, entry.Value));
    }

    private static ProtoMessage GraphMessage(Graph graph, IReadOnlyList<GraphValue> inputs, IReadOnlyList<GraphValue> outputs) =>
        new ProtoMessage()
            .Messages(1, graph.Nodes, Node)
            .Text(2, Producer)
            .Messages(5, graph.Constants, Constant)
            .Messages(11, inputs, Value)
            .Messages(12, outputs, Value);

    private static ProtoMessage Node(GraphNode node)
    {
        var message = new ProtoMessage();
        foreach (string input in node.Inputs)
            message.Text(1, input);
        foreach (string output in node.Outputs)
            message.Text(2, output);
        return message.Text(3, $"{node.Operator} {node.Outputs[0]}").Text(4, node.Operator).Messages(5, node.Attributes, Attribute);
    }

    private static ProtoMessage Attribute(GraphAttribute attribute)
    {
        ProtoMessage message = new ProtoMessage().Text(1, attribute.Name);
        switch (attribute)
        {
            case GraphAttribute.Number number:
                return message.Number(3, number.Value).Number(20, 2);
            case GraphAttribute.Word word:
                return message.Text(4, word.Value).Number(20, 3);
            case GraphAttribute.Numbers numbers:
                foreach (long value in numbers.Values)
                    message.Number(8, value);
                return message.Number(20, 7);
            case GraphAttribute.Fractions fractions:
                foreach (float value in fractions.Values)
                    message.Fraction(7, value);
                return message.Number(20, 6);
            case GraphAttribute.Words words:
                foreach (string value in words.Values)
                    message.Text(9, value);
                return message.Number(20, 8);
            case GraphAttribute.Body body:
                return message.Message(6, GraphMessage(body.Graph, body.Inputs, body.Outputs)).Number(20, 5);
            default:
                throw new ArgumentOutOfRangeException(nameof(attribute), attribute, null);
        }
    }

    private static ProtoMessage Constant(GraphConstant constant)
    {
        var message = new ProtoMessage();
        foreach (long side in constant.Shape)
            message.Number(1, side);
        var (type, bytes) = constant switch
        {
            GraphConstant.Floats floats => (ElementType.Float, MemoryMarshal.AsBytes<float>(floats.Values).ToArray()),
            GraphConstant.Doubles doubles => (ElementType.Double, MemoryMarshal.AsBytes<double>(doubles.Values).ToArray()),
            GraphConstant.Integers integers => (ElementType.Int64, MemoryMarshal.AsBytes<long>(integers.Values).ToArray()),
            _ => throw new ArgumentOutOfRangeException(nameof(constant), constant, null),
        };
        return message.Number(2, (long)type).Text(8, constant.Name).Bytes(9, bytes);
    }

    private static ProtoMessage Value(GraphValue value)
    {
        var shape = new ProtoMessage().Messages(
            1,
            value.Shape,
            side => long.TryParse(side, out long size) ? new ProtoMessage().Number(1, size) : new ProtoMessage().Text(2, side)
        );
        var tensor = new ProtoMessage().Number(1, (long)value.Type).Message(2, shape);
        return new ProtoMessage().Text(1, value.Name).Message(2, new ProtoMessage().Message(1, tensor));
    }
}
