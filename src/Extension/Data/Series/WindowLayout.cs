using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>How a network reads a window of a series, and outputs the horizon.</summary>
/// <param name="Window">L, steps that are read.</param>
/// <param name="Horizon">H, steps that are forecast.</param>
/// <param name="Segment">w, steps of the series that are one step of the network, in input and output; 1 for each by itself.</param>
/// <param name="Targets">C, channels that are forecast, each by itself with shared weights.</param>
/// <param name="Past">P, past covariates: known up to now.</param>
/// <param name="Known">K, known future channels.</param>
internal sealed record WindowLayout(int Window, int Horizon, int Segment, int Targets, int Past, int Known)
{
    /// <summary>The decoder; null for all outputs at once from the pooled states.</summary>
    public Decoder? Decoder { get; init; }

    /// <summary>S, numbers of the series that each step of the network reads.</summary>
    public int Statics { get; init; }

    /// <summary>The series' keys, and the series itself where it is embedded: ids that each step of the network reads.</summary>
    public IReadOnlyList<CategoryShape> Categories { get; init; } = [];

    /// <summary>Whether the last of the categories is the series itself.</summary>
    public bool EmbedsSeries { get; init; }

    /// <summary>Values of a series: numbers and ids.</summary>
    public int StaticValues => Statics + Categories.Count;

    public WindowNormalization Normalization { get; init; } = WindowNormalization.LastValue;

    public ForecastResidual Residual { get; init; }

    /// <summary>Steps of a season, for <see cref="ForecastResidual.SeasonalNaive"/>.</summary>
    public int Season { get; init; } = 1;

    /// <summary>Whether the network reads the differences between steps instead of the values.</summary>
    public bool Differences { get; init; }

    /// <summary>L, steps of the cycle that the network learns; 0 for none.</summary>
    public int CycleLength { get; init; }

    /// <summary>Steps of a series that a window needs: its own, and those of the season that its residual uses.</summary>
    public int LookBack => Residual == ForecastResidual.SeasonalNaive ? Math.Max(Window, Season) : Window;

    /// <summary>Steps of the network; the first may start before the window, with zeros there.</summary>
    public int Steps => (Window + Segment - 1) / Segment;

    /// <summary>F, features of a step: one segment of the target and of each past and known channel, then the series' values.</summary>
    public int Features => Channels + StaticValues;

    /// <summary>Features of a step without the series' values.</summary>
    public int Channels => Segment * (1 + Past + Known);

    /// <summary>Segments of the horizon; the last may end after it.</summary>
    public int OutputSteps => (Horizon + Segment - 1) / Segment;

    /// <summary>Targets of a row: the horizon in whole segments.</summary>
    public int LabelWidth => OutputSteps * Segment;

    /// <summary>Whether the decoder has weights that tell the targets apart.</summary>
    public bool EmbedsTargets => Decoder is { EmbedsChannels: true };

    /// <summary>Whether a step of the network, in input and output, may be several steps of the series.</summary>
    public bool HasSegments => Decoder is { DecodesSegments: true };

    /// <summary>Width of the one-hot id of a row's target; 0 if there is one target, or if the decoder embeds it.</summary>
    public int Marks => EmbedsTargets || Targets == 1 ? 0 : Targets;

    /// <summary>Known future values of an output step: [K, segment], followed by the one-hot id.</summary>
    public int KnownPerStep => Segment * Known + Marks;

    /// <summary>Static features of a row: those of the decoder, else the one-hot id and [output steps, K, segment].</summary>
    public int StaticSize => Decoder is null ? Marks + LabelWidth * Known : DecoderShape.StaticSize;

    private DecoderShape DecoderShape => new(Decoder!, OutputSteps, EmbedsTargets ? Targets : 1, KnownPerStep);

    /// <summary>The network's shape completed by the layout.</summary>
    /// <param name="shape">The rest.</param>
    /// <param name="quantiles">Outputs of each target step.</param>
    public NetworkShape Shape(NetworkShape shape, int quantiles) =>
        shape with
        {
            Features = Features,
            StepColumns = StepColumns.Plain with { Categories = Categories },
            Outputs = LabelWidth * quantiles,
            StaticFeatures = Decoder is null ? StaticSize : 0,
            Decoder = Decoder is null ? null : DecoderShape,
            Cycle = CycleLength == 0 ? null : new CycleShape(CycleLength, Targets, Window, Segment, SeasonOfBase, quantiles),
        };

    // Steps of the window that outputs are differences from, in turn.
    private int SeasonOfBase =>
        Residual switch
        {
            ForecastResidual.None => 0,
            ForecastResidual.LastValue => 1,
            ForecastResidual.SeasonalNaive => Season,
            _ => throw new InvalidOperationException($"There is no residual {Residual}."),
        };
}
