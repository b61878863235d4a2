using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Makes a series on a regular grid, without gaps, of rows that were read.</summary>
internal sealed class SeriesBuild
{
    private readonly IExceptionContext _ectx;
    private readonly SeriesBinding _binding;
    private readonly TimeGrid? _grid;
    private readonly RawSeries _raw;
    private readonly int[] _order;
    private readonly int _targets, _past, _given;
    // [steps] of each its row in the data, -1 where it has none.
    private readonly int[] _rowOf;
    // [channels][steps]
    private readonly float[][] _channels;
    private readonly int _length;

    /// <param name="ectx">Whose the errors are.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="grid">The steps of the times; null for row after row.</param>
    /// <param name="raw">The rows.</param>
    /// <param name="order">Their order.</param>
    /// <param name="ahead">Steps beyond the end that the calendar is needed for.</param>
    /// <param name="before">What came before; the series begins with it where its first row follows. Null for nothing.</param>
    public SeriesBuild(IExceptionContext ectx, SeriesBinding binding, TimeGrid? grid, RawSeries raw, int[] order, int ahead, KeyedSeries? before)
    {
        (_ectx, _binding, _grid, _raw, _order) = (ectx, binding, grid, raw, order);
        (_targets, _past, _given) = (binding.TargetCount, binding.PastCount, binding.Known.Sum(SeriesBinding.Width));
        Steps = Place();
        _rowOf = RowOf();
        _channels = [.. Enumerable.Range(0, _targets + _past + _given).Select(Channel)];
        // Rows at the end without any target are of the time to come.
        _length = 1 + Array.FindLastIndex(_rowOf, row => row >= 0 && _raw.Values(row)[.._targets].ContainsAnyExcept(float.NaN));
        int known = _given == 0 ? _length : 1 + Array.FindLastIndex(_rowOf, row => row >= 0 && !_raw.Values(row)[(_targets + _past)..].Contains(float.NaN));
        var missing = new bool[_rowOf.Length][];
        for (int c = 0; c < _channels.Length; c++)
            Fill(c, c < _targets + _past ? _length : Math.Max(known, _length), missing);
        Result = Build(missing, Math.Max(known, _length), ahead, Follows(before) ? before : null);
        if (Result.Steps.Length > _length)
            Shift(Result.Steps.Length - _length);
    }

    /// <summary>[rows] of each its step.</summary>
    public int[] Steps { get; }

    public KeyedSeries Result { get; }

    /// <summary>Values that were made up.</summary>
    public long Imputed { get; private set; }

    /// <summary>The first of them in words.</summary>
    public string FirstImputed { get; private set; } = "";

    private int[] Place()
    {
        var steps = new int[_order.Length];
        long origin = _order.Length == 0 ? 0 : _raw.Time(_order[0]);
        for (int i = 0; i < _order.Length; i++)
            steps[_order[i]] = _grid is null ? i : checked((int)(_grid.StepsBetween(origin, _raw.Time(_order[i])) ?? throw OffGrid(origin, _raw.Time(_order[i]))));
        return steps;
    }

    private int[] RowOf()
    {
        var rows = new int[_order.Length == 0 ? 0 : Steps[_order[^1]] + 1];
        Array.Fill(rows, -1);
        for (int row = 0; row < Steps.Length; row++)
            rows[Steps[row]] = row;
        if (_binding.Columns.MissingSteps == MissingSteps.Refuse && Array.IndexOf(rows, -1) is var gap and >= 0)
            throw Refused($"has no row for {StepText(gap)} ({rows.Count(row => row < 0)} such steps; rows are {_grid!.StepText} apart)", "Gaps often come from a random split or a filter.");
        return rows;
    }

    private float[] Channel(int channel) => [.. _rowOf.Select(row => row < 0 ? float.NaN : _raw.Values(row)[channel])];

