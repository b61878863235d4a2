using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Estimators;

/// <summary>
/// The values behind the label's keys (the class names), copied from the training schema so that the model can name its predictions.
/// </summary>
internal abstract class LabelKeyValues
{
    /// <summary>A vector of the values' type, one per class.</summary>
    public abstract VectorDataViewType Type { get; }

    public bool IsText => Type.ItemType is TextDataViewType;

    /// <summary>The class names in a column's annotations, or null for none.</summary>
    /// <param name="column">A key column, or a column of scores.</param>
    /// <param name="kind">The annotation: that of a key column, or <c>TrainingLabelValues</c> of scores.</param>
    public static LabelKeyValues? Of(DataViewSchema.Column column, string kind = AnnotationUtils.Kinds.KeyValues)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is not VectorDataViewType type || !type.IsKnownSize)
            return null;
        LabelKeyValues values = Make(type);
        values.CopyFrom(column.Annotations, kind);
        return values;
    }

    /// <summary>The names of a label's classes, or labels: those of the options, or of the column; null for none.</summary>
    public static LabelKeyValues? Of(LabelBinding label) =>
        label.GivenNames is IReadOnlyList<string> names ? Of(names)
        : label.ColumnNamesLabels ? Of(label.Column, label.NamesKind)
        : null;

    /// <summary>Class names given as text.</summary>
    public static LabelKeyValues Of(IReadOnlyList<string> names)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyTexts(names);
        LabelKeyValues values = Make(new VectorDataViewType(TextDataViewType.Instance, names.Count));
        values.CopyFrom(annotations.ToAnnotations(), AnnotationUtils.Kinds.KeyValues);
        return values;
    }

    /// <summary>Adds the values to a column's annotations.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    /// <summary>The values as text, one per class.</summary>
    public abstract IEnumerable<string> ToTexts();

    /// <summary>Writes the values' type, count and values.</summary>
    /// <exception cref="InvalidOperationException">The values are of a type that model files do not support.</exception>
    public void Write(BinaryWriter writer)
    {
        PrimitiveFormat format =
            PrimitiveFormat.Of(Type.ItemType)
            ?? throw Contracts.Except(
                $"A model file cannot hold class names of type {Type.ItemType}: map the label's values to text or numbers before "
                    + $"MapValueToKey."
            );
        format.WriteCode(writer);
        writer.Write(Type.Size);
        WriteValues(format, writer);
    }

    /// <param name="reader">At the values.</param>
    /// <param name="classes">The network's number of classes.</param>
    public static LabelKeyValues Read(PayloadReader reader, int classes)
    {
        PrimitiveFormat format = PrimitiveFormat.ReadCode(reader, "class names");
        int count = reader.ReadCount(elementBytes: 1, "class names");
        if (count != classes)
            throw Contracts.ExceptDecode($"The model names {count} classes, but its network has {classes} outputs.");
        LabelKeyValues values = Make(new VectorDataViewType(format.Type, count));
        values.ReadValues(format, reader);
        return values;
    }

    private protected abstract void WriteValues(PrimitiveFormat format, BinaryWriter writer);

    private protected abstract void ReadValues(PrimitiveFormat format, BinaryReader reader);

    private protected abstract void CopyFrom(DataViewSchema.Annotations annotations, string kind);

    private static LabelKeyValues Make(VectorDataViewType type) =>
        (LabelKeyValues)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(type.ItemType.RawType), type)!;

    private sealed class Typed<T>(VectorDataViewType type) : LabelKeyValues
    {
        private VBuffer<T> _values;

        public override VectorDataViewType Type => type;

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind) =>
            annotations.Add<VBuffer<T>>(kind, type, (ref VBuffer<T> dst) => _values.CopyTo(ref dst));

        public override IEnumerable<string> ToTexts() =>
            _values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

        private protected override void WriteValues(PrimitiveFormat format, BinaryWriter writer)
        {
            foreach (T value in _values.DenseValues())
                ((PrimitiveFormat<T>)format).Write(writer, value);
        }

        private protected override void ReadValues(PrimitiveFormat format, BinaryReader reader)
        {
            var values = new T[type.Size];
            for (int i = 0; i < values.Length; i++)
                values[i] = ((PrimitiveFormat<T>)format).Read(reader);
            _values = new VBuffer<T>(values.Length, values);
        }

        private protected override void CopyFrom(DataViewSchema.Annotations annotations, string kind)
        {
            annotations.GetValue(kind, ref _values);
            if (_values is VBuffer<ReadOnlyMemory<char>>)
                OwnText();
        }

        // Text may be slices of a large buffer of the training pipeline, which the model must not keep alive.
        private void OwnText()
        {
            var text = (VBuffer<ReadOnlyMemory<char>>)(object)_values;
            var editor = VBufferEditor.CreateFromBuffer(ref text);
            for (int i = 0; i < editor.Values.Length; i++)
                editor.Values[i] = editor.Values[i].ToString().AsMemory();
            _values = (VBuffer<T>)(object)editor.Commit();
        }
    }
}
