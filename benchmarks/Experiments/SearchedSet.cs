using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace ExperimentBenchmark;

/// <summary>A data set that options are searched for: its training rows, its test rows, and the pipeline before the trainer.</summary>
/// <param name="Name">As in docs/accuracy.md.</param>
/// <param name="Load">The rows to train on and those to test on.</param>
/// <param name="PreFeaturizer">Makes the columns Label and Features of them.</param>
/// <param name="FeaturesPerStep">F of a flat column; null of tokens.</param>
internal sealed record SearchedSet(
    string Name,
    Func<MLContext, (IDataView Train, IDataView Test)> Load,
    Func<MLContext, IEstimator<ITransformer>> PreFeaturizer,
    int? FeaturesPerStep
)
{
    private const int MostWords = 20_000;

    /// <summary>Sets of which an experiment is to remove a third of the defaults' error.</summary>
    public static IReadOnlyList<SearchedSet> All(string data) =>
        [Series(data, "JapaneseVowels", 12), Series(data, "ItalyPowerDemand", 1), Trec(data)];

    /// <summary>Sets of which an experiment is never to be below the defaults, and better on most.</summary>
    public static IReadOnlyList<SearchedSet> Archive(string data) =>
        [
            Series(data, "LSST", 6),
            Series(data, "Libras", 2),
            Series(data, "MedicalImages", 1),
            Series(data, "AllGestureWiimoteX", 1),
            Series(data, "GestureMidAirD1", 1),
        ];

    /// <summary>
    /// What trials have where nothing else is chosen, and what the defaults are measured with: the columns alone are set.
    /// </summary>
    public RnnMulticlassTrainer.Options WithColumns(RnnMulticlassTrainer.Options options)
    {
        options.LabelColumnName = "Label";
        options.FeatureColumnName = "Features";
        options.FeaturesPerStep = FeaturesPerStep;
        return options;
    }

    private static SearchedSet Series(string data, string name, int features)
    {
        Lazy<TimeSeries[]> train = Of("TRAIN"),
            test = Of("TEST");
        Lazy<TimeSeries[]> Of(string part) => new(() => TsFile.Read(Path.Combine(data, name, $"{name}_{part}.ts")));
        return new SearchedSet(
            name,
            ml => (ml.Data.LoadFromEnumerable(train.Value), ml.Data.LoadFromEnumerable(test.Value)),
            ml =>
                ml.Transforms.Conversion.MapValueToKey("Label", nameof(TimeSeries.Class))
                    .Append(ml.Transforms.CopyColumns("Features", nameof(TimeSeries.Values))),
            features
        );
    }

    private static SearchedSet Trec(string data)
    {
        LabelledText[] train = TrecFile.Read(Path.Combine(data, "TREC", "TREC.train")),
            test = TrecFile.Read(Path.Combine(data, "TREC", "TREC.test"));
        return new SearchedSet(
            "TREC-6",
            ml => (ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test)),
            ml =>
                ml.Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Class))
                    .Append(ml.Transforms.Text.TokenizeIntoWords("Words", nameof(LabelledText.Text)))
                    .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: MostWords)),
            null
        );
    }
}
