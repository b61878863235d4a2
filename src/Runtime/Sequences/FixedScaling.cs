using System.Numerics.Tensors;

namespace RnnMlNet.Runtime.Sequences;

/// <summary>
/// A pipeline's normaliser of rows of a fixed number of values: y = (x - offset) * scale, value by value. It has scratch memory: not
/// thread-safe.
/// </summary>
internal sealed class FixedScaling(IReadOnlyList<float> offsets, IReadOnlyList<float> scales)
{
    private readonly float[] _offsets = [.. offsets],
        _scales = [.. scales],
        _scaled = new float[offsets.Count];

    /// <summary>The scaled row, valid until the next call.</summary>
    public ReadOnlySpan<float> Apply(ReadOnlySpan<float> row)
    {
        TensorPrimitives.Subtract(row, _offsets, _scaled);
        TensorPrimitives.Multiply(_scaled, _scales, _scaled);
        return _scaled;
    }
}
