using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <inheritdoc/>
internal sealed unsafe partial class DirectionTraining<T, TCell> : DirectionTraining
    where T : unmanaged, ILanes<T>
    where TCell : unmanaged, ICellTraining
{
    private const int TileVectors = 4;

    private readonly int _panels;
    private readonly long _panelStride;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer _start;
    private readonly AlignedBuffer _one = new(1);
    private readonly AlignedBuffer _zeros = new(StartLanes);
    private readonly PackedTranspose<T> _stateBack;
    private readonly PackedTranspose<T>? _inputBack;
    private readonly UnitValues<TCell>? _units;

    public DirectionTraining(int inputSize, int units, bool needsInputGradient)
        : base(
            new DirectionSizes(
                inputSize,
                units,
                (units + Unit - 1) / Unit * Unit,
                TCell.GateBuffers,
                TCell.StateBuffers,
                TCell.FirstInputBuffer,
                TCell.RecurrentBuffers,
                TCell.IncomingStates,
                TCell.UnitParameters
            )
        )
    {
        _panels = (Sizes.Width + PanelUnits - 1) / PanelUnits;
        _panelStride = (long)(inputSize + Sizes.StateInputs) * TCell.Vectors * T.Count;
        _weights = new AlignedBuffer(_panels * _panelStride);
        _start = new AlignedBuffer(_panels * TileVectors * T.Count);
        *_one.Start = 1;
        _stateBack = new PackedTranspose<T>(units, Sizes.StateColumns);
        _inputBack = needsInputGradient ? new PackedTranspose<T>(inputSize, Sizes.InputColumns) : null;
        _units = HasUnits ? new UnitValues<TCell>(Sizes) : null;
    }

    public override int InputGradientWidth => _inputBack!.Width;

    private static bool IsOneGate => TCell.Gates == 1;

    private static bool HasUnits => TCell.UnitParameters > 0;

    // Output of a tile: of one gate, a panel or half of one.
    private static int Unit => IsOneGate ? PanelUnits / 2 : PanelUnits;

    // Vectors of a gate's units in a panel.
    private static int GateVectors => TCell.Vectors / TCell.Gates;

    private static int PanelUnits => GateVectors * T.Count;

    private static int StartLanes => TileVectors * T.Count;

    private bool IsLastHalf => Sizes.Width < _panels * PanelUnits;

    public override int RecurrentGate(int buffer) => TCell.RecurrentGate(buffer);

    public override DirectionPass NewPass() => new(Sizes);

    public override int PackParts => _panels + _stateBack.Panels + (_inputBack?.Panels ?? 0) + (HasUnits ? 1 : 0);

    private float* Panel(int panel) => _weights.Start + panel * _panelStride;

    public override void Pack(float* weights, int part)
    {
        if (part < _panels)
            PackPanel(weights, part);
        else if (part < _panels + _stateBack.Panels)
            _stateBack.Pack(weights + Sizes.StateWeights, part - _panels);
        else if (HasUnits && part == PackParts - 1)
            _units!.Read(weights + Sizes.Unit);
        else
            _inputBack!.Pack(weights, part - _panels - _stateBack.Panels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(DirectionPass pass, int step)
    {
        pass.ApplyMask(step);
        for (int panel = 0; panel < _panels; panel++)
            ForwardPanel(pass, step, panel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(DirectionPass pass, float* outputGradient, float* last, float* gradient)
    {
        int width = _stateBack.Width,
            stepsAtOnce = StepsAtOnce(pass.Rows);
        float* recurrent = pass.Recurrent(width);
        if (HasUnits)
            pass.ClearUnitGradients();
        for (int step = pass.Steps - 1; step >= 0; step--)
        {
            int active = pass.ActiveRows[step],
                after = step + 1 < pass.Steps ? pass.ActiveRows[step + 1] : 0;
            bool isRecurrent = after > 0 && Sizes.StateInputs > 0;
            if (isRecurrent)
                _stateBack.Multiply(after, pass.Saved(step + 2), Sizes.SavedStride, recurrent, width);
            if (!pass.IsSegment)
                pass.StartIncoming(after, active);
            float* from = outputGradient != null ? outputGradient + (long)step * pass.Rows * Sizes.StateStride : last;
            BackwardRows(pass, step, 0, after, isRecurrent ? recurrent : null, outputGradient == null ? null : from);
            BackwardRows(pass, step, after, active, pass.IsSegment ? recurrent : null, from);

            int first = step / stepsAtOnce * stepsAtOnce,
                rows = pass.ActiveRows[first];
            new Span<float>(pass.Saved(step + 1) + active * Sizes.SavedStride, (rows - active) * Sizes.SavedStride).Clear();
            if (step == first)
                AddGradients(pass, first, Math.Min(stepsAtOnce, pass.Steps - first), rows, gradient);
        }
        if (pass.IsSegment)
            _stateBack.Multiply(pass.ActiveRows[0], pass.Saved(1), Sizes.SavedStride, recurrent, width);
        if (HasUnits)
            _units!.AddGradient(pass.UnitGradients, gradient + Sizes.Unit);
    }

    public override int InitialGradientWidth => _stateBack.Width;

    public override void InitialGradient(DirectionPass pass, float* gradient, int stride) =>
        _stateBack.Multiply(pass.Rows, pass.Saved(1), Sizes.SavedStride, gradient, stride);

    public override void InputGradient(DirectionPass pass, float* gradient, int stride)
    {
        for (int step = 0; step < pass.Steps; step++)
            _inputBack!.Multiply(
                pass.ActiveRows[step],
                pass.Saved(step + 1) + Sizes.FirstInputBuffer * Sizes.Width,
                Sizes.SavedStride,
                gradient + (long)step * pass.Rows * stride,
                stride
            );
    }

    private void ForwardPanel(DirectionPass pass, int step, int panel) =>
        Tiles<T, TCell>.Rows(
            pass.ActiveRows[step],
            new TileArguments
            {
                Weights = Panel(panel),
                Start = _start.Start + panel * StartLanes,
                Input = pass.InputAt(step),
                InputStride = pass.InputStride,
                InputSize = Sizes.InputSize,
                Hidden = pass.Read(step),
                HiddenStride = pass.ReadStride,
                HiddenSize = Sizes.StateInputs,
                Unit = HasUnits ? _units!.Values + panel * PanelUnits : null,
                State = pass.Saved(step) + panel * PanelUnits,
                StateStride = Sizes.SavedStride,
                Output = pass.Saved(step + 1) + panel * PanelUnits,
                OutputStride = Sizes.SavedStride,
                GateStride = Sizes.Width,
            },
            isHalf: panel == _panels - 1 && IsLastHalf
        );

    // One step of the backward pass for some rows. A gradient through the state's weights (recurrent) or from the layer above is null where
    // there is none.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardRows(DirectionPass pass, int step, int firstRow, int endRow, float* recurrent, float* outputGradient)
    {
        nint width = Sizes.Width;
        for (nint row = firstRow; row < endRow; row++)
        {
            float* saved = pass.Saved(step + 1) + row * Sizes.SavedStride,
                before = pass.Saved(step) + row * Sizes.SavedStride;
            float* incoming = pass.Incoming + row * Sizes.IncomingStride,
                from = outputGradient + row * Sizes.StateStride;
            float* through = recurrent + row * _stateBack.Width,
                mask = pass.Mask + row * Sizes.StateStride;
            for (nint unit = 0; unit < width; unit += T.Count)
            {
                T gradient = outputGradient == null ? T.Create(0) : T.Load(from + unit);
                if (recurrent != null)
                    gradient =
                        pass.Mask == null
                            ? gradient + T.Load(through + unit)
                            : T.MultiplyAdd(T.Load(mask + unit), through + unit, gradient);
                BackwardUnits(gradient, saved + unit, before + unit, incoming + unit, pass.UnitGradients + unit, unit);
            }
        }
    }

    // From the gradient of h of some units, from one on, with the units' values where the cell has them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void BackwardUnits(T dh, float* saved, float* before, float* incoming, float* unitGradient, nint unit)
    {
        if (HasUnits)
            TCell.Backward(dh, saved, before, incoming, _units!.Values + unit, unitGradient, Sizes.Width);
        else
            TCell.Backward(dh, saved, before, incoming, Sizes.Width);
    }

    private void AddGradients(DirectionPass pass, int first, int steps, int rows, float* gradient)
    {
        float* buffers = pass.Saved(first + 1),
            input = buffers + Sizes.FirstInputBuffer * Sizes.Width;
        Add(0, Sizes.InputSize, Sizes.InputColumns, pass.InputAt(first), pass.InputStride, input);
        Add(Sizes.InputBias, 1, Sizes.InputColumns, _one.Start, 0, input);
        if (Sizes.StateInputs > 0)
        {
            Add(Sizes.StateWeights, Sizes.StateInputs, Sizes.StateColumns, pass.Read(first), pass.ReadStride, buffers);
            Add(Sizes.StateBias, 1, Sizes.StateColumns, _one.Start, 0, buffers);
        }

        void Add(long offset, int inputs, int columns, float* x, int stride, float* back) =>
            GradientTiles<T>.Add(
                inputs,
                columns,
                new GradientArguments
                {
                    Gradient = gradient + offset,
                    GradientStride = columns,
                    Input = x,
                    InputStride = stride,
                    InputStep = (nint)pass.Rows * stride,
                    Back = back,
                    BackStride = Sizes.SavedStride,
                    BackStep = (nint)pass.Rows * Sizes.SavedStride,
                    Rows = rows,
                    Steps = steps,
                }
            );
    }

    private void PackPanel(float* weights, int panel)
    {
        float* packed = Panel(panel);
        packed = PackRows(weights, Sizes.InputSize, Sizes.InputColumns, ofState: false, panel, packed);
        PackRows(weights + Sizes.StateWeights, Sizes.StateInputs, Sizes.StateColumns, ofState: true, panel, packed);
        PackStart(weights, panel, _start.Start + panel * StartLanes);
    }

    /// <summary>The panel's vectors of each row of weights, in the order of the tile's accumulators.</summary>
    private float* PackRows(float* weights, int rows, int columns, bool ofState, int panel, float* packed)
    {
        for (int vector = 0; vector < TCell.Vectors; vector++)
        {
            int column = ColumnOf(ofState, vector, panel);
            T scale = Scale(vector);
            float* from = weights + column,
                to = packed + vector * T.Count;
            for (int row = 0; row < rows; row++, from += columns, to += TCell.Vectors * T.Count)
                T.Store(column < 0 ? T.Create(0) : T.Load(from) * scale, to);
        }
        return packed + (long)rows * TCell.Vectors * T.Count;
    }

    private static T Scale(int vector) => T.Create(TCell.GateScale(vector / GateVectors));

    // Of three vectors, the last goes to the third accumulator for the input and to the fourth for the state.
    private static int AccumulatorOf(bool ofState, int vector) => TCell.Vectors == 3 && vector == 2 && ofState ? 3 : vector;

    // First column of a tile's vector of weights; -1 for one beyond the units of a one-gate cell.
    private int ColumnOf(bool ofState, int vector, int panel)
    {
        int within = vector % GateVectors,
            unit = panel * PanelUnits + within * T.Count,
            accumulator = AccumulatorOf(ofState, vector) - within,
            buffer = 0;
        if (unit >= Sizes.Width)
            return -1;
        while (TCell.Accumulator(buffer) != accumulator)
            buffer++;
        return (buffer - (ofState ? 0 : Sizes.FirstInputBuffer)) * Sizes.Width + unit;
    }

    private void PackStart(float* weights, int panel, float* start)
    {
        new Span<float>(start, StartLanes).Clear();
        AddBias(weights + Sizes.InputBias, ofState: false);
        if (Sizes.StateInputs > 0)
            AddBias(weights + Sizes.StateBias, ofState: true);

        void AddBias(float* bias, bool ofState)
        {
            for (int vector = 0; vector < TCell.Vectors; vector++)
            {
                int column = ColumnOf(ofState, vector, panel),
                    accumulator = AccumulatorOf(ofState, vector);
                if (column >= 0)
                    T.Store(
                        T.MultiplyAdd(T.Load(bias + column), Scale(vector), T.Load(start + accumulator * T.Count)),
                        start + accumulator * T.Count
                    );
            }
        }
    }
}
