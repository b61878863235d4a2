using RnnMlNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Dropout with a generator of its own, independent of the random numbers of other torch code.
/// </summary>
/// <param name="seed">The generator's seed.</param>
/// <param name="device">The device of the values.</param>
/// <param name="hashed">Whether the device computes the numbers from keys, as all except the CPU must: for tests.</param>
internal sealed class SeededDropout(int seed, Device device, bool? hashed = null) : IDisposable
{
    // TorchSharp's generators are the CPU's, whatever the requested device. On other devices this one draws keys, and the device computes
    // the numbers.
    private readonly Generator _generator = new((ulong)(uint)seed);
    private readonly HashedNumbers? _onDevice = hashed ?? device.type != DeviceType.CPU ? new HashedNumbers(device) : null;

    /// <summary>Off while scoring.</summary>
    public bool IsOn { get; set; }

    /// <summary>Zeroes a share of the values and scales the others, which preserves the mean.</summary>
    public Tensor Apply(Tensor values, float share)
    {
        if (!IsOn || share == 0)
            return values;
        using Scalar dropped = share,
            enlarged = 1 / (1 - share);
        Tensor kept = Uniform(values.shape).ge(dropped);
        return values * kept.to(values.dtype).mul_(enlarged);
    }

    /// <summary>A mask to multiply by, [rows, width]; null where nothing is dropped.</summary>
    public Tensor? Mask(long rows, long width, float share) => !IsOn || share == 0 ? null : Apply(ones(rows, width, device: device), share);

    /// <summary>The generator's state.</summary>
    public RandomState State
    {
        get
        {
            using Tensor state = _generator.get_state();
            return new RandomState(Kind, state.data<byte>().ToArray());
        }
    }

    // On a GPU the same state gives other numbers than on the CPU.
    private string Kind => $"Torch on {device.type.ToString().ToLowerInvariant()}";

    /// <summary>Restores the generator's state; false where the state is of another kind of device.</summary>
    public bool TrySetState(RandomState state)
    {
        if (state.Generator != Kind)
            return false;
        using Tensor bytes = tensor(state.Bytes, dtype: ScalarType.Byte);
        _generator.set_state(bytes);
        return true;
    }

    public void Dispose()
    {
        _generator.Dispose();
        _onDevice?.Dispose();
    }

    private Tensor Uniform(long[] shape) =>
        _onDevice is null
            ? rand(shape, generator: _generator)
            : _onDevice.Uniform(randint(0, 1L << 32, [2], dtype: ScalarType.Int64, generator: _generator), shape);
}
