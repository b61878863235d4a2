using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>
/// Microseconds a row of our engine alone, of Fit, and of libtorch in its fastest variant; and the share of the processor's peak that Fit
/// computes at.
/// </summary>
internal sealed record TorchComparison(double Engine, double Fit, double Torch, double OfPeak, TorchVariant Fastest)
{
    private const int Threads = 2;
    private const int LossEpochs = 2;

    /// <summary>Times faster that Fit is.</summary>
    public double Faster => Torch / Fit;

    /// <summary>The share of the engine's speed that Fit keeps.</summary>
    public double Kept => Engine / Fit;

    /// <summary>Checks that all train the same, and times them in turn.</summary>
    /// <exception cref="InvalidOperationException">Their losses differ.</exception>
    public static TorchComparison Measure(TrainingSet set, TrainingOptions options)
    {
        using var engine = EnginePeer.OfFit(set, Threads);
        using var torch = new TorchPeer(set);
        var fit = new FitPeer(set, Threads);
        CheckLosses(set, fit, torch);
        double[] measured = Rounds.Measure(
            [
                new MultiplyAdds(Threads).Turn,
                engine.Turn,
                fit.Turn,
                .. TorchVariant.All.Select((_, i) => (Func<double, double>)(least => torch.Turn(i, least))),
            ],
            options.Rounds,
            options.Milliseconds
        );
        double[] variants = measured[3..];
        int fastest = Array.IndexOf(variants, variants.Min());
        double peak = measured[0],
            engineTime = measured[1],
            fitTime = measured[2];
        return new TorchComparison(
            engineTime,
            fitTime,
            variants[fastest],
            set.Operations / (1000 * fitTime * peak),
            TorchVariant.All[fastest]
        );
    }

    // Of each update one variant, the others of it compute the same.
    private static void CheckLosses(TrainingSet set, FitPeer fit, TorchPeer torch)
    {
        IReadOnlyList<double> ours = fit.Losses(LossEpochs);
        foreach (int variant in TorchVariant.All.Index().Where(v => v.Item.Threads == 1).Select(v => v.Index))
            LossCheck.Require(
                $"{set.Case.Name}, B {set.BatchSize}",
                ours,
                torch.Losses(variant, LossEpochs),
                $" ({TorchVariant.All[variant]})"
            );
    }
}
