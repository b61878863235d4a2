using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Estimators;

/// <summary>A part of all sequences, whose values a permutation swaps between rows.</summary>
/// <param name="Channel">The channel, with its values at all steps; null for a part of several channels.</param>
/// <param name="FirstStep">The first of its steps; 0 for a channel.</param>
/// <param name="Steps">Number of its steps; for a channel all.</param>
internal readonly record struct SequencePart(int? Channel, int FirstStep, int Steps);

/// <summary>A permutation: for each row the row that donates its values of the part.</summary>
internal sealed record PartPermutation(SequencePart Part, int[] Donors);

/// <summary>The values of a sequence column, read once, which a <see cref="PermutedRows"/> returns with a part of them swapped.</summary>
internal abstract class SequenceValues
{
    /// <summary>Number of steps of a row.</summary>
    public abstract int Length(int row);

    /// <summary>Reads the cursor's current row, as the next one.</summary>
    public abstract void Read();

    /// <summary>The getter of a column with a part of its values from other rows.</summary>
    /// <param name="row">Returns the index of the current row.</param>
    /// <param name="permutation">The part, and its source rows.</param>
    public abstract Delegate Getter(Func<int> row, PartPermutation permutation);

    /// <param name="cursor">The rows.</param>
    /// <param name="column">The column.</param>
    /// <param name="channels">Number of its channels.</param>
    /// <param name="firstChannel">Index of its first channel among all.</param>
    /// <param name="layout">The layout of its values.</param>
    public static SequenceValues Open(
        DataViewRow cursor,
        DataViewSchema.Column column,
        int channels,
        int firstChannel,
        SequenceLayout layout
    ) =>
        (SequenceValues)
            Activator.CreateInstance(
                typeof(Of<>).MakeGenericType(column.Type.GetItemType().RawType),
                cursor,
                column,
                channels,
                firstChannel,
                layout
            )!;

    private sealed class Of<T>(DataViewRow cursor, DataViewSchema.Column column, int channels, int firstChannel, SequenceLayout layout)
        : SequenceValues
    {
        private readonly ValueGetter<VBuffer<T>> _getter = cursor.GetGetter<VBuffer<T>>(column);
        private readonly List<T[]> _rows = [];
        private VBuffer<T> _value;

        public override int Length(int row) => _rows[row].Length / channels;

        public override void Read()
        {
            _getter(ref _value);
            _rows.Add([.. _value.DenseValues()]);
        }

        public override Delegate Getter(Func<int> row, PartPermutation permutation) =>
            (ValueGetter<VBuffer<T>>)(
                (ref VBuffer<T> dst) =>
                {
                    T[] own = _rows[row()];
                    var editor = VBufferEditor.Create(ref dst, own.Length);
                    own.CopyTo(editor.Values);
                    Swap(editor.Values, own, _rows[permutation.Donors[row()]], permutation.Part);
                    dst = editor.Commit();
                }
            );

        private void Swap(Span<T> values, T[] own, T[] donor, SequencePart part)
        {
            if (part.Channel is not int channel)
                SwapSteps(values, own, donor, part.FirstStep, part.Steps);
            else if (channel >= firstChannel && channel < firstChannel + channels)
                SwapChannel(values, own, donor, channel - firstChannel);
        }

        // A donor of another length is stretched: first step to first step, last to last.
        private void SwapChannel(Span<T> values, T[] own, T[] donor, int channel)
        {
            int steps = own.Length / channels,
                donorSteps = donor.Length / channels;
            if (donorSteps == 0)
                return;
            for (int t = 0; t < steps; t++)
                values[Place(t, channel, steps)] = donor[Place((int)((long)t * donorSteps / steps), channel, donorSteps)];
        }

        private void SwapSteps(Span<T> values, T[] own, T[] donor, int first, int count)
        {
            int steps = own.Length / channels,
                donorSteps = donor.Length / channels;
            for (int t = first; t < Math.Min(first + count, Math.Min(steps, donorSteps)); t++)
            for (int channel = 0; channel < channels; channel++)
                values[Place(t, channel, steps)] = donor[Place(t, channel, donorSteps)];
        }

        private int Place(int step, int channel, int steps) =>
            layout == SequenceLayout.FeatureMajor ? channel * steps + step : step * channels + channel;
    }
}
