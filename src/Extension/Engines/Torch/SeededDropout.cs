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

    public void Dispose() => _generator.Dispose();
}
