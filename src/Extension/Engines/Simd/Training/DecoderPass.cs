namespace RnnMlNet.Engines.Simd.Training;

/// <summary>A decoder of one thread: the states after a micro-batch's last ones, and the backward pass to those.</summary>
internal abstract unsafe class DecoderPass
{
    /// <summary>Begins with other rows, from the states after their last steps.</summary>
    public abstract void Start(MicroBatch microBatch, float* weights);

    /// <summary>Runs an output step, after the ones before it and, where the decoder reads them, what came out of those.</summary>
    public abstract void Forward(int step);

    /// <summary>Says what a step reads as the output before it; beyond the last, nothing.</summary>
    public abstract void Feed(int step, int row, float previous);

    /// <summary>[H] a row's state at an output step.</summary>
    public abstract ReadOnlySpan<float> State(int step, int row);

    /// <summary>[H] its gradient, to be written for every step and row.</summary>
    public abstract Span<float> StateGradient(int step, int row);

    /// <summary>Adds to the gradients of the weights and of the states after the rows' last steps.</summary>
    public abstract void Backward(float* weights, float* gradient);
}
