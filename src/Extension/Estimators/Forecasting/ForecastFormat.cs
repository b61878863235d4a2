using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The only reader and writer of a forecaster's part of a model file.</summary>
/// <remarks>
/// *** Binary format ***, in a <see cref="ChecksummedSection"/>; strings are UTF-8 with a length prefix
/// columns (<see cref="ForecastColumnsFormat"/>)
/// outputs: int: their number; of each string: name, byte: part, 2 ints: first target, targets, bool: of a vector; bool: variable horizon;
/// float: confidence level; layout (<see cref="ForecastColumnsFormat"/>); of targets, past, known and static numbers their means, then
/// their deviations; int: number of quantiles, and as many floats; the time grid (<see cref="GridFormat"/>)
/// bool: there are scores, and of them [C H] ints: counts; [C H] root mean squares; [C H, levels] quantiles; [C, levels] pooled ones
/// of the correction byte: naive forecast, int: season, float: share, int: number of medians, and as many floats; float: adaptation of
/// intervals; int: keys of embedded series, and as many strings; int: series; of each its last steps (<see cref="KeyedSeriesFormat"/>)
/// int: number of networks
/// then each network (<see cref="ModelFormat"/>)
/// </remarks>
internal static class ForecastFormat
{
    public const string What = "The model file's part 'forecast'";
    private const int Version = 7;

    public static void Write(
        BinaryWriter writer,
        TrainedForecaster model,
        SeriesColumns columns,
        ForecastOutputs outputs,
        float confidenceLevel
    )
    {
        IReadOnlyList<TrainedNetwork> networks = model.Forecaster.Members;
        ChecksummedSection.Write(
            writer,
            Version,
            payload =>
            {
                ForecastColumnsFormat.Write(payload, columns);
                WriteOutputs(payload, outputs);
                payload.Write(confidenceLevel);
                ForecastColumnsFormat.Write(payload, model.Forecaster.Layout);
                FeatureScaling?[] scalings =
                [
                    model.Forecaster.Targets,
                    model.Forecaster.Past,
                    model.Forecaster.Known,
                    model.Forecaster.Statics,
                ];
                foreach (FeatureScaling? scaling in scalings)
                {
                    Write(payload, scaling?.Mean ?? []);
                    Write(payload, scaling?.Deviation ?? []);
                }
                payload.Write(model.Forecaster.Quantiles.Length);
                Write(payload, model.Forecaster.Quantiles);
                GridFormat.Write(payload, model.Grid);
                WriteScores(payload, model.Scores);
                WriteCorrection(payload, model.Forecaster.Correction);
                payload.Write(model.IntervalAdaptation);
                payload.Write(model.Forecaster.SeriesKeys.Count);
                foreach (string key in model.Forecaster.SeriesKeys)
                    SeriesKeyFormat.Write(payload, key);
                payload.Write(model.LastWindows.Count);
                foreach (KeyedSeries tail in model.LastWindows)
                    KeyedSeriesFormat.Write(payload, tail);
                payload.Write(networks.Count);
            }
        );
        foreach (TrainedNetwork network in networks)
            ModelFormat.Write(writer, network);
    }

    /// <exception cref="FormatException">The file is newer, truncated, altered, or its sizes do not fit; the message states
    /// which.</exception>
    public static (TrainedForecaster Model, SeriesColumns Columns, ForecastOutputs Outputs, float ConfidenceLevel) Read(BinaryReader reader)
    {
        var (withNetworks, count, rules, columns, outputs, confidenceLevel) = ChecksummedSection.Read(
            reader,
            Version,
            What,
            (payload, version) =>
            {
                if (version < Version)
                    throw Contracts.ExceptDecode(
                        $"{What} has format version {version}, which this RnnMlNet does not read any more: train " + $"the model again."
                    );
                SeriesColumns columns = ForecastColumnsFormat.ReadColumns(payload);
                ForecastFileCheck.Check(columns);
                ForecastOutputs outputs = ReadOutputs(payload);
                float confidenceLevel = payload.ReadSingle();
                WindowLayout layout = ForecastColumnsFormat.ReadLayout(payload);
                ForecastFileCheck.Check(layout, columns, outputs, confidenceLevel);
                FeatureScaling targets = ReadScaling(payload, layout.Targets)!;
                FeatureScaling? past = ReadScaling(payload, layout.Past),
                    known = ReadScaling(payload, layout.Known),
                    statics = ReadScaling(payload, layout.Statics);
                float[] quantiles = payload.ReadSingles(payload.ReadCount(sizeof(float), "quantiles"), "quantiles");
                ForecastFileCheck.CheckQuantiles(quantiles, layout);
                outputs = outputs with { Quantiles = Math.Max(1, quantiles.Length) };
                if (quantiles.Length == 0 && outputs.Columns.Any(output => output.Part == ForecastPart.Quantiles))
                    throw ForecastFileCheck.Damaged("there are columns of quantiles, but no quantiles");
                TimeGrid? grid = GridFormat.Read(payload, columns);
                ForecastFileCheck.Check(grid, columns);
                IntervalScores? scores = ReadScores(payload, layout.Targets, layout.Horizon);
                if (scores is null && outputs.HasBounds)
                    throw ForecastFileCheck.Damaged("there are columns of bounds, but no scores");
                ForecastCorrection correction = ReadCorrection(payload, layout);
                float adaptation = payload.ReadSingle();
                if (!(adaptation >= 0) || !float.IsFinite(adaptation))
                    throw ForecastFileCheck.Damaged($"its intervals adapt by {adaptation}");
                var seriesKeys = new string[payload.ReadCount(sizeof(int), "keys of embedded series")];
                for (int i = 0; i < seriesKeys.Length; i++)
                    seriesKeys[i] = SeriesKeyFormat.Read(payload);
                ForecastFileCheck.CheckSeriesKeys(seriesKeys, layout, columns);
                var tails = new KeyedSeries[payload.ReadCount(KeyedSeriesFormat.LeastBytes, "series")];
                var keys = new HashSet<string>(StringComparer.Ordinal);
                for (int i = 0; i < tails.Length; i++)
                {
                    tails[i] = KeyedSeriesFormat.Read(payload, layout, grid, What);
                    ForecastFileCheck.Check(tails[i], keys, columns, Math.Max(layout.LookBack, correction.LookBack), grid);
                }
                int count = payload.ReadInt32();
                if (count < 1)
                    throw ForecastFileCheck.Damaged($"it has {count} networks");
                Func<IReadOnlyList<TrainedNetwork>, TrainedForecaster> withNetworks = networks => new TrainedForecaster(
                    new ForecastNetwork(networks, layout, targets, past, known)
                    {
                        Statics = statics,
                        SeriesKeys = seriesKeys,
                        Quantiles = quantiles,
                        Correction = correction,
                    },
                    scores,
                    grid,
                    tails
                )
                {
                    IntervalAdaptation = adaptation,
                };
                NetworkRules rules = NetworkRules.Forecaster(shape =>
                    ForecastLayout.Shape(shape.Cell, shape.HiddenSize, layout, Math.Max(1, quantiles.Length))
                );
                return (withNetworks, count, rules, columns, outputs, confidenceLevel);
            },
            isUnpacked: true
        );
        // One by one: a count that is too large ends where the file does.
        var networks = new List<TrainedNetwork>();
        for (int i = 0; i < count; i++)
            networks.Add(ModelFormat.Read(reader, rules));
        if (networks.Any(network => !network.Shape.Equals(networks[0].Shape)))
            throw ForecastFileCheck.Damaged("its networks are not of the same sizes");
        return (withNetworks(networks), columns, outputs, confidenceLevel);
    }

