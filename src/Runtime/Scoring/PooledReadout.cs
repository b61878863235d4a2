using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// The head over the pooled states of a row, one pooling behind the other, each [H x directions], and behind them the row's static
/// features. Of an empty row, zeros.
/// </summary>
internal sealed unsafe class PooledReadout : Readout
{
    private readonly AlignedBuffer _pooled = new(),
        _last = new();
    private readonly Part[] _parts;
    private readonly int _padded,
        _width;

    public PooledReadout(PackedNetwork network)
        : base(network)
    {
        _parts =
        [
            .. network.Poolings.Select(pooling => new Part(
                pooling.Part.NewScorer(Shape.StateWidth, pooling.Weights),
                isWhileRunning: network.Blocks.IsEmpty
            )),
        ];
        _padded = network.Layers[0][0].Width;
        _width = Shape.HeadInputSize;
        _last.Reserve(Shape.StateWidth);
        ReadsEveryState = Array.Exists(_parts, part => part.Rows is null);
    }

    public override bool ReadsEveryState { get; }

    public override void Reserve(int rows)
    {
        _pooled.Reserve((long)rows * _width);
        foreach (Part part in _parts)
            part.Rows?.Reserve(rows * _padded);
    }

    public override void Begin(int rows)
    {
        foreach (Part part in _parts)
            part.Rows?.Begin(rows * _padded);
    }

    public override void Add(int active, int step, float* states)
    {
        var now = new ReadOnlySpan<float>(states, active * _padded);
        foreach (Part part in _parts)
            part.Rows?.Add(now, isFirst: step == 0);
    }

    public override void End(int direction, in RowStates states)
    {
        for (int i = 0; i < _parts.Length; i++)
            if (_parts[i].Rows is RowsPooling rows)
                for (int row = 0; row < states.Rows; row++)
                {
                    int start = row * _padded;
                    Span<float> pooled = Pooled(row, i).Slice(direction * Shape.HiddenSize, Shape.HiddenSize);
                    rows.Write(start, states.Lengths[row], new ReadOnlySpan<float>(states.Last + start, Shape.HiddenSize), pooled);
                }
    }

    public override void Write(in RowStates states, in RowGroup group)
    {
        for (int i = 0; i < _parts.Length; i++)
            if (_parts[i].Rows is null)
                for (int row = 0; row < states.Rows; row++)
                {
                    ReadOnlySpan<float> all = new(
                        states.All + (long)row * states.Steps * Shape.StateWidth,
                        states.Lengths[row] * Shape.StateWidth
                    );
                    _parts[i].Scorer.Row(all, LastOf(all), Pooled(row, i));
                }
        if (Shape.HeadReadsStatics)
            for (int row = 0; row < states.Rows; row++)
                Network.ReadStatic(
                    group.Static(Shape, row),
                    new Span<float>(_pooled.Start + (long)row * _width + Shape.PooledSize, Shape.StaticInputSize)
                );
        float* scores = Head.Run(states.Rows, _pooled.Start, _width, out int stride);
        for (int row = 0; row < states.Rows; row++)
        {
            Span<float> outputs = group.Outputs(Shape, row);
            new ReadOnlySpan<float>(scores + (long)row * stride, outputs.Length).CopyTo(outputs);
            Network.ToLabelUnits(outputs);
        }
    }

    // [D] a pooling's vector of a row.
    private Span<float> Pooled(int row, int pooling) =>
        new(_pooled.Start + (long)row * _width + pooling * Shape.StateWidth, Shape.StateWidth);

    // [D] each direction's final state among a row's states, [T, D]; of no steps, zeros.
    private ReadOnlySpan<float> LastOf(ReadOnlySpan<float> states)
    {
        Span<float> last = new(_last.Start, Shape.StateWidth);
        LayerBlocks.CopyLast(states, Shape.HiddenSize, last);
        return last;
    }

    private sealed class Part(PoolingScorer scorer, bool isWhileRunning)
    {
        public PoolingScorer Scorer { get; } = scorer;

        // Null of a pooling that has each row by itself, and where what is pooled is there only after the directions have run.
        public RowsPooling? Rows { get; } = isWhileRunning ? scorer.NewRows() : null;
    }
}
