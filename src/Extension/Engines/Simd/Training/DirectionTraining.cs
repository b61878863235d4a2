using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// One direction of a layer: forward pass, backpropagation through time, and the gradients of its weights. Shared by all threads except for
/// <see cref="Pack"/>.
/// </summary>
internal abstract unsafe class DirectionTraining(DirectionSizes sizes) : IPackedWeights
{
    // Rows times steps per weight-gradient product: one block of their columns stays in the innermost cache.
    private const int RowsAtOnce = 64;

    /// <summary>Steps whose gradients of the weights are added in one product, from a multiple of it on.</summary>
    /// <param name="rows">n, rows of a pass.</param>
    public static int StepsAtOnce(int rows) => Math.Max(1, RowsAtOnce / rows);

    public DirectionSizes Sizes { get; } = sizes;

    /// <summary>Elements of a row of <see cref="InputGradient"/>, padding included.</summary>
    public abstract int InputGradientWidth { get; }

    /// <summary>PyTorch's gate index of a buffer of the state's weights.</summary>
    public abstract int RecurrentGate(int buffer);

    public abstract DirectionPass NewPass();

    public abstract BranchPass NewBranchPass();

    public abstract int PackParts { get; }

    public abstract void Pack(float* weights, int part);

    /// <summary>Runs all steps of the pass's rows.</summary>
    public void Forward(DirectionPass pass)
    {
        for (int step = 0; step < pass.Steps; step++)
            Step(pass, step);
    }

    /// <summary>Runs a step, after the ones before it.</summary>
    public abstract void Step(DirectionPass pass, int step);

    /// <summary>Backpropagation through time. Adds to the gradient of the weights and leaves those of the pre-activations in the gate
    /// buffers.</summary>
    /// <param name="pass">The rows, after <see cref="Forward(DirectionPass)"/>.</param>
    /// <param name="outputGradient">[T, n, StateStride] the gradient of each step's h from the layer above; null where only each row's last
    /// h has one.</param>
    /// <param name="last">[n, StateStride] the gradient of each row's last h, where <paramref name="outputGradient"/> is null.</param>
    /// <param name="gradient">The gradient of the weights, in their layout.</param>
    public abstract void Backward(DirectionPass pass, float* outputGradient, float* last, float* gradient);

    /// <summary>
    /// After <see cref="Backward(DirectionPass, float*, float*, float*)"/>: the part of the gradient of the rows' initial states that flows
    /// through weights, [n, width], before a mask; the rest is in <see cref="DirectionPass.Incoming"/>.
    /// </summary>
    public abstract void InitialGradient(DirectionPass pass, float* gradient, int stride);

    /// <summary>Elements of a row of <see cref="InitialGradient(DirectionPass, float*, int)"/>, padding included.</summary>
    public abstract int InitialGradientWidth { get; }

    /// <summary>
    /// After <see cref="Backward(DirectionPass, float*, float*, float*)"/>: the gradient of the input, [T, n, stride], for each row's own
    /// steps.
    /// </summary>
    public abstract void InputGradient(DirectionPass pass, float* gradient, int stride);

    /// <summary>One step in several branches from each row's state.</summary>
    public abstract void Forward(BranchPass pass);

    /// <summary>Its backward pass. Adds to the gradient of the weights and leaves those of the products with the states and the
    /// parts.</summary>
    /// <param name="pass">The rows, after <see cref="Forward(BranchPass)"/>.</param>
    /// <param name="outputGradient">[n, m, StateStride] the gradient of each branch's h.</param>
    /// <param name="gradient">The gradient of the weights, in their layout.</param>
    public abstract void Backward(BranchPass pass, float* outputGradient, float* gradient);

    /// <summary>As <see cref="InitialGradient(DirectionPass, float*, int)"/>, for the states before the branches.</summary>
    public abstract void InitialGradient(BranchPass pass, float* gradient, int stride);

    /// <summary>After <see cref="Backward(BranchPass, float*, float*)"/>: the gradient of the parts, [k, stride].</summary>
    public abstract void PartGradient(BranchPass pass, float* gradient, int stride);

    public static DirectionTraining Create<T>(Cell cell, int inputSize, int units, bool needsInputGradient)
        where T : unmanaged, ILanes<T> => cell.Accept(new Maker<T>(inputSize, units, needsInputGradient));

    private sealed class Maker<T>(int inputSize, int units, bool needsInputGradient) : ICellVisitor<DirectionTraining>
        where T : unmanaged, ILanes<T>
    {
        public DirectionTraining Visit<TForward, TTraining>()
            where TForward : unmanaged, ICellForward
            where TTraining : unmanaged, ICellTraining => new DirectionTraining<T, TTraining>(inputSize, units, needsInputGradient);
    }
}
