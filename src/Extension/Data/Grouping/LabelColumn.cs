using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data.Grouping;

/// <summary>A label column: reads its value of a row into the record, and computes a window's label by its rule.</summary>
internal abstract class LabelColumn(SequenceLabel label, DataViewType type)
{
    public string Name => label.OutputColumnName;

    public DataViewType Type => type;

    /// <summary>Words of a record.</summary>
    public abstract int Words { get; }

    public virtual DataViewSchema.Annotations? Annotations => null;

    private protected SequenceLabel Label => label;

    /// <summary>The label of a rule.</summary>
    /// <param name="label">The rule.</param>
    /// <param name="column">The column of the long table; null where the rule has none.</param>
    public static LabelColumn Of(SequenceLabel label, DataViewSchema.Column? column)
    {
        if (column is not DataViewSchema.Column found)
            return new RemainingLabel(label);
        if (found.Type is VectorDataViewType)
            return label.Rule == SequenceLabelRule.EveryStep ? new StepVectorLabels(label, found) : new VectorLabel(label, found);
        if (found.Type is TextDataViewType)
            return new TextLabel(label, found);
        if (label.Rule == SequenceLabelRule.Maximum && found.Type is NumberDataViewType)
            return Typed(typeof(LargestLabel<>));
        return label.Rule == SequenceLabelRule.EveryStep ? Typed(typeof(StepLabels<>)) : Typed(typeof(ValueLabel<>));

        LabelColumn Typed(Type generic) =>
            (LabelColumn)Activator.CreateInstance(generic.MakeGenericType(found.Type.RawType), label, found)!;
    }

    /// <summary>A reader of the row's value; null where the label has no column.</summary>
    public abstract StepReading? Open(DataViewRow row, GroupingTables tables);

    /// <summary>A getter of the label.</summary>
    /// <param name="current">The current row of sequences.</param>
    /// <param name="word">The first word of the value in a record.</param>
    public abstract Delegate MakeGetter(GroupedRow current, int word);

    /// <summary>The step of a window whose value is its label.</summary>
    private protected int StepOf(GroupedRow current) =>
        label.Rule switch
        {
            SequenceLabelRule.First => 0,
            SequenceLabelRule.Last => current.Count - 1,
            _ => throw new InvalidOperationException($"The label of {label.Rule} is not the value of one step."),
        };

    /// <summary>Steps from the window's end to that of its sequence.</summary>
    private sealed class RemainingLabel(SequenceLabel label) : LabelColumn(label, NumberDataViewType.Single)
    {
        public override int Words => 0;

        public override StepReading? Open(DataViewRow row, GroupingTables tables) => null;

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<float>(
                (ref float value) => value = Math.Min(current.SequenceEnd - 1 - current.Last, Label.Cap ?? int.MaxValue)
            );
    }

    /// <summary>A text, by its index in the table of texts.</summary>
    private sealed class TextLabel(SequenceLabel label, DataViewSchema.Column column) : LabelColumn(label, column.Type)
    {
        public override int Words => 1;

        public override DataViewSchema.Annotations Annotations => column.Annotations;

        public override StepReading Open(DataViewRow row, GroupingTables tables)
        {
            ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> value = default;
            return words =>
            {
                getter(ref value);
                KeyRows.Write(words, 0, tables.Texts.IndexOf(MemoryMarshal.AsBytes(value.Span)));
            };
        }

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<ReadOnlyMemory<char>>(
                (ref ReadOnlyMemory<char> value) =>
                {
                    byte[] text = current.Tables.Texts[KeyRows.Read<int>(current.Step(StepOf(current)), word)];
                    value = new string(MemoryMarshal.Cast<byte, char>(text)).AsMemory();
                }
            );
    }

    /// <summary>A vector of Single of known size.</summary>
    private sealed class VectorLabel(SequenceLabel label, DataViewSchema.Column column) : LabelColumn(label, column.Type)
    {
        public override int Words { get; } = ((VectorDataViewType)column.Type).Size;

        public override DataViewSchema.Annotations Annotations => column.Annotations;

        public override StepReading Open(DataViewRow row, GroupingTables tables) => NumberReading.Open(row, column);

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<VBuffer<float>>(
                (ref VBuffer<float> value) =>
                {
                    VBufferEditor<float> editor = VBufferEditor.Create(ref value, Words);
                    current.Step(StepOf(current)).Slice(word, Words).CopyTo(editor.Values);
                    value = editor.Commit();
                }
            );
    }

