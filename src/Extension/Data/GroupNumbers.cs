using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>Numbers the distinct values of one column, or combinations of values of several, in order of appearance.</summary>
/// <param name="columns">Number of columns.</param>
internal sealed class GroupNumbers(int columns)
{
    // An entry and its value: boxed, or a short text.
    private const int BytesOfValue = 96;
    private const int BytesOfPair = 40;

    private readonly Dictionary<object, int>[] _values = [.. Enumerable.Range(0, columns).Select(_ => new Dictionary<object, int>())];

    // Of each column after the first: the number of the combination before it, and of its value.
    private readonly Dictionary<(int Before, int Value), int>[] _pairs =
    [
        .. Enumerable.Range(1, columns - 1).Select(_ => new Dictionary<(int Before, int Value), int>()),
    ];

    /// <summary>Bytes that the distinct values take in memory, about.</summary>
    public long Bytes => _values.Sum(values => (long)values.Count * BytesOfValue) + _pairs.Sum(pairs => (long)pairs.Count * BytesOfPair);

    /// <summary>A reader of the current row's number; one per cursor.</summary>
    /// <param name="row">The cursor.</param>
    /// <param name="found">The columns.</param>
    public GroupReader Open(DataViewRow row, IReadOnlyList<DataViewSchema.Column> found) =>
        new(this, [.. found.Select((column, i) => ColumnValues.Open(row, column, _values[i]))]);

    /// <summary>The number of a combination.</summary>
    /// <param name="values">The numbers of its values.</param>
    public int Of(ReadOnlySpan<int> values)
    {
        int number = values[0];
        for (int i = 1; i < values.Length; i++)
        {
            Dictionary<(int Before, int Value), int> pairs = _pairs[i - 1];
            if (!pairs.TryGetValue((number, values[i]), out int pair))
                pairs[(number, values[i])] = pair = pairs.Count;
            number = pair;
        }
        return number;
    }

    /// <summary>The values of combinations.</summary>
    /// <param name="numbers">Their numbers.</param>
    public IEnumerable<object[]> Values(IEnumerable<int> numbers)
    {
        object[][] values = [.. _values.Select(known => known.Keys.ToArray())];
        (int Before, int Value)[][] pairs = [.. _pairs.Select(known => known.Keys.ToArray())];
        foreach (int number in numbers)
        {
            var all = new object[columns];
            int rest = number;
            for (int i = columns - 1; i > 0; i--)
            {
                (rest, int value) = pairs[i - 1][rest];
                all[i] = values[i][value];
            }
            all[0] = values[0][rest];
            yield return all;
        }
    }
}

/// <summary>Reads the number of a row's group.</summary>
internal sealed class GroupReader(GroupNumbers numbers, ColumnValues[] columns)
{
    private readonly int[] _values = new int[columns.Length];

    /// <summary>The first column whose value is a missing key in the row last read; -1 for none.</summary>
    public int MissingKey { get; private set; }

    /// <summary>The first column without a value in the row last read: a missing key, no number, or an empty text; -1 for none.</summary>
    public int Missing { get; private set; }

    /// <summary>The number of the current row's group; -1 where a key is missing.</summary>
    public int Read()
    {
        (MissingKey, Missing) = (-1, -1);
        for (int i = columns.Length - 1; i >= 0; i--)
        {
            _values[i] = columns[i].Read()[0];
            MissingKey = _values[i] < 0 ? i : MissingKey;
            Missing = columns[i].IsMissing ? i : Missing;
        }
        return MissingKey < 0 ? numbers.Of(_values) : -1;
    }
}
