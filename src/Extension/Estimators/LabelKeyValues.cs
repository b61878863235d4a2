using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Data.IO;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>
/// The values behind the label's keys (the class names), copied out of the training schema so that the model can name what it predicts.
/// </summary>
internal abstract class LabelKeyValues
{
    /// <summary>A vector of the values' type, one per class.</summary>
    public abstract VectorDataViewType Type { get; }

    public bool IsText => Type.ItemType is TextDataViewType;

    /// <summary>The values of a key column, or null when its keys have none.</summary>
    public static LabelKeyValues? Of(DataViewSchema.Column label)
    {
        if (label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is not VectorDataViewType type || !type.IsKnownSize)
            return null;
        LabelKeyValues values = Make(type);
        values.CopyFrom(label.Annotations);
        return values;
    }

    /// <summary>Adds the values to a column's annotations.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    public abstract void Write(IHostEnvironment env, Stream stream);

    public static LabelKeyValues Read(IHostEnvironment env, Stream stream)
    {
        var saver = new BinarySaver(env, new BinarySaver.Arguments { Silent = true });
        if (!saver.TryLoadTypeAndValue(stream, out DataViewType type, out object value) || type is not VectorDataViewType { IsKnownSize: true } vector)
            throw Contracts.ExceptDecode("The model's class names are of a type that this version of ML.NET cannot read.");
        LabelKeyValues values = Make(vector);
        values.Set(value);
        return values;
    }

    private protected abstract void CopyFrom(DataViewSchema.Annotations annotations);

    private protected abstract void Set(object value);

    private static LabelKeyValues Make(VectorDataViewType type) =>
        (LabelKeyValues)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(type.ItemType.RawType), type)!;

    private sealed class Typed<T>(VectorDataViewType type) : LabelKeyValues
    {
        private VBuffer<T> _values;

        public override VectorDataViewType Type => type;

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind) =>
            annotations.Add<VBuffer<T>>(kind, type, (ref VBuffer<T> dst) => _values.CopyTo(ref dst));

        public override void Write(IHostEnvironment env, Stream stream)
        {
            var saver = new BinarySaver(env, new BinarySaver.Arguments { Silent = true });
            if (!saver.TryWriteTypeAndValue(stream, type, ref _values, out _))
                throw Contracts.Except($"ML.NET cannot save class names of type {type.ItemType}.");
        }

        private protected override void CopyFrom(DataViewSchema.Annotations annotations)
        {
            annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref _values);
            if (_values is VBuffer<ReadOnlyMemory<char>>)
                OwnText();
        }

        private protected override void Set(object value) => _values = (VBuffer<T>)value;

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
