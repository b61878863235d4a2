using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>A column of sequences: reads its values of a row into the record, and gives those of all steps of a window.</summary>
internal abstract class StepFeatures(string name, DataViewType type)
{
    /// <summary>The column of sequences.</summary>
    public string Name => name;

    public DataViewType Type => type;

    /// <summary>Words of a record.</summary>
    public abstract int Words { get; }

    /// <summary>F of the column, with the feature of a mask; 0 for keys.</summary>
    public abstract int Features { get; }

    /// <summary>The annotations of the column.</summary>
    public virtual DataViewSchema.Annotations? Annotations => null;

    /// <summary>A reader of a row's values.</summary>
    public abstract StepReading Open(DataViewRow row);

    /// <summary>A getter of the column's type.</summary>
    /// <param name="current">The current row of sequences.</param>
    /// <param name="word">The first word of the values in a record.</param>
    public abstract Delegate MakeGetter(GroupedRow current, int word);
}

/// <summary>Reads values of the current row of a long table into a record.</summary>
internal delegate void StepReading(Span<float> words);

/// <summary>Columns of numbers: the features of a step, one after the other.</summary>
internal sealed class NumberSteps(string name, IReadOnlyList<DataViewSchema.Column> columns, bool hasMask)
    : StepFeatures(name, new VectorDataViewType(NumberDataViewType.Single, 0, columns.Sum(Width) + (hasMask ? 1 : 0)))
{
    public override int Words { get; } = columns.Sum(Width);

    public override int Features => Words + (hasMask ? 1 : 0);

    public override StepReading Open(DataViewRow row)
    {
        StepReading[] readings = [.. columns.Select(column => NumberReading.Open(row, column))];
        int[] widths = [.. columns.Select(Width)];
        return words =>
        {
            for (int i = 0; i < readings.Length; i++)
            {
                readings[i](words[..widths[i]]);
                words = words[widths[i]..];
            }
        };
    }

    public override Delegate MakeGetter(GroupedRow current, int word) =>
        new ValueGetter<VBuffer<float>>(
            (ref VBuffer<float> destination) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref destination, checked(current.Count * Features));
                Span<float> values = editor.Values;
                for (int t = 0; t < current.Count; t++, values = values[Features..])
                {
                    current.Step(t).Slice(word, Words).CopyTo(values);
                    if (hasMask)
                        values[Words] = current.Rows.IsFilled(current.First + t) ? 1 : 0;
                }
                destination = editor.Commit();
            }
        );

    private static int Width(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;
}

/// <summary>Reads a column of numbers or Booleans as Single.</summary>
internal static class NumberReading
{
    public static StepReading Open(DataViewRow row, DataViewSchema.Column column)
    {
        DataViewType item = column.Type.GetItemType();
        if (item is BooleanDataViewType)
            return Typed<bool>(row, column, value => value ? 1 : 0);
        return Type.GetTypeCode(item.RawType) switch
        {
            TypeCode.Single => Typed<float>(row, column, value => value),
            TypeCode.Double => Number<double>(row, column),
            TypeCode.SByte => Number<sbyte>(row, column),
            TypeCode.Byte => Number<byte>(row, column),
            TypeCode.Int16 => Number<short>(row, column),
            TypeCode.UInt16 => Number<ushort>(row, column),
            TypeCode.Int32 => Number<int>(row, column),
            TypeCode.UInt32 => Number<uint>(row, column),
            TypeCode.Int64 => Number<long>(row, column),
            TypeCode.UInt64 => Number<ulong>(row, column),
            _ => throw new InvalidOperationException($"There are no numbers of type {item}."),
        };
    }

    private static StepReading Number<T>(DataViewRow row, DataViewSchema.Column column)
        where T : INumber<T> => Typed<T>(row, column, float.CreateTruncating);

    private static StepReading Typed<T>(DataViewRow row, DataViewSchema.Column column, Func<T, float> convert)
    {
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<T>> vectors = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            return words =>
            {
                vectors(ref vector);
                FixedLength.Check(row, column, vector.Length);
                words.Clear();
                foreach (var (index, value) in vector.Items())
                    words[index] = convert(value);
            };
        }
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T scalar = default!;
        return words =>
        {
            getter(ref scalar);
            words[0] = convert(scalar);
        };
    }
}

/// <summary>A column of keys: a token for each step.</summary>
internal abstract class KeySteps(string name, DataViewSchema.Column column)
    : StepFeatures(name, new VectorDataViewType((KeyDataViewType)column.Type))
{
    private protected DataViewSchema.Column Column => column;

    public override int Features => 0;

    public override DataViewSchema.Annotations? Annotations => KeyValuesOf(column);

    /// <exception cref="ArgumentOutOfRangeException">The keys are of unknown count.</exception>
    public static KeySteps Of(IExceptionContext ectx, string name, DataViewSchema.Column column, bool hasMask) =>
        column.Type is KeyDataViewType { Count: > 0 and <= int.MaxValue } key
            ? (KeySteps)Activator.CreateInstance(typeof(Tokens<>).MakeGenericType(key.RawType), name, column, hasMask)!
            : throw ectx.ExceptSchemaMismatch(
                "schema",
                "step",
                column.Name,
                "keys of a known count below 2,147,483,648",
                column.Type.ToString()!
            );

    /// <summary>The values behind a column's keys, as annotations; null where it has none.</summary>
    public static DataViewSchema.Annotations? KeyValuesOf(DataViewSchema.Column column)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(column.Annotations, name => name == AnnotationUtils.Kinds.KeyValues);
        return builder.ToAnnotations();
    }

    private sealed class Tokens<T>(string name, DataViewSchema.Column column, bool hasMask) : KeySteps(name, column)
        where T : unmanaged
    {
        public override int Words => WordsOf<T>.Count;

        public override StepReading Open(DataViewRow row)
        {
            ValueGetter<T> getter = row.GetGetter<T>(Column);
            T value = default;
            return words =>
            {
                getter(ref value);
                KeyRows.Write(words, 0, value);
            };
        }

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<VBuffer<T>>(
                (ref VBuffer<T> destination) =>
                {
                    VBufferEditor<T> editor = VBufferEditor.Create(ref destination, current.Count);
                    for (int t = 0; t < current.Count; t++)
                    {
                        bool isMasked = hasMask && current.Rows.IsFilled(current.First + t);
                        editor.Values[t] = isMasked ? default : KeyRows.Read<T>(current.Step(t), word);
                    }
                    destination = editor.Commit();
                }
            );
    }
}

/// <summary>Words (of 4 bytes) that a value takes in a record.</summary>
internal static class WordsOf<T>
    where T : unmanaged
{
    public static int Count { get; } = (System.Runtime.CompilerServices.Unsafe.SizeOf<T>() + sizeof(float) - 1) / sizeof(float);
}
