using RnnMlNet.Engines.Torch;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Scoring;

/// <summary>
/// Chooses the scorer of a trained network, or of an ensemble: managed code for built-in cells, torch for a custom cell.
/// </summary>
internal static class ScorerFactory
{
    /// <exception cref="InvalidOperationException">The custom cell is not registered; the message names it.</exception>
    public static ISequenceScorer Create(TrainedNetwork network) =>
        Create(network, one => one.Shape.CustomCell is null ? CreateSimd(one) : CreateTorch("cpu", one));

    /// <summary>A scorer of rows one by one, for built-in cells.</summary>
    public static ISequenceScorer CreateForRows(TrainedNetwork network, WeightPrecision precision) =>
        Create(network, one => new SimdScorer(one, precision));

    /// <summary>A scorer on a device other than the CPU.</summary>
    /// <exception cref="InvalidOperationException">The device or native torch is not available, or the custom cell is not
    /// registered.</exception>
    public static ISequenceScorer CreateOn(string device, TrainedNetwork network) => Create(network, one => CreateTorch(device, one));

    /// <summary>A scorer of each network, and for an ensemble one that averages.</summary>
    public static ISequenceScorer Create(TrainedNetwork network, Func<TrainedNetwork, ISequenceScorer> ofOne) =>
        network.IsEnsemble ? new EnsembleScorer([.. network.Members.Select(ofOne)]) : ofOne(network);

    private static SimdScorer CreateSimd(TrainedNetwork network)
    {
        var scorer = new SimdScorer(network);
        _ = KernelWarmUp.Start(scorer, network.Shape);
        return scorer;
    }

    // A method of its own, so that a model of built-in cells does not load TorchSharp.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static ISequenceScorer CreateTorch(string device, TrainedNetwork network) => new TorchScorer(network, device);
}
