using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>How a network reads a window of a series, and what it puts out of the horizon.</summary>
/// <param name="Window">L, steps that are read.</param>
/// <param name="Horizon">H, steps that are forecast.</param>
/// <param name="Segment">w, steps of the series that are one step of the network, both ways; 1 for each by itself.</param>
/// <param name="Targets">C, channels that are forecast, each by itself with shared weights.</param>
/// <param name="Past">P, other channels that are known up to now.</param>
/// <param name="Known">K, channels that are known beforehand.</param>
internal sealed record WindowLayout(int Window, int Horizon, int Segment, int Targets, int Past, int Known)
{
    /// <summary>How the outputs are made; null for all at once from the pooled states.</summary>
    public DecoderKind? Decoder { get; init; }

    public WindowNormalization Normalization { get; init; } = WindowNormalization.LastValue;

    public ForecastResidual Residual { get; init; }

    /// <summary>Steps of a season, for <see cref="ForecastResidual.SeasonalNaive"/>.</summary>
    public int Season { get; init; } = 1;

    /// <summary>Whether the network sees the changes from step to step in place of the values.</summary>
    public bool Differences { get; init; }

    /// <summary>Steps of a series that a window needs: its own, and the season that its residual is of.</summary>
    public int LookBack => Residual == ForecastResidual.SeasonalNaive ? Math.Max(Window, Season) : Window;

    /// <summary>Steps of the network; the first may reach back beyond the window, and holds zeros there.</summary>
    public int Steps => (Window + Segment - 1) / Segment;

    /// <summary>F, numbers of a step: of the target, the past and the known channels, each a whole segment.</summary>
    public int Features => Segment * (1 + Past + Known);

    /// <summary>Segments of the horizon; the last may reach beyond it.</summary>
    public int OutputSteps => (Horizon + Segment - 1) / Segment;

    /// <summary>Targets of a row: the horizon in whole segments.</summary>
    public int LabelWidth => OutputSteps * Segment;

    /// <summary>All that is known of the decoder; null for none.</summary>
    public Decoder? DecoderDefinition => Decoder is DecoderKind kind ? DecoderRegistry.Of(kind) : null;

    /// <summary>Whether the decoder has weights that tell the targets apart.</summary>
    public bool EmbedsTargets => DecoderDefinition is { EmbedsChannels: true };

    /// <summary>Whether a step of the network, both ways, may be several of the series.</summary>
    public bool HasSegments => DecoderDefinition is { DecodesSegments: true };

    /// <summary>Numbers that say by a one among zeros which target a row is of; 0 where nothing need say so.</summary>
    public int Marks => EmbedsTargets || Targets == 1 ? 0 : Targets;

    /// <summary>Numbers of an output step that are known beforehand: [K, segment], and the marks behind them.</summary>
    public int KnownPerStep => Segment * Known + Marks;

    /// <summary>Numbers of a row beside its steps: of a decoder its own, else the marks and [output steps, K, segment].</summary>
    public int StaticSize => Decoder is null ? Marks + LabelWidth * Known : DecoderShape.StaticSize;

    private DecoderShape DecoderShape => new(DecoderDefinition!, OutputSteps, EmbedsTargets ? Targets : 1, KnownPerStep);

    /// <summary>The part of the network's shape that follows.</summary>
    /// <param name="shape">The rest.</param>
    /// <param name="quantiles">Outputs of each target step.</param>
    public NetworkShape Shape(NetworkShape shape, int quantiles) =>
        shape with
        {
            Features = Features,
            Outputs = LabelWidth * quantiles,
            StaticFeatures = Decoder is null ? StaticSize : 0,
            Decoder = Decoder is null ? null : DecoderShape,
        };
}