    // Of the first steps of a channel, those that are not there are made up.
    private void Fill(int channel, int count, bool[][] missing)
    {
        Span<float> values = _channels[channel].AsSpan(0, count);
        int first = values.IndexOfAnyExcept(float.NaN);
        for (int step = 0; step < count; step++)
        {
            if (!float.IsNaN(values[step]))
                continue;
            if (_binding.Columns.MissingSteps == MissingSteps.Refuse)
                throw Refused($"has no value (NaN) in column '{ColumnOf(channel)}' at {StepText(step)}", "");
            if (first < 0)
                throw _ectx.Except($"{Name} has no value at all in column '{ColumnOf(channel)}': leave the series out, or the column.");
            int behind = step;
            while (behind < count && float.IsNaN(values[behind]))
                behind++;
            if (Imputed == 0)
                FirstImputed = $"in column '{ColumnOf(channel)}' at {StepText(step)}";
            for (int i = step; i < behind; i++)
            {
                values[i] = MadeUp(values, step, behind, i);
                if (channel < _targets)
                    (missing[i] ??= new bool[_targets])[channel] = true;
            }
            Imputed += behind - step;
            step = behind - 1;
        }
    }

    private float MadeUp(ReadOnlySpan<float> values, int step, int behind, int i)
    {
        if (step == 0)
            return values[behind];
        if (behind == values.Length || _binding.Columns.MissingSteps == MissingSteps.LastValue)
            return values[step - 1];
        float share = (float)(i - step + 1) / (behind - step + 1);
        return values[step - 1] + share * (values[behind] - values[step - 1]);
    }

    private KeyedSeries Build(bool[][] missing, int known, int ahead, KeyedSeries? before)
    {
        var series = new TimeSeries(_targets, _past, _binding.KnownCount);
        long origin = _order.Length == 0 ? 0 : _raw.Time(_order[0]), start = origin;
        if (before is not null)
        {
            before.Steps.CopyTo(series, 0, before.Steps.Length);
            start = before.Start;
        }
        Span<float> targets = new float[_targets], past = new float[_past];
        for (int step = 0; step < _length; step++)
        {
            Take(step, 0, targets);
            Take(step, _targets, past);
            series.Add(targets, past, missing[step]);
        }
        AddKnown(series, origin, _given == 0 && _binding.Columns.Calendar != CalendarFeatures.None ? _length + ahead : known);
        return new KeyedSeries(_raw.Key, series, start);
    }

    private void AddKnown(TimeSeries series, long origin, int count)
    {
        if (_binding.KnownCount == 0)
            return;
        Span<float> numbers = new float[_binding.KnownCount];
        for (int step = 0; step < count; step++)
        {
            Take(step, _targets + _past, numbers[.._given]);
            if (_binding.Columns.Calendar != CalendarFeatures.None)
                CalendarCycle.Write(_binding.Columns.Calendar, new DateTime(_grid!.TimeAt(origin, step)), numbers[_given..]);
            series.AddKnown(numbers);
        }
    }

    private void Take(int step, int firstChannel, Span<float> numbers)
    {
        for (int c = 0; c < numbers.Length; c++)
            numbers[c] = _channels[firstChannel + c][step];
    }

    private bool Follows(KeyedSeries? before) =>
        before is not null && _grid is not null && _order.Length > 0 && _grid.StepsBetween(before.Start, _raw.Time(_order[0])) == before.Steps.Length;

    private void Shift(int steps)
    {
        for (int row = 0; row < Steps.Length; row++)
            Steps[row] += steps;
    }

    private string Name => _raw.Key.Length > 0 ? $"The series '{_raw.Key}'" : "The series";

    private string StepText(int step) => _grid is null ? $"row {step}" : _grid.Text(_grid.TimeAt(_raw.Time(_order[0]), step));

    private string ColumnOf(int channel)
    {
        foreach (var column in (IEnumerable<Microsoft.ML.DataViewSchema.Column>)[.. _binding.Targets, .. _binding.Past, .. _binding.Known])
            if ((channel -= SeriesBinding.Width(column)) < 0)
                return column.Name;
        throw new ArgumentOutOfRangeException(nameof(channel));
    }

    private Exception Refused(string what, string hint) => _ectx.Except(
        $"{Name} {what}, and MissingSteps is Refuse: set it to LastValue or Linear to have such steps made up, or mend the data.{(hint.Length > 0 ? $" {hint}" : "")}");

    private Exception OffGrid(long origin, long time) => _ectx.Except(
        $"{Name} has a row at {_grid!.Text(time)}, which is no whole number of steps ({_grid.StepText}) after its first, {_grid.Text(origin)}: the model knows equal steps of that length only.");
}
