using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Converts the values of a row's steps, in the user's units, to the network's numbers and category ids: elapsed times, replaced missing
/// values, standardisation. Thread-safe: what the steps before leave behind is in a state of the caller's.
/// </summary>
internal sealed class InputEncoder
{
    private const float SecondsOfDay = 24 * 60 * 60;

    private readonly StepColumns _columns;
    private readonly FeatureScaling? _steps,
        _statics;
    private readonly Standardiser? _standardiser;
    private readonly CategoryLookup? _lookup;
    private readonly CategoryScaling? _byCategory;
    private readonly int _values,
        _numbers,
        _encodedNumbers,
        _encoded,
        _patchLength;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="steps">Standardises a step's encoded values, category ids with mean 0 and deviation 1; null for none.</param>
    /// <param name="byCategory">Standardises them within categories; null for none.</param>
    /// <param name="statics">Standardises static values; null for none.</param>
    public InputEncoder(NetworkShape shape, FeatureScaling? steps, CategoryScaling? byCategory = null, FeatureScaling? statics = null)
    {
        _columns = shape.StepColumns;
        (_steps, _byCategory, _statics) = (steps, byCategory, statics);
        _standardiser = steps is null ? null : new Standardiser(steps);
        _lookup = byCategory is null ? null : new CategoryLookup(byCategory);
        _patchLength = shape.PatchLength;
        _values = shape.TimeStepValues;
        _numbers = _columns.Numbers(_values);
        _encodedNumbers = _columns.EncodedNumbers(_values);
        _encoded = _columns.Encoded(_values);
        StepWidth = shape.EncodedFeatures;
        RawStepWidth = shape.Features;
        StateSize = StateSizeOf(shape);
        IsStandardiserAlone = !_columns.IsChanged && byCategory is null;
    }

    /// <summary>The encoder of a trained network.</summary>
    public static InputEncoder Of(NetworkParameters network) =>
        new(network.Shape, network.FeatureScaling, network.CategoryScaling, network.StaticScaling);

    /// <summary>Values of a network's step before encoding: R for each of its time steps.</summary>
    public int RawStepWidth { get; }

    /// <summary>Encoded values of a network's step: M + K for each of its time steps.</summary>
    public int StepWidth { get; }

    /// <summary>Number of a sequence's state, all 0 before its first step.</summary>
    public int StateSize { get; }

    /// <summary>Whether a step is encoded by the standardisation alone, so that no state is needed.</summary>
    private bool IsStandardiserAlone { get; }

    /// <summary>Whether a missing number without a last one stays NaN, instead of becoming the mean.</summary>
    public bool KeepsMissing { get; init; }

    /// <summary>Whether encoded values are the row's own.</summary>
    public bool LeavesStepsUnchanged => IsStandardiserAlone && _steps is null;

    /// <summary>Size of the state for a network.</summary>
    public static int StateSizeOf(NetworkShape shape) =>
        shape.StepColumns is { IsChanged: true } columns
            ? (columns.HasTime || columns.AreMasked ? 1 : 0)
                + (columns.HasTime ? StepColumns.TimeValues : 0)
                + (columns.AreMasked ? 3 * columns.Numbers(shape.TimeStepValues) : 0)
            : 0;

