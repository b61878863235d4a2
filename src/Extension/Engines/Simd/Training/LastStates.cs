using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The states after the rows' last steps, from which a decoder's cell continues, and their gradients.</summary>
/// <param name="layer">The last recurrent layer.</param>
/// <param name="steps">m, output steps.</param>
internal sealed unsafe class LastStates(LayerPass layer, int steps)
{
    private readonly AlignedBuffer _initialGradient = new();

    /// <summary>The rows; to be set before a decoder starts.</summary>
    public MicroBatch MicroBatch { get; set; } = new();

    /// <summary>n, rows.</summary>
    public int Count => MicroBatch.Count;

    /// <summary>m, output steps.</summary>
    public int Steps => steps;

    /// <summary>A row's whole last state: h, and of an LSTM c.</summary>
    public ReadOnlySpan<float> Of(int row) => layer.LastState(row);

    /// <summary>[H] the gradient of a row's last hidden state, to be added to.</summary>
    public Span<float> Gradient(int row) => layer.OutputGradient(0, 1, row);

    /// <summary>Begins the backward pass of a cell: the gradients of the states through its recurrent weights.</summary>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <returns>[n, stride], to be written.</returns>
    public float* Initial(int stride) => _initialGradient.Reserve((long)Count * stride);

    /// <summary>Adds them to the gradients of the hidden states.</summary>
    /// <param name="initial">What <see cref="Initial"/> returned, written.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    public void AddInitial(float* initial, int stride)
    {
        for (int row = 0; row < Count; row++)
        {
            Span<float> sum = Gradient(row);
            TensorPrimitives.Add(sum, new ReadOnlySpan<float>(initial + (long)row * stride, sum.Length), sum);
        }
    }

    /// <summary>Begins the part of the gradients that does not flow through the weights.</summary>
    /// <returns>[n, IncomingStride], all 0, to be added to.</returns>
    public float* Incoming() => layer.StartIncoming();
}
