using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Models;

namespace RnnMlNet.Scoring;

/// <summary>Chooses who scores a trained network: managed code for built-in cells, torch for a cell of the user's own.</summary>
internal static class ScorerFactory
{
    /// <exception cref="InvalidOperationException">The user's own cell is not registered; the message says which.</exception>
    public static ISequenceScorer Create(TrainedNetwork network) =>
        network.Shape.CustomCell is null ? CreateSimd(network) : CreateTorch("cpu", network);

    /// <summary>A scorer on a device other than the CPU.</summary>
    /// <exception cref="InvalidOperationException">The device is not there, native torch is not, or the user's own cell is not registered.</exception>
    public static ISequenceScorer CreateOn(string device, TrainedNetwork network) => CreateTorch(device, network);

    private static SimdScorer CreateSimd(TrainedNetwork network)
    {
        var scorer = new SimdScorer(network);
        _ = KernelWarmUp.Start(scorer, network.Shape);
        return scorer;
    }

    // Apart, so that a model of built-in cells loads nothing of TorchSharp.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static ISequenceScorer CreateTorch(string device, TrainedNetwork network) =>
        new TorchScorer(network.Shape, network.Weights, network.FeatureScaling, network.LabelScaling, device);
}
