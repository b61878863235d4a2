using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Makes a series on a regular grid, without gaps, of the rows read. It proceeds step by step, as an engine does: a missing value repeats
/// the one before it, and with Linear the next value replaces it by a line.
/// </summary>
internal sealed class SeriesBuild
{
    private readonly IExceptionContext _ectx;
    private readonly SeriesBinding _binding;
    private readonly TimeGrid? _grid;
    private readonly SeriesPositions _places;
    private readonly RawSeries _raw;
    private readonly int _targets,
        _past,
        _given;

    // The step after the last that has a target, and after the last whose known future values are given.
    private readonly int _end,
        _knownEnd;

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="grid">The time grid; null for one step per row.</param>
    /// <param name="places">The rows on the grid.</param>
    /// <param name="ahead">Steps beyond the end that need calendar features.</param>
    public SeriesBuild(IExceptionContext ectx, SeriesBinding binding, TimeGrid? grid, SeriesPositions places, int ahead)
    {
        (_ectx, _binding, _grid, _places, _raw) = (ectx, binding, grid, places, places.Raw);
        (_targets, _past, _given) = (binding.TargetCount, binding.PastCount, binding.Known.Sum(SeriesBinding.Width));
        // Trailing rows without any target are future rows.
        _end = EndOf(row => _raw.Values(row)[.._targets].ContainsAnyExcept(float.NaN));
        _knownEnd = _given == 0 ? _end : Math.Max(_end, EndOf(row => !_raw.Values(row)[(_targets + _past)..].Contains(float.NaN)));
        Result = Build(ahead);
        if (Result.Steps.Length > 0 && Result.Steps.FirstWhole >= Result.Steps.Length)
            throw Nothing();
    }

    public KeyedSeries Result { get; }

    /// <summary>Number of imputed values.</summary>
    public long Imputed { get; private set; }

    /// <summary>The first imputed value, as text.</summary>
    public string FirstImputed { get; private set; } = "";

    private int EndOf(Func<int, bool> isThere)
    {
        int last = Array.FindLastIndex(_places.Order, row => isThere(row));
        return last < 0 ? _places.First : _places.Steps[_places.Order[last]] + 1;
    }

    private KeyedSeries Build(int ahead)
    {
        var steps = new TimeSeries(_targets, _past, _binding.KnownCount)
        {
            Statics = _raw.Statics,
            FirstNumber = _grid?.NumberOf(_places.Origin.Time) ?? 0,
        };
        KeyedSeries? before = _places.Before;
        if (before is not null)
        {
            if (_raw.Count > 0)
                StaticValues.Check(_ectx, _binding.Columns.Static, _raw.Name, before.Steps.Statics, _raw.Statics);
            before.Steps.CopyTo(steps, 0, before.Steps.Length);
        }
        var series = new KeyedSeries(_raw.Key, steps, _places.Origin.Time) { Day = _places.Origin.Day, Offsets = Offsets() };
        int next = 0;
        for (int step = _places.First; step < _knownEnd; step++)
        {
            bool hasRow = next < _places.Order.Length && _places.Steps[_places.Order[next]] == step;
            Append(series, step, hasRow ? _places.Order[next++] : null);
        }
        if (_given == 0 && _binding.KnownCount > 0)
            for (int step = _end; step < _end + ahead; step++)
                steps.AddKnown(Known(series, step, []));
        return series;
    }

    // Appends a row, or a step without one.
    private void Append(KeyedSeries series, int step, int? row)
    {
        float[] numbers = row is int own ? _raw.Values(own).ToArray() : [.. Enumerable.Repeat(float.NaN, _targets + _past + _given)];
        Span<float> values = step < _end ? numbers : numbers.AsSpan(_targets + _past);
        if (_binding.Columns.MissingSteps == MissingSteps.Refuse && values.Contains(float.NaN))
            throw Missing(step, numbers.Length - values.Length + values.IndexOf(float.NaN));
        if (values.Contains(float.NaN) && Imputed == 0)
            FirstImputed = $"in column '{ColumnOf(numbers.Length - values.Length + values.IndexOf(float.NaN))}' at {StepText(step)}";
        bool byLine = _binding.Columns.MissingSteps == MissingSteps.Linear;
        if (step < _end)
            Imputed += series.Steps.Append(numbers.AsSpan(0, _targets), numbers.AsSpan(_targets, _past), byLine);
        Imputed += series.Steps.AppendKnown(Known(series, step, numbers.AsSpan(_targets + _past)), byLine);
    }

    private float[] Known(KeyedSeries series, int step, ReadOnlySpan<float> given)
    {
        var known = new float[_binding.KnownCount];
        given.CopyTo(known);
        if (_binding.Columns.CalendarCount > 0)
            _binding.Columns.WriteCalendar(_grid!, series, step, known.AsSpan(given.Length));
        return known;
    }

    private ClockOffsets Offsets()
    {
        ClockOffsets offsets = _places.Before?.Offsets ?? ClockOffsets.None;
        return _grid is { Kind: TimeKind.OffsetMoment, IsOfClock: false }
            ? _places.Order.Aggregate(offsets, (all, row) => all.With(_raw.Time(row)))
            : offsets;
    }

    private string StepText(int step) => _grid is null ? $"row {step}" : _grid.Text(_grid.TimeAt(_places.Origin, step));

    private string ColumnOf(int channel)
    {
        foreach (var column in (IEnumerable<Microsoft.ML.DataViewSchema.Column>)[.. _binding.Targets, .. _binding.Past, .. _binding.Known])
            if ((channel -= SeriesBinding.Width(column)) < 0)
                return column.Name;
        throw new ArgumentOutOfRangeException(nameof(channel));
    }

    private Exception Missing(int step, int channel) =>
        _ectx.Except(
            $"{_raw.Name} has no value (NaN) in column '{ColumnOf(channel)}' at {StepText(step)}, and MissingSteps is Refuse: set it to "
                + $"LastValue or Linear to impute such steps, or correct the data."
        );

    private Exception Nothing()
    {
        int channel = Enumerable
            .Range(0, _targets + _past + _given)
            .First(c => Enumerable.Range(0, Result.Steps.Length).All(step => Result.Steps.IsMadeUp(c, step)));
        return _ectx.Except($"{_raw.Name} has no value at all in column '{ColumnOf(channel)}': leave the series out, or the column.");
    }
}
