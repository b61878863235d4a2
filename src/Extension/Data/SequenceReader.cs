using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// Reads a cursor's current row as a sequence, step-major, into its own buffers. One per cursor; it allocates only while its buffers grow.
/// </summary>
internal abstract class SequenceReader
{
    /// <summary>The sequence last read; valid until the next <see cref="Read"/>.</summary>
    public abstract SequenceView Current { get; }

    /// <summary>Whether all values last read are finite.</summary>
    public abstract bool IsFinite { get; }

    /// <summary>Reads the cursor's current row.</summary>
    /// <exception cref="InvalidOperationException">The row's length does not fit; the message names the row.</exception>
    public abstract void Read();

    /// <summary>A buffer of at least <paramref name="length"/> values, the given one where it is long enough.</summary>
    private protected static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[Math.Max(length, buffer.Length * 2)];
    }
}

/// <summary>A column of numeric features, [T, F] or flat.</summary>
internal sealed class StepReader(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, int features, SequenceLayout layout)
    : SequenceReader
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> _value;
    private float[] _dense = [];
    private float[] _transposed = [];
    private int _count;

    private bool IsStepMajor => layout == SequenceLayout.StepMajor || features == 1;

    public override SequenceView Current => SequenceView.OfSteps(IsStepMajor ? Values : _transposed.AsSpan(0, _count), features);

    public override bool IsFinite => Finite.All(Values);

    // The vector's own values where it is dense.
    private ReadOnlySpan<float> Values => _value.IsDense ? _value.GetValues() : _dense.AsSpan(0, _count);

    public override void Read()
    {
        _getter(ref _value);
        _count = _value.Length;
        FixedLength.Check(ectx, row, column, _count);
        if (_count % features != 0)
            throw ectx.Except(
                $"Row {row.Position} of column '{column.Name}' has {_count} values, which is not a multiple of FeaturesPerStep, {features}."
            );
        if (!_value.IsDense)
        {
            Grow(ref _dense, _count);
            _value.CopyTo(_dense.AsSpan(0, _count));
        }
        if (!IsStepMajor)
            Transpose(Values);
    }

    private void Transpose(ReadOnlySpan<float> values)
    {
        Grow(ref _transposed, _count);
        int steps = _count / features;
        for (int f = 0; f < features; f++)
        for (int t = 0; t < steps; t++)
            _transposed[t * features + f] = values[f * steps + t];
    }
}
