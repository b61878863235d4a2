using RnnMlNet.Engines.Torch;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Scoring;

/// <summary>
/// Chooses who scores a trained network, or the average of several: managed code for built-in cells, torch for a cell of the user's own.
/// </summary>
internal static class ScorerFactory
{
    /// <exception cref="InvalidOperationException">The user's own cell is not registered; the message says which.</exception>
    public static ISequenceScorer Create(TrainedNetwork network) =>
        Create(network, one => one.Shape.CustomCell is null ? CreateSimd(one) : CreateTorch("cpu", one));

    /// <summary>A scorer of rows one by one, for built-in cells.</summary>
    public static ISequenceScorer CreateForRows(TrainedNetwork network, WeightPrecision precision) =>
        Create(network, one => new SimdScorer(one, precision));

    /// <summary>A scorer on a device other than the CPU.</summary>
    /// <exception cref="InvalidOperationException">The device is not there, native torch is not, or the user's own cell is not
    /// registered.</exception>
    public static ISequenceScorer CreateOn(string device, TrainedNetwork network) => Create(network, one => CreateTorch(device, one));

    /// <summary>A scorer of each network by itself, and of several one that averages.</summary>
    public static ISequenceScorer Create(TrainedNetwork network, Func<TrainedNetwork, ISequenceScorer> ofOne) =>
        network.IsEnsemble ? new EnsembleScorer([.. network.Members.Select(ofOne)]) : ofOne(network);

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
