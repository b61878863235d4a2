using System.Runtime.CompilerServices;
using RnnMlNet.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>One direction of a layer: forwards, backwards through time, and the gradients of its weights. Shared by all threads but for <see cref="Pack"/>.</summary>
internal abstract unsafe class DirectionTraining(DirectionSizes sizes)
{
    public DirectionSizes Sizes { get; } = sizes;

    /// <summary>Numbers of a row of <see cref="InputGradient"/>, padding included.</summary>
    public abstract int InputGradientWidth { get; }

    /// <summary>PyTorch's gate of a slot of the state's weights.</summary>
    public abstract int StateGate(int slot);

    public abstract DirectionPass NewPass();

    /// <summary>Takes the weights, as <see cref="DirectionSizes"/> lays them out.</summary>
    public abstract void Pack(float* weights);

    /// <summary>Runs all steps of the rows that the pass was started with.</summary>
    public abstract void Forward(DirectionPass pass);

    /// <summary>Back through time. Adds to the gradient of the weights and leaves those of the sums in the slots.</summary>
    /// <param name="pass">The rows, after <see cref="Forward"/>.</param>
    /// <param name="above">[T, n, StateStride] the gradient of each step's h that comes from above; null where only each row's last h counts.</param>
    /// <param name="last">[n, StateStride] the gradient of each row's last h, where <paramref name="above"/> is null.</param>
    /// <param name="gradient">The gradient of the weights, laid out as they are.</param>
    public abstract void Backward(DirectionPass pass, float* above, float* last, float* gradient);

    /// <summary>After <see cref="Backward"/>: the gradient of the input, [T, n, stride], of the steps that each row has.</summary>
    public abstract void InputGradient(DirectionPass pass, float* gradient, int stride);

    public static DirectionTraining Create<T>(CellKind cell, int inputSize, int units, bool needsInputGradient) where T : unmanaged, ILanes<T> => cell switch
    {
        CellKind.Lstm => new DirectionTraining<T, LstmMath, LstmTraining>(inputSize, units, needsInputGradient),
        CellKind.Gru => new DirectionTraining<T, GruMath, GruTraining>(inputSize, units, needsInputGradient),
        CellKind.ElmanRelu => new DirectionTraining<T, ReluMath, ReluTraining>(inputSize, units, needsInputGradient),
        _ => new DirectionTraining<T, TanhMath, TanhTraining>(inputSize, units, needsInputGradient),
    };
}

