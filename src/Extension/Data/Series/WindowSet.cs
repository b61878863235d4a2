using RnnMlNet.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Windows of some series as rows to train on: a row is one target's window and the horizon after it. They lie over one another, and are cut out of the
/// series only when a batch is made of them.
/// </summary>
internal sealed record WindowSet : RowSet
{
    private readonly IReadOnlyList<TimeSeries> _series;
    private readonly WindowReader _reader;
    private readonly bool _weighsByScale, _squares;
    // [windows] of each which series, and the step after it.
    private readonly int[] _seriesOf, _endOf;

    /// <param name="series">The series.</param>
    /// <param name="reader">How windows are read.</param>
    /// <param name="ends">For each series the steps after its windows: the first, and the one behind the last.</param>
    /// <param name="loss">What training makes small: in the targets' own units, whatever a window is divided by.</param>
    public WindowSet(IReadOnlyList<TimeSeries> series, WindowReader reader, IReadOnlyList<(int First, int Behind)> ends, LossKind loss)
        : this(series, reader, [.. ends.SelectMany((range, s) => Enumerable.Range(range.First, Math.Max(0, range.Behind - range.First)).Select(end => (s, end)))], loss)
    {
    }

    private WindowSet(IReadOnlyList<TimeSeries> series, WindowReader reader, (int Series, int End)[] windows, LossKind loss)
        : base([.. Enumerable.Range(0, checked(windows.Length * reader.Layout.Targets))])
    {
        _series = series;
        _reader = reader;
        _seriesOf = [.. windows.Select(window => window.Series)];
        _endOf = [.. windows.Select(window => window.End)];
        _weighsByScale = reader.Layout.Normalization == WindowNormalization.MeanAndDeviation;
        _squares = loss == LossKind.Squared;
    }

    /// <summary>Windows, whatever the number of targets.</summary>
    public int Windows => _endOf.Length;

    public override long Skipped => 0;

    public override int Length(int row) => _reader.Layout.Steps;

    public override float Weight(int row) => _weighsByScale ? Weight(Place(row).Frame) : 1;

    public override BatchFill Assembler(AssemblySettings settings) => Fill;

    private void Fill(SequenceBatch batch, ReadOnlySpan<int> rows)
    {
        WindowLayout layout = _reader.Layout;
        Size(batch, layout, rows.Length);
        float[] steps = new float[layout.Steps * layout.Features];
        for (int b = 0; b < rows.Length; b++)
        {
            var (series, channel, end, frame) = Place(rows[b]);
            _reader.ReadSteps(series, channel, end, frame, steps);
            StepCopy.Run(steps, layout.Features, batch.Steps.AsSpan(b * layout.Features), rows.Length * layout.Features, layout.Features, layout.Steps);
            _reader.ReadExtras(series, channel, end, frame, batch.Extras.AsSpan(b * layout.ExtraSize, layout.ExtraSize));
            _reader.ReadLabels(series, channel, end, frame, batch.Labels.AsSpan(b * layout.LabelWidth, layout.LabelWidth));
            batch.Channels[b] = layout.Decoder == DecoderKind.Parallel ? channel : 0;
            batch.Lengths[b] = layout.Steps;
            batch.Weights[b] = Weight(frame);
        }
    }

    private (TimeSeries Series, int Channel, int End, WindowFrame Frame) Place(int row)
    {
        int channel = row % _reader.Layout.Targets, window = row / _reader.Layout.Targets;
        TimeSeries series = _series[_seriesOf[window]];
        int end = _endOf[window];
        return (series, channel, end, _reader.Frame(series, channel, end));
    }

    // The loss is computed in the window's units; so weighted, it is as if it were in standardised ones.
    private float Weight(in WindowFrame frame) => _squares ? frame.Scale * frame.Scale : frame.Scale;

    private static void Size(SequenceBatch batch, WindowLayout layout, int rows)
    {
        batch.Count = rows;
        batch.MaxLength = layout.Steps;
        batch.Features = layout.Features;
        batch.LabelWidth = layout.LabelWidth;
        batch.HasLabelsPerStep = false;
        batch.Stored = null;
        Size(ref batch.Steps, checked(rows * layout.Steps * layout.Features));
        Size(ref batch.Extras, rows * layout.ExtraSize);
        Size(ref batch.Labels, rows * layout.LabelWidth);
        Size(ref batch.Channels, rows);
        Size(ref batch.Lengths, rows);
        Size(ref batch.Weights, rows);
    }

    private static void Size<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
    }
}
