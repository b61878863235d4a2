namespace RnnMlNet.Runtime.Decoders;

/// <summary>A decoder's module with its training part in C#.</summary>
internal interface ITrainedDecoder
{
    /// <summary>Its training part.</summary>
    /// <param name="rows">The rows, others at each <see cref="DecoderTraining.Start"/>.</param>
    DecoderTraining NewTraining(EncodedRows rows);
}

/// <summary>
/// The training part of a decoder in C#: the states of the output steps from the last states of some rows, and the backward pass to those.
/// For one thread.
/// </summary>
internal abstract unsafe class DecoderTraining
{
    /// <summary>Begins with other rows.</summary>
    public abstract void Start(float* weights);

    /// <summary>Runs an output step, after the ones before it and, where the decoder reads them, their outputs.</summary>
    public abstract void Forward(int step);

    /// <summary>Sets what a step reads as the output before it; of a decoder that reads none, and behind the last step, nothing.</summary>
    public virtual void Feed(int step, int row, float previous) { }

    /// <summary>[H] a row's state at an output step.</summary>
    public abstract ReadOnlySpan<float> State(int step, int row);

    /// <summary>[H] its gradient, to be written for every step and row.</summary>
    public abstract Span<float> StateGradient(int step, int row);

    /// <summary>Adds to the gradients of the weights and of the rows' last states.</summary>
    public abstract void Backward(float* weights, float* gradient);
}

/// <summary>What a decoder continues from in training: rows after the forward pass of the recurrent layers.</summary>
internal abstract class EncodedRows
{
    /// <summary>n, rows.</summary>
    public abstract int Count { get; }

    /// <summary>The channel of a row.</summary>
    public abstract int Channel(int row);

    /// <summary>[<see cref="Networks.DecoderShape.StaticSize"/>] a row's static features.</summary>
    public abstract ReadOnlySpan<float> Static(int row);

    /// <summary>[H] a row's last hidden state.</summary>
    public abstract ReadOnlySpan<float> Last(int row);

    /// <summary>[H] its gradient, to be added to.</summary>
    public abstract Span<float> LastGradient(int row);

    /// <summary>Offset of one of the decoder's <see cref="Networks.DecoderModule.Tables"/> among all weights.</summary>
    public abstract long Table(int index);

    /// <summary>The decoder's own cell, which continues from the rows' last states step by step.</summary>
    public abstract CellSteps NewSteps();

    /// <summary>The first layer's cell, of which each output step is one step from the rows' last states.</summary>
    public abstract CellBranches NewBranches();
}

/// <summary>A cell that continues from the rows' last states, one output step after the other; with its backward pass.</summary>
internal abstract unsafe class CellSteps
{
    /// <summary>Begins with other rows.</summary>
    public abstract void Start();

    /// <summary>A row's input at a step, to be filled.</summary>
    public abstract Span<float> Input(int step, int row);

    /// <summary>Runs a step.</summary>
    public abstract void Forward(int step);

    /// <summary>[H] a row's state after a step.</summary>
    public abstract ReadOnlySpan<float> State(int step, int row);

    /// <summary>[H] its gradient, to be written for every step and row.</summary>
    public abstract Span<float> StateGradient(int step, int row);

    /// <summary>Adds to the gradients of the cell's weights and of the rows' last states.</summary>
    public abstract void Backward(float* gradient);
}

/// <summary>
/// One step of a cell from the rows' last states in several branches, one for each output step. A branch's input is a sum of parts that
/// other branches and rows share, so that each part is multiplied by the weights once. With its backward pass.
/// </summary>
internal abstract unsafe class CellBranches
{
    /// <summary>Begins with other rows; parts are 0.</summary>
    /// <param name="parts">k, parts of inputs; the first m are the branches' own.</param>
    /// <param name="othersEach">Parts of each row and branch besides the branch's own.</param>
    public abstract void Start(int parts, int othersEach);

    /// <summary>[I] a part of inputs, to be filled.</summary>
    public abstract Span<float> Part(int part);

    /// <summary>Indices of the parts of a row and branch besides the branch's own, to be filled.</summary>
    public abstract Span<int> Others(int row, int branch);

    /// <summary>Runs the step of all branches.</summary>
    public abstract void Forward();

    /// <summary>[H] a row's state after a branch.</summary>
    public abstract ReadOnlySpan<float> State(int branch, int row);

    /// <summary>[H] its gradient, to be written for every branch and row.</summary>
    public abstract Span<float> StateGradient(int branch, int row);

    /// <summary>Adds to the gradients of the cell's weights and of the rows' last states.</summary>
    public abstract void Backward(float* gradient);

    /// <summary>[I] after the backward pass, the gradient of a part.</summary>
    public abstract ReadOnlySpan<float> PartGradient(int part);
}
