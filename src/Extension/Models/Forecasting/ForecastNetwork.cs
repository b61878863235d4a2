using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Models.Forecasting;

/// <summary>A trained forecaster: its networks, and the conversion of windows to their inputs.</summary>
/// <param name="Members">One network, or the members of an ensemble, of one shape. Their own scaling is not used.</param>
/// <param name="Layout">The layout of windows.</param>
/// <param name="Targets">Mean and deviation of each target over the training steps.</param>
/// <param name="Past">The same of the past covariates; null for none.</param>
/// <param name="Known">The same of the known future values; null for none.</param>
internal sealed record ForecastNetwork(
    IReadOnlyList<TrainedNetwork> Members,
    WindowLayout Layout,
    FeatureScaling Targets,
    FeatureScaling? Past,
    FeatureScaling? Known
)
{
    /// <summary>The networks, whose histories state their number in the ensemble, and that their rows are windows.</summary>
    public IReadOnlyList<TrainedNetwork> Members { get; init; } =
    [.. Members.Select((network, i) => TrainedNetwork.Numbered(OfWindows(network, Layout.Targets), i, Members.Count))];

    /// <summary>The scaling of the static values; null for none.</summary>
    public FeatureScaling? Statics { get; init; }

    /// <summary>The quantiles of the training loss; empty for another loss.</summary>
    public float[] Quantiles { get; init; } = [];

    /// <summary>The keys of the series that the network embeds, from id 1 on; empty for none.</summary>
    public IReadOnlyList<string> SeriesKeys { get; init; } = [];

    /// <summary>The id of a series by its key, 0 for one that the network was not trained on; null where it embeds none.</summary>
    public Func<string, int, float>? IdOf
    {
        get
        {
            if (!Layout.EmbedsSeries)
                return null;
            Dictionary<string, int> ids = Ids;
            return (key, _) => ids.GetValueOrDefault(key, CategoryShape.Unknown);
        }
    }

    private Dictionary<string, int> Ids =>
        field ??= SeriesKeys.Index().ToDictionary(key => key.Item, key => key.Index + 1, StringComparer.Ordinal);

    /// <summary>Outputs of a target's step.</summary>
    public int OutputsPerStep => Math.Max(1, Quantiles.Length);

    /// <summary>Steps of a series that a forecast needs: the window, and the season of its residual.</summary>
    public int LookBack => Math.Max(Layout.LookBack, Correction.LookBack);

    /// <summary>The correction of the networks' forecasts.</summary>
    public ForecastCorrection Correction { get; init; } = ForecastCorrection.None;

    private static TrainedNetwork OfWindows(TrainedNetwork network, int targets) =>
        network with
        {
            History = network.History with { TargetsOfWindow = targets },
        };

    public WindowReader NewReader() => new(Layout, Targets, Past, Known, Statics);
}