    /// <summary>Encodes the first steps of a row, or all.</summary>
    /// <param name="sequence">The row.</param>
    /// <param name="encoded">[T, <see cref="StepWidth"/>], overwritten.</param>
    public void Encode(in SequenceView sequence, Span<float> encoded)
    {
        if (StateSize == 0)
            Encode(sequence, encoded, []);
        else if (StateSize <= 256)
        {
            Span<float> state = stackalloc float[256];
            state.Clear();
            Encode(sequence, encoded, state[..StateSize]);
        }
        else
        {
            float[] rented = System.Buffers.ArrayPool<float>.Shared.Rent(StateSize);
            rented.AsSpan(0, StateSize).Clear();
            Encode(sequence, encoded, rented.AsSpan(0, StateSize));
            System.Buffers.ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Encodes the next steps of a sequence.</summary>
    /// <param name="sequence">The steps, and the row's static values.</param>
    /// <param name="encoded">[T, <see cref="StepWidth"/>], overwritten.</param>
    /// <param name="state">[<see cref="StateSize"/>] the state after the steps before; updated.</param>
    public void Encode(in SequenceView sequence, Span<float> encoded, Span<float> state)
    {
        if (IsStandardiserAlone)
        {
            if (_standardiser is null)
                sequence.Steps.CopyTo(encoded);
            else
                _standardiser.Apply(sequence.Steps, encoded);
            return;
        }
        int timeSteps = sequence.Length * _patchLength;
        for (int t = 0; t < timeSteps; t++)
        {
            ReadOnlySpan<float> raw = sequence.Steps.Slice(t * _values, _values);
            Span<float> step = encoded.Slice(t * _encoded, _encoded);
            float elapsed = StateSize == 0 ? 0 : Elapsed(raw, state);
            ReplaceMissing(raw[.._numbers], elapsed, step, state);
            if (_columns.HasTime)
                step[_encodedNumbers - 1] = elapsed;
            raw[^_columns.Categories.Count..].CopyTo(step[_encodedNumbers..]);
            Standardise(raw, sequence.Static, t % _patchLength * _encoded, step[.._encodedNumbers]);
        }
    }

    /// <summary>The numbers of static values, standardised; ids stay.</summary>
    /// <param name="raw">[S] the values.</param>
    /// <param name="encoded">[S], overwritten.</param>
    public void EncodeStatic(ReadOnlySpan<float> raw, Span<float> encoded)
    {
        for (int i = 0; i < raw.Length; i++)
            encoded[i] = _statics is null ? raw[i] : (raw[i] - _statics.Mean[i]) / _statics.Deviation[i];
    }

    // The time since the step before, in the time column's units, or 1 without one; 0 of the first step. The state begins with whether
    // there was a step, followed by its time.
    private float Elapsed(ReadOnlySpan<float> raw, Span<float> state)
    {
        bool isFirst = state[0] == 0;
        state[0] = 1;
        if (!_columns.HasTime)
            return isFirst ? 0 : 1;
        ReadOnlySpan<float> time = raw.Slice(_numbers, StepColumns.TimeValues);
        Span<float> before = state.Slice(1, StepColumns.TimeValues);
        float elapsed = isFirst ? 0 : (time[0] - before[0]) * SecondsOfDay + (time[1] - before[1]);
        time.CopyTo(before);
        return elapsed;
    }

    // The state ends with three values for each number: the last present one, whether there is one, and the time from it, or from the first
    // step, to the step before.
    private void ReplaceMissing(ReadOnlySpan<float> raw, float elapsed, Span<float> step, Span<float> state)
    {
        int n = raw.Length;
        Span<float> values = _columns.AreMasked ? state[^(3 * n)..] : [];
        for (int i = 0; i < n; i++)
        {
            bool isPresent = !float.IsNaN(raw[i]);
            if (values.IsEmpty)
            {
                step[i] = isPresent || _columns.MissingValues != MissingValues.Zero ? raw[i] : 0;
                continue;
            }
            Span<float> last = values.Slice(3 * i, 3);
            float since = last[2] + elapsed;
            step[i] = isPresent || last[1] == 0 || _columns.MissingValues != MissingValues.LastValue ? raw[i] : last[0];
            step[n + i] = isPresent ? 1 : 0;
            step[2 * n + i] = since;
            last[2] = isPresent ? 0 : since;
            if (isPresent)
                (last[0], last[1]) = (raw[i], 1);
        }
    }

    private void Standardise(ReadOnlySpan<float> raw, ReadOnlySpan<float> statics, int first, Span<float> numbers)
    {
        int category = _lookup?.Find(raw, statics) ?? -1;
        FeatureScaling? scaling = category >= 0 ? _byCategory!.Scalings[category] : _steps;
        if (category >= 0)
            first = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            float value = scaling is null ? numbers[i] : (numbers[i] - scaling.Mean[first + i]) / scaling.Deviation[first + i];
            // A missing number without a last one is the mean.
            numbers[i] = _columns.AreMasked && float.IsNaN(value) && !KeepsMissing ? 0 : value;
        }
    }
}
