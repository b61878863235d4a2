using System.Runtime.CompilerServices;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// A cell (or a linear layer) with weights packed for the processor's vectors. Shared by all threads and never written.
/// </summary>
/// <remarks>
/// Units are arranged in panels; a state of <see cref="Width"/> elements is the units, padded to whole panels with zeros that stay zeros.
/// </remarks>
internal abstract unsafe class CellKernel
{
    /// <summary>H padded to whole panels: elements from one row's state to the next.</summary>
    public abstract int Width { get; }

    /// <summary>Elements from one row's <c>state</c> to the next: one or several states, each padded like h.</summary>
    public abstract int StateWidth { get; }

    /// <summary>Elements that <see cref="Project"/> writes for a step.</summary>
    public abstract int ProjectedWidth { get; }

    /// <summary>One step of several rows.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="input">The first row's input.</param>
    /// <param name="inputStride">Elements to the next row's input.</param>
    /// <param name="hidden">[rows, Width] h before the step; not read for a linear layer.</param>
    /// <param name="state">[rows, StateWidth] the states beside h, as c of an LSTM, replaced; h of a cell that has h alone.</param>
    /// <param name="output">[rows, Width] h after the step.</param>
    public abstract void StepRows(int rows, float* input, nint inputStride, float* hidden, float* state, float* output);

    /// <summary>The inputs of several steps of one row times the weights, all at once.</summary>
    /// <param name="steps">Number of steps.</param>
    /// <param name="input">[steps, InputSize].</param>
    /// <param name="projected">[steps, ProjectedWidth].</param>
    public abstract void Project(int steps, float* input, float* projected);

    /// <summary>The rest of a row's step.</summary>
    /// <param name="projected">[ProjectedWidth] the step's input times the weights.</param>
    /// <param name="hidden">[Width] h before the step.</param>
    /// <param name="state">[StateWidth] the states beside h, as c of an LSTM, replaced; h of a cell that has h alone.</param>
    /// <param name="output">[Width] h after the step.</param>
    /// <param name="backwards">Whether weights are read from last to first: in every other step, so that those read last are still in the
    /// cache.</param>
    public abstract void StepRow(float* projected, float* hidden, float* state, float* output, bool backwards);
}

