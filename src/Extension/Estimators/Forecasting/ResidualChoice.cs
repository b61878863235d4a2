using Microsoft.ML.Runtime;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Chooses by trying what the networks' outputs are best added to, where a training takes a moment: a network of each kind, measured on the
/// held-out ends, of short series also on ends of their beginnings, so that one odd year does not decide.
/// </summary>
internal sealed class ResidualChoice(IHost host, IChannel log, Options options, int seed)
{
    // Of the steps, those that an earlier measurement uses.
    private static readonly double[] _beginnings = [0.6, 0.8];

    // A shorter set's last end is measured at few origins.
    private const int ShortSet = 600,
        FewWindows = 8;

    // Another than the usual one must be better by more than chance.
    private const double ClearlyBetter = 0.95;

    /// <summary>The windows of the best residual, and the errors of its networks on earlier ends.</summary>
    /// <param name="usual">The windows of the one that the series speak for.</param>
    public (ForecastWindows Windows, HeldOutErrors? Earlier) Run(ForecastWindows usual)
    {
        if (!usual.Settings.TriesResiduals)
            return (usual, null);
        var (best, earlier, error) = Try(usual);
        double least = error * ClearlyBetter;
        foreach (ForecastResidual residual in Enum.GetValues<ForecastResidual>())
            if (residual != usual.Settings.Residual && (residual != ForecastResidual.SeasonalNaive || usual.Settings.SeasonLength > 1))
            {
                var other = Try(usual.With(residual));
                if (other.Error < least)
                    (best, earlier, least) = other;
            }
        return (best, earlier);
    }

    private (ForecastWindows Windows, HeldOutErrors? Earlier, double Error) Try(ForecastWindows windows)
    {
        HeldOutErrors? earlier = null;
        if (windows.Training.Rows.Length <= ShortSet)
            foreach (double part in _beginnings)
                if (windows.Beginning(part) is ForecastWindows beginning && beginning.Training.Windows >= FewWindows)
                    earlier = Measured(beginning).With(earlier);
        HeldOutErrors all = Measured(windows).With(earlier);
        return (windows, earlier, all.Of(all.Best(windows.Horizons)));
    }

    private HeldOutErrors Measured(ForecastWindows windows)
    {
        using NetworkTraining training = new ForecastTraining(log, options, windows).New(new NetworkStart(0, seed, "", null));
        using TrainingLoop loop = training.Loop(new SilentObserver(host));
        return windows.Errors(log, [loop.Run()]);
    }
}
