using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Saved activations of one step, where each row continues from its state in several branches. A branch's input is a sum of parts that
/// other branches and rows share, so each part is multiplied by the weights once, and each row's state too.
/// </summary>
internal sealed unsafe class BranchPass(DirectionSizes sizes)
{
    private readonly AlignedBuffer _before = new(),
        _saved = new(),
        _parts = new(),
        _incoming = new(),
        _stateBack = new(),
        _partBack = new(),
        _unitGradients = new(),
        _scratch = new();
    private readonly int _partStride = Strides.Of(sizes.InputSize);
    private int[] _others = [];
    private int _othersEach;

    /// <summary>n, rows.</summary>
    public int Rows { get; private set; }

    /// <summary>m, branches of each row.</summary>
    public int Branches { get; private set; }

    /// <summary>k, parts of inputs; the first m are the branches' own.</summary>
    public int Parts { get; private set; }

    public int PartStride => _partStride;

    /// <summary>Starts over with other rows; states and parts are 0.</summary>
    /// <param name="rows">n.</param>
    /// <param name="branches">m.</param>
    /// <param name="parts">k.</param>
    /// <param name="othersEach">Parts of each row and branch besides the branch's own.</param>
    public void Start(int rows, int branches, int parts, int othersEach)
    {
        (Rows, Branches, Parts, _othersEach) = (rows, branches, parts, othersEach);
        if (_others.Length < rows * branches * othersEach)
            _others = new int[rows * branches * othersEach];
        Clear(_before, (long)rows * sizes.SavedStride);
        Clear(_parts, (long)parts * _partStride);
        Clear(_stateBack, (long)rows * sizes.StateColumns);
        Clear(_partBack, (long)parts * sizes.InputColumns);
        Clear(_incoming, (long)(rows + 1) * sizes.IncomingStride);
        Clear(_unitGradients, (long)sizes.UnitParameters * sizes.Width);
        _saved.Reserve((long)rows * branches * sizes.SavedStride);
    }

    /// <summary>A row's whole initial state, to be filled.</summary>
    public Span<float> State(int row) => new(Before(row) + sizes.Hidden, sizes.States * sizes.Width);

    /// <summary>[I] a part of inputs, to be filled.</summary>
    public Span<float> Part(int part) => new(_parts.Start + (long)part * _partStride, sizes.InputSize);

    /// <summary>Indices of the parts of a row and branch besides the branch's own, to be filled.</summary>
    public Span<int> Others(int row, int branch) => _others.AsSpan((row * Branches + branch) * _othersEach, _othersEach);

    /// <summary>[H] a row's state at the end of a branch.</summary>
    public ReadOnlySpan<float> Hidden(int row, int branch) => new(Saved(row, branch) + sizes.Hidden, sizes.Units);

    /// <summary>
    /// [IncomingStride] after the backward pass, the part of the gradient of a row's state that does not flow through the weights.
    /// </summary>
    public Span<float> Incoming(int row) => new(_incoming.Start + (long)row * sizes.IncomingStride, sizes.IncomingStride);

    /// <summary>[IncomingStride] one branch's contribution to it.</summary>
    public Span<float> BranchIncoming => Incoming(Rows);

    /// <summary>A row's saved activations before the step, of which only the states are used.</summary>
    public float* Before(int row) => _before.Start + (long)row * sizes.SavedStride;

    public float* Saved(int row, int branch) => _saved.Start + ((long)row * Branches + branch) * sizes.SavedStride;

    /// <summary>[k, PartStride] the parts.</summary>
    public float* FirstPart => _parts.Start;

    /// <summary>[n, StateColumns] the gradients of the states' products.</summary>
    public float* StateBack => _stateBack.Start;

    /// <summary>[k, InputColumns] the gradients of the parts' products.</summary>
    public float* PartBack => _partBack.Start;

    /// <summary>[P, W] the gradients of the units' values.</summary>
    public float* UnitGradients => _unitGradients.Start;

    /// <summary>Temporary memory.</summary>
    public float* Scratch(long length) => _scratch.Reserve(length);

    private static void Clear(AlignedBuffer buffer, long length)
    {
        buffer.Reserve(length);
        buffer.Clear(checked((int)length));
    }
}
