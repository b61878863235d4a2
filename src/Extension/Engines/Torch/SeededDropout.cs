using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Dropout from a generator of its own, so that neither it nor anybody else's torch code disturbs the other's random numbers.</summary>
internal sealed class SeededDropout(int seed, Device device) : IDisposable
{
    private readonly Generator _generator = new((ulong)(uint)seed, device);

    /// <summary>Off while scoring.</summary>
    public bool IsOn { get; set; }

    /// <summary>Zeroes a share of the values and enlarges the others, so that the mean stays.</summary>
    public Tensor Apply(Tensor values, float share)
    {
        if (!IsOn || share == 0)
            return values;
        using Scalar dropped = share, enlarged = 1 / (1 - share);
        Tensor kept = rand(values.shape, dtype: values.dtype, device: values.device, generator: _generator).ge(dropped);
        return values * kept.to(values.dtype).mul_(enlarged);
    }

    /// <summary>A mask to multiply by, [rows, width]; null where nothing is dropped.</summary>
    public Tensor? Mask(long rows, long width, float share) => !IsOn || share == 0 ? null : Apply(ones(rows, width, device: device), share);

    /// <summary>Where the generator stands.</summary>
    public RandomState State
    {
        get
        {
            using Tensor state = _generator.get_state();
            return new RandomState(Kind, state.data<byte>().ToArray());
        }
    }

    // A GPU's generator has another state than the CPU's.
    private string Kind => $"Torch on {device.type.ToString().ToLowerInvariant()}";

    /// <summary>Puts the generator where it stood; false where the state is of another kind of device.</summary>
    public bool TrySetState(RandomState state)
    {
        if (state.Generator != Kind)
            return false;
        using Tensor bytes = tensor(state.Bytes, dtype: ScalarType.Byte);
        _generator.set_state(bytes);
        return true;
    }

    public void Dispose() => _generator.Dispose();
}
