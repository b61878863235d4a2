using System.Globalization;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The resolved options of a forecaster that shape learning.</summary>
internal sealed record ForecastSettings : TrainingSettings
{
    /// <summary>L, steps that a forecast is made from.</summary>
    public required int WindowSize { get; init; }

    /// <summary>H, steps that are forecast.</summary>
    public required int Horizon { get; init; }

    /// <summary>Steps of a season, 1 for none.</summary>
    public required int SeasonLength { get; init; }

    public required ForecastModel Model { get; init; }

    /// <summary>Steps of a segment, 1 for other models.</summary>
    public required int SegmentLength { get; init; }

    public required CellKind Cell { get; init; }

    public required int HiddenSize { get; init; }

    /// <summary>Width of a category's vector; null where it follows from the number of keys.</summary>
    public int? CategoryEmbeddingSize { get; init; }

    public required float Dropout { get; init; }

    public required float TeacherForcing { get; init; }

    public required WindowNormalization Normalization { get; init; }

    public required ForecastResidual Residual { get; init; }

    /// <summary>Whether each residual is tried on the held-out ends before one is chosen.</summary>
    public required bool TriesResiduals { get; init; }

    public required bool Differences { get; init; }

    /// <summary>L, steps of the cycle that the network learns; 0 for none.</summary>
    public required int CycleLength { get; init; }

    public required ForecastLoss Loss { get; init; }

    /// <summary>The quantiles of a quantile loss; empty for any other.</summary>
    public required float[] Quantiles { get; init; }

    /// <summary>The share of a naive forecast in the forecast; null where it is measured on the held-out ends.</summary>
    public required float? NaiveShare { get; init; }

    /// <summary>Whether the networks, once measured on the held-out ends, train further on the whole series.</summary>
    public required bool Refits { get; init; }

    /// <summary>
    /// Whether one horizon of each series is held out: <see cref="TrainingSettings.ValidationFraction"/> is then nearly 0.
    /// </summary>
    public bool HoldsOutOneHorizon { get; init; }

    public override DropoutRates DropoutRates => DropoutRates.OfHead(Dropout);

    /// <summary>Each option with its value, for the log and the history.</summary>
    /// <param name="correction">The correction measured on the held-out ends; null before that.</param>
    public IReadOnlyDictionary<string, string> ToTexts(ForecastCorrection? correction = null)
    {
        var texts = new Dictionary<string, string>
        {
            ["WindowSize"] = Text(WindowSize),
            ["SeasonLength"] = Text(SeasonLength),
            ["Residual"] = $"{Residual}",
            ["Normalization"] = $"{Normalization}",
            ["Model"] = $"{Model}",
        };
        if (CycleLength > 0)
            texts["CycleLength"] = Text(CycleLength);
        if (ForecastModels.HasSegments(Model))
            texts["SegmentLength"] = Text(SegmentLength);
        texts["Cell"] = $"{Cell}";
        texts["HiddenSize"] = Text(HiddenSize);
        if (CategoryEmbeddingSize is int size)
            texts["CategoryEmbeddingSize"] = Text(size);
        texts["Dropout"] = Text(Dropout);
        texts["Loss"] = $"{Loss}";
        texts["EnsembleSize"] = Text(EnsembleSize);
        texts["MaxEpochs"] = Text(MaxEpochs);
        texts["BatchSize"] = Text(BatchSize);
        texts["Optimizer"] = $"{Optimizer}";
        texts["LearningRate"] = Text(LearningRate);
        texts["LearningRateSchedule"] = $"{Schedule}";
        if (WeightAveraging > 0)
            texts["WeightAveraging"] = Text(WeightAveraging);
        texts["ValidationFraction"] = HoldsOutOneHorizon ? "one horizon of each series" : Text((float)ValidationFraction);
        texts["EarlyStoppingPatience"] = Text(Patience);
        texts["TrainOnHeldOut"] = Refits ? "true" : "false";
        if (correction is not null)
            texts["NaiveShare"] = correction.Share == 0 ? "0" : $"{Text(correction.Share)} ({correction.Naive})";
        else if (NaiveShare is float share)
            texts["NaiveShare"] = Text(share);
        return texts;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
