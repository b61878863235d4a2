using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>A micro-batch's gradients: of all weights in the layout of <see cref="ParameterMap"/>, and of its tokens' embeddings.</summary>
internal sealed unsafe class MicroBatchGradient(long size, EmbeddingGradient? embeddings)
{
    private readonly AlignedBuffer _values = new(size);

    public float* Values => _values.Start;

    public EmbeddingGradient? Embeddings { get; } = embeddings;

    public void Clear()
    {
        _values.Clear((int)size);
        Embeddings?.Clear();
    }
}
