using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Models.Forecasting;

/// <summary>A forecaster as it was trained: its networks, and how windows of series become what they read.</summary>
/// <param name="Members">One network, or several of one shape whose outputs are averaged. Their own scaling is not used.</param>
/// <param name="Layout">How they read windows.</param>
/// <param name="Targets">Mean and deviation of each target over the training steps.</param>
/// <param name="Past">The same of the past covariates; null for none.</param>
/// <param name="Known">The same of the known ones; null for none.</param>
internal sealed record ForecastNetwork(
    IReadOnlyList<TrainedNetwork> Members,
    WindowLayout Layout,
    FeatureScaling Targets,
    FeatureScaling? Past,
    FeatureScaling? Known
)
{
    /// <summary>One network, or several, whose histories say which they are, and that their rows are windows.</summary>
    public IReadOnlyList<TrainedNetwork> Members { get; init; } =
    [.. Members.Select((network, i) => TrainedNetwork.Numbered(OfWindows(network, Layout.Targets), i, Members.Count))];

    /// <summary>Of networks trained on quantiles: which; empty of any other.</summary>
    public float[] Quantiles { get; init; } = [];

    /// <summary>Outputs of a target's step.</summary>
    public int OutputsPerStep => Math.Max(1, Quantiles.Length);

    /// <summary>Steps of a series that a forecast needs: the window, and the season that its residual is of.</summary>
    public int LookBack => Math.Max(Layout.LookBack, Correction.LookBack);

    /// <summary>What is done to the networks' forecasts.</summary>
    public ForecastCorrection Correction { get; init; } = ForecastCorrection.None;

    private static TrainedNetwork OfWindows(TrainedNetwork network, int targets) =>
        network with
        {
            History = network.History with { TargetsOfWindow = targets },
        };

    public WindowReader NewReader() => new(Layout, Targets, Past, Known);
}
