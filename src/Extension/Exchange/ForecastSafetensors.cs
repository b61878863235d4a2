using System.Globalization;
using System.Text.Json;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A trained forecaster as a safetensors file: the weights of each ensemble member in PyTorch's names, the scaling of its columns, and its
/// window options as metadata.
/// </summary>
internal static class ForecastSafetensors
{
    public const string Task = "Forecasting";
    public const string Bias = "correction_bias";

    /// <summary>Prefixes of the scaled columns' tensors.</summary>
    public const string Target = "target",
        Past = "past",
        Known = "known",
        Statics = "static";

    public static void Write(Stream stream, ForecastNetwork model, SeriesColumns columns)
    {
        WindowLayout layout = model.Layout;
        NamedTensor[] tensors =
        [
            .. model.Members.SelectMany(
                (network, i) =>
                    network.Weights.Tensors.Select(tensor => tensor with { Name = Prefix(i, model.Members.Count) + tensor.Name })
            ),
            .. Scaling(Target, model.Targets),
            .. Scaling(Past, model.Past),
            .. Scaling(Known, model.Known),
            .. Scaling(Statics, model.Statics),
            .. model.Correction.Bias is { Length: > 0 } bias ? [new NamedTensor(Bias, [layout.Targets, layout.Horizon], bias)] : Nothing,
        ];
        SafetensorsWriter.Write(stream, tensors, [.. Layout(model), .. Correction(model.Correction), .. Columns(columns)]);
    }

    /// <summary>Prefix of an ensemble member's tensors: empty for a single network, else as a ModuleList's.</summary>
    public static string Prefix(int member, int members) =>
        members == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"members.{member}.");

    public static string Mean(string column) => $"{column}_mean";

    public static string Deviation(string column) => $"{column}_deviation";

    /// <summary>The metadata entries that describe the network's layout.</summary>
    public static IEnumerable<(string Key, string Value)> Layout(ForecastNetwork model)
    {
        WindowLayout layout = model.Layout;
        return
        [
            .. SafetensorsMetadata.OfAny(Task, model.Members[0].Shape.Cell),
            ("rnnmlnet.members", Text(model.Members.Count)),
            ("rnnmlnet.model", ForecastModels.Of(layout.Decoder).ToString()),
            ("rnnmlnet.window", Text(layout.Window)),
            ("rnnmlnet.horizon", Text(layout.Horizon)),
            ("rnnmlnet.segment_length", Text(layout.Segment)),
            ("rnnmlnet.normalization", layout.Normalization.ToString()),
            ("rnnmlnet.residual", layout.Residual.ToString()),
            ("rnnmlnet.season_length", Text(layout.Season)),
            ("rnnmlnet.differences", layout.Differences ? "true" : "false"),
            .. layout.CycleLength > 0 ? [("rnnmlnet.cycle_length", Text(layout.CycleLength))] : NoEntries,
            ("rnnmlnet.quantiles", JsonSerializer.Serialize(model.Quantiles)),
        ];
    }

    private static IEnumerable<(string Key, string Value)> Correction(ForecastCorrection correction) =>
        correction.Share == 0
            ? []
            :
            [
                ("rnnmlnet.naive", correction.Naive.ToString()),
                ("rnnmlnet.naive_season_length", Text(correction.Season)),
                ("rnnmlnet.naive_share", correction.Share.ToString(CultureInfo.InvariantCulture)),
            ];

    private static IEnumerable<(string Key, string Value)> Columns(SeriesColumns columns) =>
        [
            ("rnnmlnet.target_columns", JsonSerializer.Serialize(columns.Targets)),
            ("rnnmlnet.past_columns", JsonSerializer.Serialize(columns.Past)),
            ("rnnmlnet.known_columns", JsonSerializer.Serialize(columns.Known)),
            ("rnnmlnet.static_columns", JsonSerializer.Serialize(columns.Static)),
            ("rnnmlnet.calendar_features", JsonSerializer.Serialize(columns.CalendarNames)),
        ];

    private static NamedTensor[] Scaling(string column, FeatureScaling? scaling) =>
        scaling is null
            ? []
            :
            [
                new NamedTensor(Mean(column), [scaling.Width], scaling.Mean),
                new NamedTensor(Deviation(column), [scaling.Width], scaling.Deviation),
            ];

    private static NamedTensor[] Nothing => [];

    private static (string Key, string Value)[] NoEntries => [];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
