using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>The rows of one series as they were read, in the order of the data.</summary>
/// <param name="key">What it is told from others by.</param>
/// <param name="number">Its place among the series.</param>
internal sealed class RawSeries(string key, int number)
{
    private readonly List<float[]> _values = [];
    private readonly List<long> _times = [];

    public string Key => key;

    public int Number => number;

    /// <summary>Rows so far.</summary>
    public int Count => _values.Count;

    public void Add(ReadOnlySpan<float> values, long time)
    {
        _values.Add(values.ToArray());
        _times.Add(time);
    }

    /// <summary>A row's numbers: targets, past, known.</summary>
    public ReadOnlySpan<float> Values(int row) => _values[row];

    /// <summary>A row's time.</summary>
    public long Time(int row) => _times[row];

    /// <summary>The rows in the order of time.</summary>
    /// <exception cref="InvalidOperationException">A time is there twice.</exception>
    public int[] Order(IExceptionContext ectx, string column, TimeKind kind)
    {
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(row => _times[row])];
        for (int i = 1; i < order.Length; i++)
            if (_times[order[i]] == _times[order[i - 1]])
                throw ectx.Except(
                    $"The time {TimeGrid.Text(kind, _times[order[i]])} is there twice in column '{column}'{(key.Length > 0 ? $", in the series '{key}'" : "")}: leave one of the rows out, or name the column that tells series apart as SeriesKeyColumnName.");
        return order;
    }

    /// <summary>The rows' times in an order.</summary>
    public long[] Times(int[] order) => [.. order.Select(row => _times[row])];
}