    /// <summary>Vectors of numbers or Booleans of all steps, as Single, with their slot names; at a step that fills a gap, NaN.</summary>
    private sealed class StepVectorLabels(SequenceLabel label, DataViewSchema.Column column)
        : LabelColumn(label, new VectorDataViewType(NumberDataViewType.Single, 0, ((VectorDataViewType)column.Type).Size))
    {
        public override int Words { get; } = ((VectorDataViewType)column.Type).Size;

        public override DataViewSchema.Annotations Annotations
        {
            get
            {
                var builder = new DataViewSchema.Annotations.Builder();
                builder.Add(column.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
                return builder.ToAnnotations();
            }
        }

        public override StepReading Open(DataViewRow row, GroupingTables tables) => NumberReading.Open(row, column);

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<VBuffer<float>>(
                (ref VBuffer<float> value) =>
                {
                    VBufferEditor<float> editor = VBufferEditor.Create(ref value, checked(current.Count * Words));
                    for (int t = 0; t < current.Count; t++)
                    {
                        Span<float> step = editor.Values.Slice(t * Words, Words);
                        if (current.Rows.IsFilled(current.First + t))
                            step.Fill(float.NaN);
                        else
                            current.Step(t).Slice(word, Words).CopyTo(step);
                    }
                    value = editor.Commit();
                }
            );
    }

    /// <summary>A column of values of a fixed size.</summary>
    private abstract class FixedLabel<T>(SequenceLabel label, DataViewSchema.Column column, DataViewType type) : LabelColumn(label, type)
        where T : unmanaged
    {
        private protected DataViewSchema.Column Column => column;

        public override int Words => WordsOf<T>.Count;

        public override StepReading Open(DataViewRow row, GroupingTables tables)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default;
            return words =>
            {
                getter(ref value);
                KeyRows.Write(words, 0, value);
            };
        }
    }

    /// <summary>The value of the first or the last step, or of Booleans whether one is true.</summary>
    private sealed class ValueLabel<T>(SequenceLabel label, DataViewSchema.Column column) : FixedLabel<T>(label, column, column.Type)
        where T : unmanaged
    {
        public override DataViewSchema.Annotations Annotations => Column.Annotations;

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            Label.Rule == SequenceLabelRule.Maximum
                ? new ValueGetter<bool>(
                    (ref bool value) =>
                    {
                        value = false;
                        for (int t = 0; t < current.Count && !value; t++)
                            value = KeyRows.Read<bool>(current.Step(t), word);
                    }
                )
                : new ValueGetter<T>((ref T value) => value = KeyRows.Read<T>(current.Step(StepOf(current)), word));
    }

    /// <summary>The largest number; NaN where there is one.</summary>
    private sealed class LargestLabel<T>(SequenceLabel label, DataViewSchema.Column column) : FixedLabel<T>(label, column, column.Type)
        where T : unmanaged, INumber<T>
    {
        public override DataViewSchema.Annotations Annotations => Column.Annotations;

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<T>(
                (ref T value) =>
                {
                    value = KeyRows.Read<T>(current.Step(0), word);
                    for (int t = 1; t < current.Count; t++)
                        value = T.Max(value, KeyRows.Read<T>(current.Step(t), word));
                }
            );
    }

    /// <summary>The values of all steps; at a step that fills a gap, a missing one.</summary>
    private sealed class StepLabels<T>(SequenceLabel label, DataViewSchema.Column column)
        : FixedLabel<T>(label, column, new VectorDataViewType((PrimitiveDataViewType)column.Type))
        where T : unmanaged
    {
        public override DataViewSchema.Annotations? Annotations => Column.Type is KeyDataViewType ? KeySteps.KeyValuesOf(Column) : null;

        public override Delegate MakeGetter(GroupedRow current, int word) =>
            new ValueGetter<VBuffer<T>>(
                (ref VBuffer<T> value) =>
                {
                    VBufferEditor<T> editor = VBufferEditor.Create(ref value, current.Count);
                    for (int t = 0; t < current.Count; t++)
                        editor.Values[t] = current.Rows.IsFilled(current.First + t) ? Missing() : KeyRows.Read<T>(current.Step(t), word);
                    value = editor.Commit();
                }
            );

        // The missing key is 0.
        private static T Missing() =>
            default(T) switch
            {
                float => (T)(object)float.NaN,
                double => (T)(object)double.NaN,
                _ => default,
            };
    }
}