    private static void WriteOutputs(BinaryWriter w, ForecastOutputs outputs)
    {
        w.Write(outputs.Horizon);
        w.Write(outputs.IsVariable);
        w.Write(outputs.Columns.Count);
        foreach (ForecastOutput output in outputs.Columns)
        {
            w.Write(output.Name);
            w.Write((byte)output.Part);
            w.Write(output.FirstTarget);
            w.Write(output.Targets);
            w.Write(output.IsOfVector);
        }
    }

    private static ForecastOutputs ReadOutputs(PayloadReader r)
    {
        int horizon = r.ReadInt32();
        bool isVariable = r.ReadBoolean();
        var columns = new ForecastOutput[r.ReadCount(elementBytes: 11, "output columns")];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new ForecastOutput(r.ReadString(), (ForecastPart)r.ReadByte(), r.ReadInt32(), r.ReadInt32(), r.ReadBoolean());
        return new ForecastOutputs(columns, horizon, isVariable);
    }

    private static void WriteCorrection(BinaryWriter w, ForecastCorrection correction)
    {
        w.Write((byte)correction.Naive);
        w.Write(correction.Season);
        w.Write(correction.Share);
        w.Write(correction.Bias.Length);
        Write(w, correction.Bias);
    }

    private static ForecastCorrection ReadCorrection(PayloadReader r, WindowLayout layout)
    {
        var naive = (ForecastResidual)r.ReadByte();
        int season = r.ReadInt32();
        float share = r.ReadSingle();
        var correction = new ForecastCorrection(naive, season, share, r.ReadSingles(r.ReadCount(sizeof(float), "medians"), "medians"));
        ForecastFileCheck.Check(correction, layout);
        return correction;
    }

    private static FeatureScaling? ReadScaling(PayloadReader r, int width)
    {
        var scaling = new FeatureScaling(r.ReadSingles(width, "scaling"), r.ReadSingles(width, "scaling"));
        if (!Finite.All(scaling.Mean) || !Array.TrueForAll(scaling.Deviation, deviation => float.IsFinite(deviation) && deviation > 0))
            throw ForecastFileCheck.Damaged("its scaling holds a mean that is not finite or a deviation that is not above 0");
        return width == 0 ? null : scaling;
    }

    private static void WriteScores(BinaryWriter w, IntervalScores? scores)
    {
        w.Write(scores is not null);
        if (scores is null)
            return;
        foreach (int count in scores.Counts)
            w.Write(count);
        Write(w, scores.RootMeanSquares);
        Write(w, scores.Quantiles);
        Write(w, scores.Pooled);
    }

    private static IntervalScores? ReadScores(PayloadReader r, int targets, int horizon)
    {
        if (!r.ReadBoolean())
            return null;
        long places = (long)targets * horizon;
        int[] counts = [.. r.ReadSingles(places, "scores").Select(BitConverter.SingleToInt32Bits)];
        var scores = new IntervalScores(
            targets,
            horizon,
            counts,
            r.ReadSingles(places, "scores"),
            r.ReadSingles(places * IntervalScores.Levels.Length, "scores"),
            r.ReadSingles((long)targets * IntervalScores.Levels.Length, "scores")
        );
        ForecastFileCheck.Check(scores);
        return scores;
    }

    private static void Write(BinaryWriter w, float[] values)
    {
        foreach (float value in values)
            w.Write(value);
    }
}
