using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>One step of the first layer's cell from the rows' last states, for each output step.</summary>
/// <param name="last">The rows' last states.</param>
/// <param name="direction">The cell.</param>
/// <param name="offset">Of its weights.</param>
internal sealed unsafe class DecoderBranches(LastStates last, DirectionTraining direction, long offset) : CellBranches
{
    private readonly BranchPass _pass = direction.NewBranchPass();
    private readonly AlignedBuffer _outputGradient = new(),
        _partGradient = new();
    private readonly int _partStride = Strides.Of(direction.InputGradientWidth);

    private DirectionSizes Sizes => direction.Sizes;

    public override void Start(int parts, int othersEach)
    {
        _pass.Start(last.Count, last.Steps, parts, othersEach);
        _outputGradient.Reserve((long)last.Count * last.Steps * Sizes.StateStride);
        for (int row = 0; row < last.Count; row++)
            last.Of(row).CopyTo(_pass.State(row));
    }

    public override Span<float> Part(int part) => _pass.Part(part);

    public override Span<int> Others(int row, int branch) => _pass.Others(row, branch);

    public override void Forward() => direction.Forward(_pass);

    public override ReadOnlySpan<float> State(int branch, int row) => _pass.Hidden(row, branch);

    public override Span<float> StateGradient(int branch, int row)
    {
        var all = new Span<float>(_outputGradient.Start + ((long)row * last.Steps + branch) * Sizes.StateStride, Sizes.StateStride);
        all[Sizes.Units..].Clear();
        return all[..Sizes.Units];
    }

    public override void Backward(float* gradient)
    {
        direction.Backward(_pass, _outputGradient.Start, gradient + offset);
        direction.PartGradient(_pass, _partGradient.Reserve((long)_pass.Parts * _partStride), _partStride);
        int stride = Strides.Of(direction.InitialGradientWidth);
        float* initial = last.Initial(stride),
            incomingAtEnd = last.Incoming();
        direction.InitialGradient(_pass, initial, stride);
        last.AddInitial(initial, stride);
        for (int row = 0; row < last.Count; row++)
            _pass.Incoming(row).CopyTo(new Span<float>(incomingAtEnd + (long)row * Sizes.IncomingStride, Sizes.IncomingStride));
    }

    public override ReadOnlySpan<float> PartGradient(int part) => new(_partGradient.Start + (long)part * _partStride, Sizes.InputSize);
}
