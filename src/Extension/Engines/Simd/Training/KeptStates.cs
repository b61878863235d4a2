using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The states of a layer in both directions over whole rows, and their gradients: of a layer that runs segment by segment, where what reads
/// them needs both directions at once, or states that are read in place of the layer's own (<c>TopStates</c>). [T, n, width of
/// both].
/// </summary>
/// <param name="units">H.</param>
/// <param name="directions">1 or 2.</param>
/// <param name="gradients">Memory of the gradients; layers that do not need theirs at the same time may share it.</param>
internal sealed unsafe class KeptStates(int units, int directions, AlignedBuffer gradients) : LayerStates, ISegmentReader
{
    private readonly AlignedBuffer _states = new();
    private MicroBatch _microBatch = new();

    public override int Directions => directions;

    public bool UsesSteps => true;

    private int Width => directions * units;

    private long Size => (long)_microBatch.Steps * _microBatch.Count * Width;

    public void Start(MicroBatch microBatch)
    {
        _microBatch = microBatch;
        _states.Reserve(Size);
    }

    /// <summary>Makes room for the gradients, all 0.</summary>
    public void ClearGradients()
    {
        gradients.Reserve(Size);
        gradients.Clear(checked((int)Size));
    }

    /// <summary>[D] the states at a step, both directions.</summary>
    public Span<float> StatesOf(int step, int row) => AllAt(_states, step, row);

    /// <summary>[D] their gradient.</summary>
    public Span<float> GradientOf(int step, int row) => AllAt(gradients, step, row);

    public void Read(int direction, MicroBatch segment, LayerStates layer)
    {
        for (int t = 0; t < segment.Steps; t++)
        for (int row = 0; row < segment.ActiveRows[t]; row++)
            layer.StatesAt(t, row, At(_states, direction, segment.First + t, row));
    }

    public void AddGradients(int direction, MicroBatch segment, LayerStates layer)
    {
        for (int t = 0; t < segment.Steps; t++)
        for (int row = 0; row < segment.ActiveRows[t]; row++)
            layer.AddOutputGradient(t, row, At(gradients, direction, segment.First + t, row));
    }

    public override ReadOnlySpan<float> State(int direction, int steps, int row) =>
        At(_states, direction, Step(direction, steps, row), row);

    public override void StatesAt(int step, int row, Span<float> states) => AllAt(_states, step, row).CopyTo(states);

    public override Span<float> OutputGradient(int direction, int steps, int row) =>
        At(gradients, direction, Step(direction, steps, row), row);

    public override float* OutputGradients(int direction, int row, out nint stride)
    {
        nint step = (nint)_microBatch.Count * Width;
        stride = direction == 0 ? step : -step;
        return gradients.Start + (long)Step(direction, 1, row) * step + (long)row * Width + direction * units;
    }

    public override void AddOutputGradient(int step, int row, ReadOnlySpan<float> gradient)
    {
        Span<float> sum = AllAt(gradients, step, row);
        TensorPrimitives.Add(sum, gradient, sum);
    }

    // The step of the sequence that is a direction's last after some of its own.
    private int Step(int direction, int steps, int row) => direction == 0 ? steps - 1 : _microBatch.Length(row) - steps;

    private Span<float> At(AlignedBuffer buffer, int direction, int step, int row) =>
        AllAt(buffer, step, row).Slice(direction * units, units);

    private Span<float> AllAt(AlignedBuffer buffer, int step, int row) =>
        new(buffer.Start + ((long)step * _microBatch.Count + row) * Width, Width);
}
