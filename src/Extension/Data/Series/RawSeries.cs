using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>The rows of one series as read, in the order of the data.</summary>
/// <param name="key">The series' key.</param>
/// <param name="number">Its index among the series.</param>
internal sealed class RawSeries(string key, int number)
{
    private readonly List<float[]> _values = [];
    private readonly List<RowTime> _times = [];

    public string Key => key;

    public int Number => number;

    /// <summary>Its name at the start of a sentence.</summary>
    public string Name => key.Length > 0 ? $"The series '{key}'" : "The series";

    /// <summary>Its static values (<see cref="StaticValues"/>): those of its first row.</summary>
    public float[] Statics { get; init; } = [];

    /// <summary>Rows so far.</summary>
    public int Count => _values.Count;

    public void Add(ReadOnlySpan<float> values, RowTime time)
    {
        _values.Add(values.ToArray());
        _times.Add(time);
    }

    /// <summary>A row's values: targets, past, known.</summary>
    public ReadOnlySpan<float> Values(int row) => _values[row];

    /// <summary>A row's time.</summary>
    public RowTime Time(int row) => _times[row];

    /// <summary>The rows in the order of time.</summary>
    /// <exception cref="InvalidOperationException">A time occurs twice.</exception>
    public int[] Order(IExceptionContext ectx, string column, TimeKind kind)
    {
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(row => _times[row].Instant)];
        for (int i = 1; i < order.Length; i++)
            if (_times[order[i]].Instant == _times[order[i - 1]].Instant)
                throw Twice(ectx, column, kind, order[i]);
        return order;
    }

    /// <summary>The error for two rows of one step.</summary>
    public Exception Twice(IExceptionContext ectx, string column, TimeKind kind, int row)
    {
        // A clock that is set back shows an hour twice.
        bool isTimeOfDay = kind == TimeKind.Moment && _times[row].Clock % TimeSpan.TicksPerDay != 0;
        return ectx.Except(
            $"The time {TimeGrid.Text(kind, _times[row])} occurs twice in column '{column}'"
                + (key.Length > 0 ? $", in the series '{key}'" : "")
                + ": leave one of the rows out, or name the column that tells series apart as SeriesKeyColumnName."
                + (
                    isTimeOfDay
                        ? " If it is an hour that summer time ends with, give DateTimeOffset values, or universal time and the "
                            + "TimeZone."
                        : ""
                )
        );
    }

    /// <summary>The rows' times in an order.</summary>
    public RowTime[] Times(int[] order) => [.. order.Select(row => _times[row])];
}
