using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using RnnMlNet.Exchange;

namespace RnnMlNet.Tests.Exchange;

/// <summary>
/// Stands for the package Microsoft.ML.OnnxConverter: converts a view's transforms by the interfaces of Microsoft.ML.Data that the package goes
/// by, with its names and shapes of inputs and outputs, to a model of the lowest opset that the transforms ask for.
/// </summary>
internal static class ConverterModel
{
    /// <summary>The model that makes of <paramref name="data"/>'s columns those that <paramref name="transformer"/> adds, named <c>column.output</c>.</summary>
    public static byte[] Of(ITransformer transformer, IDataView data)
    {
        var context = new ConverterContext();
        GraphValue[] inputs = [.. data.Schema.Select(column => Value(column.Type, context.NewVariable(column.Name)))];
        IDataView end = transformer.Transform(data);
        foreach (ITransformCanSaveOnnx transform in Transforms(end))
            transform.SaveAsOnnx(context);
        GraphValue[] outputs = [.. end.Schema.Where(column => !column.IsHidden && data.Schema.GetColumnOrNull(column.Name) is null).Select(column => Output(context, column))];
        using var stream = new MemoryStream();
        new OnnxFile(context.Graph, inputs, outputs) { Opset = context.Opset }.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>The view's transforms, first to last; none where one of them cannot be converted.</summary>
    public static IReadOnlyList<ITransformCanSaveOnnx> Transforms(IDataView end)
    {
        var transforms = new List<ITransformCanSaveOnnx>();
        for (IDataView view = end; view is IDataTransform transform; view = transform.Source)
        {
            if (transform is not ITransformCanSaveOnnx convertible || !convertible.CanSaveOnnx(new ConverterContext()))
                return [];
            transforms.Insert(0, convertible);
        }
        return transforms;
    }

    private static GraphValue Output(ConverterContext context, DataViewSchema.Column column)
    {
        string name = $"{column.Name}.output";
        context.Graph.Rename(context.GetVariableName(column.Name), name);
        return Value(column.Type, name);
    }

    /// <summary>Rows first, then the type's sides: 1 for a single value, a side of any size for a variable vector.</summary>
    private static GraphValue Value(DataViewType type, string name)
    {
        IEnumerable<string> sides = type is not VectorDataViewType vector ? ["1"]
            : vector.IsKnownSize ? vector.Dimensions.Select(side => side.ToString(CultureInfo.InvariantCulture))
            : ["any"];
        return new GraphValue(name, Element(type.GetItemType().RawType), ["rows", .. sides]);
    }

    private static ElementType Element(Type type) =>
        type == typeof(float) ? ElementType.Float
        : type == typeof(bool) ? ElementType.Bool
        : type == typeof(uint) ? ElementType.UInt32
        : throw new NotSupportedException($"A column of {type}.");
}
