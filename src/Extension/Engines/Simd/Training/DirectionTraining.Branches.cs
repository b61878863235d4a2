using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

// One step in several branches from the same states.
internal sealed unsafe partial class DirectionTraining<T, TCell>
{
    // Products of a row's state, or of a part of its input, for all gates.
    private int SumWidth => _panels * StartLanes;

    public override BranchPass NewBranchPass() => new(Sizes);

    public override void Forward(BranchPass pass)
    {
        float* states = pass.Scratch((long)(pass.Rows + pass.Parts + 1) * SumWidth),
            parts = states + (long)pass.Rows * SumWidth,
            sum = parts + (long)pass.Parts * SumWidth,
            unit = HasUnits ? _units!.Values : null;
        SumStates(pass, states);
        SumParts(pass, parts);
        for (int row = 0; row < pass.Rows; row++)
        for (int branch = 0; branch < pass.Branches; branch++)
        {
            TensorPrimitives.Add(Sum(states, row), Sum(parts, branch), Sum(sum, 0));
            foreach (int other in pass.Others(row, branch))
                TensorPrimitives.Add(Sum(sum, 0), Sum(parts, other), Sum(sum, 0));
            Tiles<T, TCell>.Activate(_panels, IsLastHalf, sum, unit, pass.Before(row), pass.Saved(row, branch), Sizes.Width);
        }
    }

    public override void Backward(BranchPass pass, float* outputGradient, float* gradient)
    {
        for (int row = 0; row < pass.Rows; row++)
        for (int branch = 0; branch < pass.Branches; branch++)
        {
            BackwardBranch(pass, row, branch, outputGradient + ((long)row * pass.Branches + branch) * Sizes.StateStride);
            Gather(pass, row, branch);
        }
        AddGradient(
            gradient,
            Sizes.InputSize,
            Sizes.InputColumns,
            pass.Parts,
            pass.FirstPart,
            pass.PartStride,
            pass.PartBack,
            Sizes.InputColumns
        );
        if (HasUnits)
            _units!.AddGradient(pass.UnitGradients, gradient + Sizes.Unit);
        AddGradient(gradient + Sizes.InputBias, 1, Sizes.InputColumns, pass.Branches, _one.Start, 0, pass.PartBack, Sizes.InputColumns);
        if (Sizes.StateInputs == 0)
            return;
        AddGradient(
            gradient + Sizes.StateWeights,
            Sizes.StateInputs,
            Sizes.StateColumns,
            pass.Rows,
            pass.Before(0) + Sizes.Hidden,
            Sizes.SavedStride,
            pass.StateBack,
            Sizes.StateColumns
        );
        AddGradient(gradient + Sizes.StateBias, 1, Sizes.StateColumns, pass.Rows, _one.Start, 0, pass.StateBack, Sizes.StateColumns);
    }

    public override void InitialGradient(BranchPass pass, float* gradient, int stride) =>
        _stateBack.Multiply(pass.Rows, pass.StateBack, Sizes.StateColumns, gradient, stride);

    public override void PartGradient(BranchPass pass, float* gradient, int stride) =>
        _inputBack!.Multiply(pass.Parts, pass.PartBack, Sizes.InputColumns, gradient, stride);

    // With both biases.
    private void SumStates(BranchPass pass, float* sums) =>
        SumPanels(
            pass.Rows,
            sums,
            panel => new TileArguments
            {
                Weights = Panel(panel) + (long)Sizes.InputSize * TCell.Vectors * T.Count,
                Start = _start.Start + panel * StartLanes,
                Hidden = pass.Before(0) + Sizes.Hidden,
                HiddenStride = Sizes.SavedStride,
                HiddenSize = Sizes.StateInputs,
            }
        );

    private void SumParts(BranchPass pass, float* sums) =>
        SumPanels(
            pass.Parts,
            sums,
            panel => new TileArguments
            {
                Weights = Panel(panel),
                Start = _zeros.Start,
                Input = pass.FirstPart,
                InputStride = pass.PartStride,
                InputSize = Sizes.InputSize,
            }
        );

    private void SumPanels(int rows, float* sums, Func<int, TileArguments> panelOf)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            TileArguments tile = panelOf(panel);
            tile.Output = sums + panel * StartLanes;
            tile.OutputStride = SumWidth;
            Tiles<T, InputOf<TCell>>.Rows(rows, tile, isHalf: false);
        }
    }

    private Span<float> Sum(float* sums, int row) => new(sums + (long)row * SumWidth, SumWidth);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardBranch(BranchPass pass, int row, int branch, float* outputGradient)
    {
        nint width = Sizes.Width;
        pass.BranchIncoming.Clear();
        fixed (float* incoming = pass.BranchIncoming)
        {
            float* saved = pass.Saved(row, branch),
                before = pass.Before(row);
            for (nint unit = 0; unit < width; unit += T.Count)
                BackwardUnits(T.Load(outputGradient + unit), saved + unit, before + unit, incoming + unit, pass.UnitGradients + unit, unit);
        }
        TensorPrimitives.Add(pass.Incoming(row), pass.BranchIncoming, pass.Incoming(row));
    }

    // Adds the gradients of a row and branch to those of its state and its parts.
    private void Gather(BranchPass pass, int row, int branch)
    {
        float* buffers = pass.Saved(row, branch);
        AddTo(pass.StateBack + (long)row * Sizes.StateColumns, buffers, Sizes.StateColumns);
        float* inputs = buffers + Sizes.FirstInputBuffer * Sizes.Width;
        AddTo(pass.PartBack + (long)branch * Sizes.InputColumns, inputs, Sizes.InputColumns);
        foreach (int other in pass.Others(row, branch))
            AddTo(pass.PartBack + (long)other * Sizes.InputColumns, inputs, Sizes.InputColumns);
    }

    private static void AddTo(float* sum, float* values, int count)
    {
        var target = new Span<float>(sum, count);
        TensorPrimitives.Add(target, new ReadOnlySpan<float>(values, count), target);
    }

    private static void AddGradient(
        float* gradient,
        int inputs,
        int columns,
        int rows,
        float* x,
        nint stride,
        float* back,
        nint backStride
    ) =>
        GradientTiles<T>.Add(
            inputs,
            columns,
            new GradientArguments
            {
                Gradient = gradient,
                GradientStride = columns,
                Input = x,
                InputStride = stride,
                Back = back,
                BackStride = backStride,
                Rows = rows,
                Steps = 1,
            }
        );
}
