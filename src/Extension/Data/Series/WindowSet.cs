using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Windows of series as training rows: a row is one target's window and the horizon after it. Windows overlap, and are copied from the
/// series only when a batch is filled.
/// </summary>
internal sealed record WindowSet : RowSet
{
    // A flat window still counts, and no window outweighs all the others.
    private const float LeastWeight = 1e-4f,
        MostWeight = 1e4f;

    private readonly IReadOnlyList<TimeSeries> _series;
    private readonly WindowReader _reader;
    private readonly SeriesUnits _units;
    private readonly bool _squares;

    // [windows] series of each window, and the step after it.
    private readonly int[] _seriesOf,
        _endOf;

    /// <param name="series">The series.</param>
    /// <param name="reader">Reads windows.</param>
    /// <param name="ends">For each series the steps after its windows: the first, and the one after the last.</param>
    /// <param name="squares">Whether the loss is a square, so that the unit of a series counts twice.</param>
    /// <param name="units">The units of each series.</param>
    public WindowSet(
        IReadOnlyList<TimeSeries> series,
        WindowReader reader,
        IReadOnlyList<(int First, int Behind)> ends,
        bool squares,
        SeriesUnits units
    )
        : this(
            series,
            reader,
            [
                .. ends.SelectMany(
                    (range, s) => Enumerable.Range(range.First, Math.Max(0, range.Behind - range.First)).Select(end => (s, end))
                ),
            ],
            squares,
            units
        ) { }

    private WindowSet(
        IReadOnlyList<TimeSeries> series,
        WindowReader reader,
        (int Series, int End)[] windows,
        bool squares,
        SeriesUnits units
    )
        : base([.. Enumerable.Range(0, checked(windows.Length * reader.Layout.Targets))])
    {
        _series = series;
        _reader = reader;
        _seriesOf = [.. windows.Select(window => window.Series)];
        _endOf = [.. windows.Select(window => window.End)];
        _units = units;
        _squares = squares;
    }

    // A share of the windows, always the same ones.
    private const uint OneOf = 10;

    /// <summary>Whether some windows hide their series, so that the network learns to forecast one that it does not know.</summary>
    public bool HidesSeries { get; init; }

    /// <summary>Number of windows, whatever the number of targets.</summary>
    public int Windows => _endOf.Length;

    /// <summary>Number of series.</summary>
    public int Series => _series.Count;

    public override long Skipped => 0;

    public override int Length(int row) => _reader.Layout.Steps;

    public override float Weight(int row)
    {
        var (series, channel, end) = Place(row);
        return Weight(_reader.Frame(_series[series], channel, end), series, channel);
    }

    public override BatchFill Assembler(AssemblySettings settings) => Fill;

    private void Fill(MiniBatch batch, ReadOnlySpan<int> rows)
    {
        WindowLayout layout = _reader.Layout;
        WindowBatch.Size(batch, layout, rows.Length);
        float[] steps = new float[layout.Steps * layout.Features];
        if (batch.LabelUnits.Length < rows.Length)
            batch.LabelUnits = new float[rows.Length];
        for (int b = 0; b < rows.Length; b++)
        {
            var (series, channel, end) = Place(rows[b]);
            InstanceNormalization frame = WindowBatch.Fill(batch, b, _reader, _series[series], channel, end, steps);
            if (HidesSeries && layout.EmbedsSeries && IsHidden(rows[b]))
                for (int step = 0; step < layout.Steps; step++)
                    batch.Steps[((step * rows.Length) + b + 1) * layout.Features - 1] = CategoryShape.Unknown;
            _reader.ReadLabels(_series[series], channel, end, frame, batch.Labels.AsSpan(b * layout.LabelWidth, layout.LabelWidth));
            batch.Weights[b] = Weight(frame, series, channel);
            batch.LabelUnits[b] = Unit(frame, series, channel);
        }
    }

    // Multiplicative hashing (Knuth), so that neighbouring windows differ.
    private static bool IsHidden(int row) => (unchecked((uint)row * 2654435761) >> 16) % OneOf == 0;

    private (int Series, int Channel, int End) Place(int row)
    {
        int window = row / _reader.Layout.Targets;
        return (_seriesOf[window], row % _reader.Layout.Targets, _endOf[window]);
    }

    // The loss is computed in the window's units; this weight converts it to those of its series.
    private float Weight(in InstanceNormalization frame, int series, int channel)
    {
        float unit = Unit(frame, series, channel);
        return Math.Clamp(_squares ? unit * unit : unit, LeastWeight, MostWeight);
    }

    // Factor from the window's units to those of its series.
    private float Unit(in InstanceNormalization frame, int series, int channel) =>
        (float)Math.Min(frame.Scale / _units.Values[series][channel], float.MaxValue);
}
