namespace RnnMlNet.Data.Series;

/// <summary>The values of one channel of a series, and which of them are imputed.</summary>
internal sealed class SeriesChannel
{
    private float[] _values = [];

    // [steps]; empty while nothing is imputed.
    private bool[] _isMadeUp = [];

    // Whether all values so far were missing, with nothing before them.
    private bool _isOpen = true;

    public int Length { get; private set; }

    /// <summary>The first step that has a value, of its own or imputed from an earlier one; <see cref="Length"/> where there is
    /// none.</summary>
    public int First { get; private set; }

    public ReadOnlySpan<float> Read(int start, int count) => _values.AsSpan(0, Length).Slice(start, count);

    public bool IsMadeUp(int step) => step < _isMadeUp.Length && step < Length && _isMadeUp[step];

    /// <summary>Adds a value that is present, or already imputed.</summary>
    public void Add(float value, bool isMadeUp)
    {
        if (Length == _values.Length)
            Array.Resize(ref _values, Math.Max(64, 2 * Length));
        _values[Length++] = value;
        _isOpen = false;
        if (isMadeUp)
            Mark();
    }

    /// <summary>Marks the last value as imputed.</summary>
    public void Mark()
    {
        if (_isMadeUp.Length < Length)
            Array.Resize(ref _isMadeUp, _values.Length);
        _isMadeUp[Length - 1] = true;
    }

    /// <summary>Adds a value; NaN repeats the one before it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="byLine">Whether a value that is present interpolates the imputed ones before it.</param>
    /// <returns>Whether the value is present.</returns>
    public bool Append(float value, bool byLine)
    {
        bool isOpen = _isOpen,
            isThere = !float.IsNaN(value);
        Add(
            isThere ? value
                : Length == 0 ? 0
                : _values[Length - 1],
            !isThere
        );
        _isOpen = isOpen && !isThere;
        if (_isOpen)
            First = Length;
        else if (isOpen)
            _values.AsSpan(0, Length - 1).Fill(value);
        else if (isThere && byLine)
            DrawLine();
        return isThere;
    }

    /// <summary>The first step of the imputed run that ends before a step; the step itself where the one before it is present.</summary>
    public int RunStart(int end)
    {
        int start = end;
        while (start > 0 && IsMadeUp(start - 1))
            start--;
        return start;
    }

    /// <summary>The last value that is present before an end.</summary>
    public float BeforeRun(int end) => _values[Math.Max(0, RunStart(end) - 1)];

    /// <summary>Replaces the imputed values at the end by a value.</summary>
    public void FillEnd(float value) => _values.AsSpan(RunStart(Length)..Length).Fill(value);

    public void CopyTo(SeriesChannel other, int start, int count)
    {
        // A prefix copied alone keeps the state before the first value.
        for (int step = start; step < start + count; step++)
            other.Add(_values[step], IsMadeUp(step));
        if (other.Length == count)
            other.First = Math.Clamp(First - start, 0, count);
        other._isOpen = other.First == other.Length;
    }

    private void DrawLine()
    {
        int start = RunStart(Length - 1),
            before = Math.Max(0, start - 1),
            steps = Length - 1 - before;
        for (int step = before + 1; step < Length - 1; step++)
            _values[step] = _values[before] + (float)(step - before) / steps * (_values[Length - 1] - _values[before]);
    }
}