/// <inheritdoc/>
internal sealed unsafe class DirectionTraining<T, TMath, TCell> : DirectionTraining
    where T : unmanaged, ILanes<T>
    where TMath : unmanaged, ICellMath
    where TCell : unmanaged, ICellTraining
{
    private const int TileVectors = 4;

    // Rows times steps whose gradients go to the weights' at once: one block of columns of them stays in the innermost cache.
    private const int RowsAtOnce = 64;

    private readonly int _panels;
    private readonly long _panelStride;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer _start;
    private readonly AlignedBuffer _one = new(1);
    private readonly PackedTranspose<T> _stateBack;
    private readonly PackedTranspose<T>? _inputBack;

    public DirectionTraining(int inputSize, int units, bool needsInputGradient)
        : base(new DirectionSizes(inputSize, units, (units + T.Count - 1) / T.Count * T.Count, TCell.Slots, TCell.FirstInputSlot, TCell.StateSlots))
    {
        _panels = (Sizes.Width + PanelUnits - 1) / PanelUnits;
        _panelStride = (long)(inputSize + units) * TMath.Vectors * T.Count;
        _weights = new AlignedBuffer(_panels * _panelStride);
        _start = new AlignedBuffer(_panels * TileVectors * T.Count);
        *_one.Start = 1;
        _stateBack = new PackedTranspose<T>(units, Sizes.StateColumns);
        _inputBack = needsInputGradient ? new PackedTranspose<T>(inputSize, Sizes.InputColumns) : null;
    }

    public override int InputGradientWidth => _inputBack!.Width;

    private static bool IsOneGate => TMath.Gates == 1;

    private static int PanelUnits => IsOneGate ? TileVectors * T.Count : T.Count;

    private static int SumsStride => TileVectors * T.Count;

    private bool IsLastHalfEmpty => IsOneGate && _panels * PanelUnits - Sizes.Width >= PanelUnits / 2;

    public override int StateGate(int slot) => TCell.StateGate(slot);

    public override DirectionPass NewPass() => new(Sizes, hasCell: typeof(TCell) == typeof(LstmTraining));

    public override void Pack(float* weights)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            float* packed = _weights.Start + panel * _panelStride;
            packed = PackRows(weights, Sizes.InputSize, Sizes.InputColumns, Sizes.FirstInputSlot, panel, packed);
            PackRows(weights + Sizes.StateWeights, Sizes.Units, Sizes.StateColumns, 0, panel, packed);
            PackStart(weights, panel, _start.Start + panel * SumsStride);
        }
        _stateBack.Pack(weights + Sizes.StateWeights);
        _inputBack?.Pack(weights);
    }

    public override void Forward(DirectionPass pass)
    {
        float* sums = pass.Scratch(pass.Rows * SumsStride);
        for (int step = 0; step < pass.Steps; step++)
        {
            pass.ApplyMask(step);
            for (int panel = 0; panel < _panels; panel++)
            {
                Sum(pass, step, panel, sums);
                Advance(pass, step, panel, sums);
            }
        }
    }

    public override void Backward(DirectionPass pass, float* above, float* last, float* gradient)
    {
        int width = _stateBack.Width, stepsAtOnce = Math.Max(1, RowsAtOnce / pass.Rows);
        float* recurrent = pass.Scratch(pass.Rows * width);
        for (int step = pass.Steps - 1; step >= 0; step--)
        {
            int live = pass.Live[step], after = step + 1 < pass.Steps ? pass.Live[step + 1] : 0;
            if (after > 0)
                _stateBack.Multiply(after, pass.Slots(step + 1), Sizes.SlotStride, recurrent, width);
            new Span<float>(pass.Carry + after * Sizes.StateStride, (live - after) * Sizes.StateStride).Clear();
            float* from = above != null ? above + (long)step * pass.Rows * Sizes.StateStride : last;
            for (int row = 0; row < live; row++)
            {
                bool goesOn = row < after;
                Retreat(pass, step, row, goesOn ? recurrent + row * width : null, above != null || !goesOn ? from + row * Sizes.StateStride : null);
            }

            int first = step / stepsAtOnce * stepsAtOnce, rows = pass.Live[first];
            new Span<float>(pass.Slots(step) + live * Sizes.SlotStride, (rows - live) * Sizes.SlotStride).Clear();
            if (step == first)
                AddGradients(pass, first, Math.Min(stepsAtOnce, pass.Steps - first), rows, gradient);
        }
    }

    public override void InputGradient(DirectionPass pass, float* gradient, int stride)
    {
        for (int step = 0; step < pass.Steps; step++)
            _inputBack!.Multiply(pass.Live[step], pass.Slots(step) + Sizes.FirstInputSlot * Sizes.Width, Sizes.SlotStride, gradient + (long)step * pass.Rows * stride, stride);
    }

    private void Sum(DirectionPass pass, int step, int panel, float* sums) => Tiles<T, InputOf<TMath>>.Rows(pass.Live[step], new TileArguments
    {
        Weights = _weights.Start + panel * _panelStride,
        Start = _start.Start + panel * SumsStride,
        Input = pass.InputAt(step),
        InputStride = pass.InputStride,
        InputSize = Sizes.InputSize,
        Hidden = pass.Read(step),
        HiddenSize = Sizes.Units,
        StateStride = Sizes.StateStride,
        Output = sums,
        OutputStride = SumsStride,
    }, isHalf: panel == _panels - 1 && IsLastHalfEmpty);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Advance(DirectionPass pass, int step, int panel, float* sums)
    {
        nint unit = panel * PanelUnits, end = Math.Min(unit + PanelUnits, Sizes.Width);
        RowPlaces at = Places(pass, step);
        for (int row = pass.Live[step]; row > 0; row--)
        {
            for (nint u = unit; u < end; u += T.Count)
                TCell.Advance<T>(sums + (u - unit), at, u);
            sums += SumsStride;
            at.Slots += Sizes.SlotStride;
            at.Before += Sizes.StateStride;
            at.Hidden += Sizes.StateStride;
            at.CellBefore += Sizes.StateStride;
            at.Cell += Sizes.StateStride;
            at.CellTanh += Sizes.StateStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Retreat(DirectionPass pass, int step, int row, float* recurrent, float* above)
    {
        RowPlaces at = Places(pass, step);
        int offset = row * Sizes.StateStride;
        at.Slots += row * Sizes.SlotStride;
        at.Before += offset;
        at.Hidden += offset;
        at.CellBefore += offset;
        at.Cell += offset;
        at.CellTanh += offset;
        at.Carry += offset;
        float* mask = pass.Mask == null ? null : pass.Mask + offset;
        for (nint unit = 0; unit < Sizes.Width; unit += T.Count)
        {
            T gradient = above == null ? T.Create(0) : T.Load(above + unit);
            if (recurrent != null)
                gradient = mask == null ? gradient + T.Load(recurrent + unit) : T.MultiplyAdd(T.Load(mask + unit), recurrent + unit, gradient);
            TCell.Retreat(gradient, at, unit);
        }
    }

    private RowPlaces Places(DirectionPass pass, int step) => new()
    {
        Slots = pass.Slots(step),
        SlotStride = Sizes.Width,
        Before = pass.Hidden(step),
        Hidden = pass.Hidden(step + 1),
        CellBefore = pass.Cell(step),
        Cell = pass.Cell(step + 1),
        CellTanh = pass.CellTanh(step),
        Carry = pass.Carry,
    };

    private void AddGradients(DirectionPass pass, int first, int steps, int rows, float* gradient)
    {
        float* slots = pass.Slots(first), input = slots + Sizes.FirstInputSlot * Sizes.Width;
        Add(0, Sizes.InputSize, Sizes.InputColumns, pass.InputAt(first), pass.InputStride, input);
        Add(Sizes.StateWeights, Sizes.Units, Sizes.StateColumns, pass.Read(first), Sizes.StateStride, slots);
        Add(Sizes.InputBias, 1, Sizes.InputColumns, _one.Start, 0, input);
        Add(Sizes.StateBias, 1, Sizes.StateColumns, _one.Start, 0, slots);

        void Add(long offset, int inputs, int columns, float* x, int stride, float* back) => GradientTiles<T>.Add(inputs, columns, new GradientArguments
        {
            Gradient = gradient + offset,
            GradientStride = columns,
            Input = x,
            InputStride = stride,
            InputStep = (nint)pass.Rows * stride,
            Back = back,
            BackStride = Sizes.SlotStride,
            BackStep = (nint)pass.Rows * Sizes.SlotStride,
            Rows = rows,
            Steps = steps,
        });
    }

    /// <summary>The panel's vectors of each row of weights, in the order of the tile's accumulators.</summary>
    private float* PackRows(float* weights, int rows, int columns, int firstSlot, int panel, float* packed)
    {
        Span<int> columnOf = stackalloc int[TMath.Vectors];
        for (int vector = 0; vector < TMath.Vectors; vector++)
            columnOf[vector] = ColumnOf(firstSlot, vector, panel);
        for (int row = 0; row < rows; row++, weights += columns)
            foreach (int column in columnOf)
            {
                T.Store(column < 0 ? T.Create(0) : T.Load(weights + column), packed);
                packed += T.Count;
            }
        return packed;
    }

    // Which column a tile's vector of weights starts at; -1 for one beyond the units of a one-gate cell.
    private int ColumnOf(int firstSlot, int vector, int panel)
    {
        int unit = panel * PanelUnits;
        if (IsOneGate)
            return unit + vector * T.Count < Sizes.Width ? unit + vector * T.Count : -1;
        // Of three vectors the last goes to the third accumulator from the input and to the fourth from the state.
        int accumulator = TMath.Vectors == 3 && vector == 2 && firstSlot == 0 ? 3 : vector;
        int slot = 0;
        while (TCell.Accumulator(slot) != accumulator)
            slot++;
        return (slot - firstSlot) * Sizes.Width + unit;
    }

    private void PackStart(float* weights, int panel, float* start)
    {
        new Span<float>(start, SumsStride).Clear();
        AddBias(weights + Sizes.InputBias, Sizes.FirstInputSlot);
        AddBias(weights + Sizes.StateBias, 0);

        void AddBias(float* bias, int firstSlot)
        {
            for (int vector = 0; vector < TMath.Vectors; vector++)
            {
                int column = ColumnOf(firstSlot, vector, panel), accumulator = TMath.Vectors == 3 && vector == 2 && firstSlot == 0 ? 3 : vector;
                if (column >= 0)
                    T.Store(T.Load(start + accumulator * T.Count) + T.Load(bias + column), start + accumulator * T.Count);
            }
        }
    }
}
