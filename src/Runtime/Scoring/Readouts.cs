using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>The registry of readouts' scoring parts.</summary>
internal static class Readouts
{
    /// <summary>The part of the network's readout.</summary>
    /// <exception cref="NotSupportedException">There is none for its kind.</exception>
    public static Readout Create(PackedNetwork network) =>
        network.Definition.Readout switch
        {
            PooledStates => new PooledReadout(network),
            EveryState => new EveryStateReadout(network),
            IScoredReadout own => own.NewReadout(network),
            var other => throw new NotSupportedException($"The kernels cannot score a network whose readout is {other.Name}."),
        };
}