/// <inheritdoc/>
internal sealed unsafe class CellKernel<T, TForward> : CellKernel
    where T : unmanaged, ILanes<T>
    where TForward : unmanaged, ICellForward
{
    private const int StartVectors = 4;

    // Most bytes of weights that a step reads backwards. With more, the part that is still in the innermost cache is small, and prefetching
    // works best forwards.
    private const long LargestBackwards = 512 * 1024;

    // Code of each step is optimised at once, like the tiles: otherwise the first predictions of a process would take twice as long.

    private readonly int _inputSize;
    private readonly int _hiddenSize;
    private readonly int _panels;
    private readonly long _panelStride;
    private readonly bool _isLastHalfEmpty;
    private readonly bool _readsBackwards;
    private readonly AlignedBuffer _weights;
    private readonly RoundedWeights? _rounded;
    private readonly AlignedBuffer _start;
    private readonly AlignedBuffer _unit = new();

    /// <param name="weights">The weights.</param>
    /// <param name="rowPrecision">Precision of the state's weights in <see cref="StepRow"/>.</param>
    public CellKernel(KernelWeights weights, WeightPrecision rowPrecision)
    {
        _inputSize = weights.InputSize;
        _hiddenSize = weights.HiddenSize;
        _panels = (weights.Units + PanelUnits - 1) / PanelUnits;
        _panelStride = (long)(_inputSize + _hiddenSize) * InputVectors;
        _isLastHalfEmpty = TForward.Gates == 1 && _panels * PanelUnits - weights.Units >= PanelUnits / 2;
        _readsBackwards = (long)_panels * _hiddenSize * InputVectors * sizeof(float) <= LargestBackwards;
        _weights = new AlignedBuffer(_panels * _panelStride);
        _start = new AlignedBuffer(_panels * StartLanes);
        for (int unit = 0; unit < weights.Units; unit++)
        for (int gate = 0; gate < TForward.Gates; gate++)
            Pack(weights, unit, gate);
        if (TForward.UnitParameters > 0)
            PackUnits(weights);
        if (rowPrecision == WeightPrecision.BFloat16 && _hiddenSize > 0)
            _rounded = new RoundedWeights(_panels, _hiddenSize, InputVectors, panel => (nint)StateWeights(panel));
    }

    public override int Width => _panels * PanelUnits;

    public override int StateWidth => TForward.StateVectors * Width;

    public override int ProjectedWidth => _panels * StartLanes;

    private static int PanelUnits => T.Count * TForward.Vectors / TForward.Gates;

    /// <summary>Elements of a panel's weights per input.</summary>
    private static int InputVectors => T.Count * TForward.Vectors;

    private static int StartLanes => T.Count * StartVectors;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void StepRows(int rows, float* input, nint inputStride, float* hidden, float* state, float* output)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            int offset = panel * PanelUnits;
            var tile = new TileArguments
            {
                Weights = _weights.Start + panel * _panelStride,
                Start = _start.Start + panel * StartLanes,
                Input = input,
                InputStride = inputStride,
                InputSize = _inputSize,
                Hidden = hidden,
                HiddenStride = Width,
                HiddenSize = _hiddenSize,
                Unit = _unit.Start + offset,
                State = state + offset,
                StateStride = StateWidth,
                Output = output + offset,
                OutputStride = Width,
                GateStride = Width,
            };
            Tiles<T, TForward>.Rows(rows, tile, _isLastHalfEmpty && panel == _panels - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Project(int steps, float* input, float* projected)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            var tile = new TileArguments
            {
                Weights = _weights.Start + panel * _panelStride,
                Start = _start.Start + panel * StartLanes,
                Input = input,
                InputStride = _inputSize,
                InputSize = _inputSize,
                Output = projected + panel * StartLanes,
                OutputStride = ProjectedWidth,
            };
            Tiles<T, InputOf<TForward>>.Rows(steps, tile, _isLastHalfEmpty && panel == _panels - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void StepRow(float* projected, float* hidden, float* state, float* output, bool backwards)
    {
        if (_hiddenSize == 0)
        {
            Tiles<T, TForward>.Activate(_panels, isLastHalf: false, projected, _unit.Start, state, output, Width);
            return;
        }
        int pairs = _panels / 2;
        if (_panels % 2 == 1 && !backwards)
            StepLastPanel(Row(_panels - 1, projected, hidden, state, output, backwards));
        for (int i = 0; i < pairs; i++)
            StepTwoPanels(Row(2 * (backwards ? pairs - 1 - i : i), projected, hidden, state, output, backwards));
        if (_panels % 2 == 1 && backwards)
            StepLastPanel(Row(_panels - 1, projected, hidden, state, output, backwards));
    }

    private void StepTwoPanels(in RowArguments row)
    {
        if (_rounded is null)
            Tiles<T, TForward>.Row2(row);
        else
            Tiles<T, TForward>.RoundedRow2(row);
    }

    private void StepLastPanel(in RowArguments row)
    {
        if (_rounded is null && _isLastHalfEmpty)
            Tiles<T, TForward>.RowOfHalf(row);
        else if (_rounded is null)
            Tiles<T, TForward>.Row1(row);
        else if (_isLastHalfEmpty)
            Tiles<T, TForward>.RoundedRowOfHalf(row);
        else
            Tiles<T, TForward>.RoundedRow1(row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RowArguments Row(int panel, float* projected, float* hidden, float* state, float* output, bool backwards) =>
        new()
        {
            Weights = _rounded is null ? StateWeights(panel) : _rounded.Panel(panel),
            PanelStride = _rounded is null ? (nint)_panelStride : _rounded.PanelStride,
            Start = projected + panel * StartLanes,
            Hidden = hidden,
            HiddenSize = _hiddenSize,
            IsBackwards = backwards && _readsBackwards,
            Unit = _unit.Start + panel * PanelUnits,
            State = state + panel * PanelUnits,
            Output = output + panel * PanelUnits,
            GateStride = Width,
        };

    private void PackUnits(KernelWeights weights)
    {
        var parameters = new AlignedBuffer((long)TForward.UnitParameters * Width);
        for (int parameter = 0; parameter < TForward.UnitParameters; parameter++)
            weights
                .UnitParameters.AsSpan(parameter * weights.Units, weights.Units)
                .CopyTo(new Span<float>(parameters.Start + (long)parameter * Width, weights.Units));
        TForward.ToUnitValues(parameters.Start, _unit.Reserve((long)TForward.UnitParameters * Width), Width, weights.Units);
    }

    private float* StateWeights(int panel) => _weights.Start + panel * _panelStride + _inputSize * InputVectors;

    private void Pack(KernelWeights weights, int unit, int gate)
    {
        int row = gate * weights.Units + unit,
            panel = unit / PanelUnits,
            lane = gate * PanelUnits + unit % PanelUnits;
        float scale = TForward.GateScale(gate);
        float* packed = _weights.Start + panel * _panelStride + lane;
        for (int k = 0; k < _inputSize; k++, packed += InputVectors)
            *packed = weights.Input[(long)row * _inputSize + k] * scale;
        for (int k = 0; k < _hiddenSize; k++, packed += InputVectors)
            *packed = weights.Hidden[(long)row * _hiddenSize + k] * scale;

        // GRU's n: the state's product is multiplied by r before it is added to the rest, so its bias is separate.
        float* start = _start.Start + panel * StartLanes + lane;
        bool isApart = TForward.Vectors < StartVectors && gate == TForward.Gates - 1;
        *start = (weights.InputBias[row] + (isApart ? 0 : weights.HiddenBiasOf(row))) * scale;
        if (isApart)
            start[T.Count] = weights.HiddenBiasOf(row) * scale;
    }
}
