using System.Buffers;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data.Grouping;

/// <summary>A column whose values are stored as bytes of a tuple: of a sequence's key, or of its static values.</summary>
internal abstract class TupleCell(DataViewSchema.Column column)
{
    public DataViewSchema.Column Column => column;

    public static TupleCell Of(DataViewSchema.Column column)
    {
        DataViewType item = column.Type.GetItemType();
        Type type = column.Type is VectorDataViewType ? typeof(VectorCell<>) : typeof(ScalarCell<>);
        return (TupleCell)Activator.CreateInstance(type.MakeGenericType(item.RawType), column, ValueCodec.Of(item))!;
    }

    /// <summary>An action that writes the row's value, and returns whether it has one: no missing key, no empty text.</summary>
    public abstract Func<IBufferWriter<byte>, bool> Open(DataViewRow row);

    /// <summary>A getter of the column's type.</summary>
    /// <param name="current">The tuple of the current row.</param>
    /// <param name="part">The value's bytes in a tuple.</param>
    public abstract Delegate MakeGetter(Func<byte[]> current, Func<byte[], ReadOnlyMemory<byte>> part);

    /// <summary>The value as text, for an error message.</summary>
    public abstract string Text(ReadOnlySpan<byte> bytes);

    private sealed class ScalarCell<T>(DataViewSchema.Column column, ValueCodec<T> codec) : TupleCell(column)
    {
        public override Func<IBufferWriter<byte>, bool> Open(DataViewRow row)
        {
            ValueGetter<T> getter = row.GetGetter<T>(Column);
            T value = default!;
            bool canBeMissing = Column.Type is KeyDataViewType;
            return bytes =>
            {
                getter(ref value);
                codec.Write(value, bytes);
                if (value is ReadOnlyMemory<char> text)
                    return text.Length > 0;
                return !canBeMissing || !EqualityComparer<T>.Default.Equals(value, default);
            };
        }

        public override Delegate MakeGetter(Func<byte[]> current, Func<byte[], ReadOnlyMemory<byte>> part)
        {
            byte[]? read = null;
            T value = default!;
            return new ValueGetter<T>(
                (ref T destination) =>
                {
                    byte[] tuple = current();
                    if (!ReferenceEquals(read, tuple))
                    {
                        codec.Read(part(tuple).Span, out value);
                        read = tuple;
                    }
                    destination = value;
                }
            );
        }

        public override string Text(ReadOnlySpan<byte> bytes)
        {
            codec.Read(bytes, out T value);
            return codec.Text(value);
        }
    }

    private sealed class VectorCell<T>(DataViewSchema.Column column, ValueCodec<T> codec) : TupleCell(column)
    {
        private const int MostShown = 8;
        private static readonly NumberCodec<int> _lengths = new();

        public override Func<IBufferWriter<byte>, bool> Open(DataViewRow row)
        {
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(Column);
            VBuffer<T> values = default;
            return bytes =>
            {
                getter(ref values);
                FixedLength.Check(row, Column, values.Length);
                _lengths.Write(values.Length, bytes);
                foreach (T value in values.DenseValues())
                    codec.Write(value, bytes);
                return true;
            };
        }

        public override Delegate MakeGetter(Func<byte[]> current, Func<byte[], ReadOnlyMemory<byte>> part) =>
            new ValueGetter<VBuffer<T>>(
                (ref VBuffer<T> destination) =>
                {
                    ReadOnlySpan<byte> bytes = part(current()).Span;
                    bytes = bytes[_lengths.Read(bytes, out int length)..];
                    VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
                    for (int i = 0; i < length; i++)
                        bytes = bytes[codec.Read(bytes, out editor.Values[i])..];
                    destination = editor.Commit();
                }
            );

        public override string Text(ReadOnlySpan<byte> bytes)
        {
            bytes = bytes[_lengths.Read(bytes, out int length)..];
            var texts = new List<string>();
            for (int i = 0; i < Math.Min(length, MostShown); i++)
            {
                bytes = bytes[codec.Read(bytes, out T value)..];
                texts.Add(codec.Text(value));
            }
            if (length > MostShown)
                texts.Add(string.Create(CultureInfo.InvariantCulture, $"... {length} values"));
            return $"[{string.Join(", ", texts)}]";
        }
    }
}
