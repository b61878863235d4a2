using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>All weights except embeddings, their moments, their moving average, and the optimiser step.</summary>
internal abstract unsafe class ParameterStep(long size, ParameterUpdate update)
{
    /// <summary>Index of the moving average, after the weights and their moments.</summary>
    public const int Average = 3;

    private readonly AlignedBuffer[] _memory = [.. Enumerable.Range(0, 1 + update.Moments.Count).Select(_ => new AlignedBuffer(size))];
    private readonly AlignedBuffer? _average = update.Averages ? new AlignedBuffer(size) : null;

    public ParameterUpdate Update { get; } = update;

    /// <summary>Number of optimiser steps.</summary>
    public long Steps { get; set; }

    /// <summary>The weights.</summary>
    public float* Values => _memory[0].Start;

    /// <summary>
    /// The weights (which = 0), their moments (1 and 2), or their moving average; null where the optimiser has none.
    /// </summary>
    public float* Memory(int which) =>
        which < _memory.Length ? _memory[which].Start
        : which == Average && _average is not null ? _average.Start
        : null;

    /// <summary>Adds up the micro-batches' gradients in their order, clips them, and updates the weights.</summary>
    /// <param name="team">Runs the jobs.</param>
    /// <param name="gradients">The first one is overwritten by the sum.</param>
    /// <param name="otherSquares">Sum of the squares of other gradients, which count for clipping.</param>
    /// <param name="scale">Factor of the sum.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <returns>The sum's final factor, clipping included.</returns>
    public abstract float Apply(ThreadTeam team, MicroBatchGradient[] gradients, double otherSquares, float scale, float learningRate);
}

/// <inheritdoc/>
internal sealed unsafe class ParameterStep<T> : ParameterStep
    where T : unmanaged, ILanes<T>
{
    // Weights of a job. Sums of squares are computed block by block, and added up in the blocks' order.
    private const int BlockSize = 16 * 1024;

    private readonly long _size;
    private readonly float _clipNorm;
    private readonly double[] _squares;

    public ParameterStep(long size, ParameterUpdate update, float clipNorm)
        : base(size, update)
    {
        _size = size;
        _clipNorm = clipNorm;
        _squares = new double[(size + BlockSize - 1) / BlockSize];
    }

    public override float Apply(ThreadTeam team, MicroBatchGradient[] gradients, double otherSquares, float scale, float learningRate)
    {
        Steps++;
        Update.Begin(Steps, learningRate);
        if (_clipNorm <= 0)
        {
            team.Run(
                _squares.Length,
                (block, _) =>
                {
                    Sum(gradients, block);
                    UpdateBlock(gradients[0], block, scale);
                }
            );
            return scale;
        }
        team.Run(_squares.Length, (block, _) => _squares[block] = Sum(gradients, block));
        double norm = scale * Math.Sqrt(otherSquares + _squares.Sum());
        float clipped = scale * (float)Math.Min(1, _clipNorm / (norm + 1e-6));
        team.Run(_squares.Length, (block, _) => UpdateBlock(gradients[0], block, clipped));
        return clipped;
    }

    private void UpdateBlock(MicroBatchGradient gradient, int block, float scale)
    {
        long start = (long)block * BlockSize;
        Update.Update(Values + start, gradient.Values + start, At(1, start), At(2, start), At(Average, start), Length(block), scale);
    }

    private float* At(int which, long start) => Memory(which) == null ? null : Memory(which) + start;

    private long Length(int block) => Math.Min(BlockSize, _size - (long)block * BlockSize);

    private double Sum(MicroBatchGradient[] gradients, int block)
    {
        long start = (long)block * BlockSize,
            end = start + Length(block);
        T squares = T.Create(0);
        for (long i = start; i < end; i += T.Count)
        {
            T sum = T.Load(gradients[0].Values + i);
            for (int microBatch = 1; microBatch < gradients.Length; microBatch++)
                sum += T.Load(gradients[microBatch].Values + i);
            T.Store(sum, gradients[0].Values + i);
            squares = T.MultiplyAdd(sum, sum, squares);
        }
        float* lanes = stackalloc float[T.Count];
        T.Store(squares, lanes);
        double total = 0;
        for (int lane = 0; lane < T.Count; lane++)
            total += lanes[lane];
        return total;
    }
}
