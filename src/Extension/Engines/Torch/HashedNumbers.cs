using RnnMlNet.Engines.Torch.Cells;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Counter-based random numbers that a device computes itself, from a key: number i is a hash of i and the key. TorchSharp creates random
/// generators for the CPU alone, and torch's generators of a GPU are shared by all code of the process.
/// </summary>
/// <remarks>
/// The hash is two rounds of xor, shift and multiply on 32 bits, with C. Wellons' constants (hash-prospector, 2018). They are below 2^31,
/// so that no product overflows the 64 bits it is computed in.
/// </remarks>
internal sealed class HashedNumbers : IDisposable
{
    private readonly Tensor _wide,
        _narrow,
        _byte,
        _first,
        _second,
        _mask;

    public HashedNumbers(Device device)
    {
        _wide = Constant(16, device);
        _narrow = Constant(15, device);
        _byte = Constant(8, device);
        _first = Constant(0x21f0aaad, device);
        _second = Constant(0x735a2d97, device);
        _mask = Constant(0xffffffff, device);
    }

    /// <summary>Uniform random numbers in [0, 1), of 24 bits.</summary>
    /// <param name="key">[2] 64-bit integers in [0, 2^32), on any device; different keys give different numbers.</param>
    /// <param name="shape">The shape, of fewer than 2^32 elements.</param>
    public Tensor Uniform(Tensor key, long[] shape)
    {
        Tensor own = key.to(_mask.device);
        Tensor index = arange(shape.Aggregate(1L, (product, side) => product * side), dtype: ScalarType.Int64, device: _mask.device);
        Tensor hash = Hash(Hash(index.bitwise_xor(own[0])).add(own[1], Scalars.One).bitwise_and(_mask));
        return hash.bitwise_right_shift(_byte).to(ScalarType.Float32).mul(Scalars.TwoToMinus24).reshape(shape);
    }

    public void Dispose()
    {
        foreach (Tensor constant in (Tensor[])[_wide, _narrow, _byte, _first, _second, _mask])
            constant.Dispose();
    }

    private Tensor Hash(Tensor x)
    {
        x = x.bitwise_xor(x.bitwise_right_shift(_wide)).mul(_first).bitwise_and(_mask);
        x = x.bitwise_xor(x.bitwise_right_shift(_narrow)).mul(_second).bitwise_and(_mask);
        return x.bitwise_xor(x.bitwise_right_shift(_narrow));
    }

    private static Tensor Constant(long value, Device device) =>
        tensor(value, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
}
