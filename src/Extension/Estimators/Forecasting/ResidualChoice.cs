using Microsoft.ML.Runtime;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Chooses the residual by trial, where a training is short: trains a network of each kind, and measures it on the held-out ends, for short
/// series also on ends of their first parts, so that one unusual year does not decide.
/// </summary>
internal sealed class ResidualChoice(IHost host, IChannel log, Options options, int seed)
{
    // The shares of the steps that earlier measurements use.
    private static readonly double[] _beginnings = [0.6, 0.8];

    // The last end of a smaller set has few origins.
    private const int ShortSet = 600,
        FewWindows = 8;

    // Another residual than the default must be better by more than chance.
    private const double ClearlyBetter = 0.95;

    /// <summary>The windows of the best residual, and the errors of its networks on earlier ends.</summary>
    /// <param name="usual">The windows of the default residual.</param>
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
