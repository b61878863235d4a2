using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>The sets of texts with any number of labels.</summary>
internal static class LabelSets
{
    /// <summary>The group's name.</summary>
    public const string Group = "labels";

    private const string Name = "GoEmotions";
    private const double MostSeconds = 600;

    /// <summary>Two measures of the same fits: each is trained once.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads)
    {
        if (!isWanted(Name))
            yield break;
        string folder = Path.Combine(data, Name);
        TextOfLabels[] train = GoEmotionsFile.Read(folder, "train"),
            dev = GoEmotionsFile.Read(folder, "dev"),
            test = GoEmotionsFile.Read(folder, "test");
        var own = new Dictionary<int, (MultiLabelMetrics Metrics, double Seconds)>();
        (MultiLabelMetrics, double) Own(int seed)
        {
            if (!own.ContainsKey(seed))
                own[seed] = Measure(train, test, new RnnMultiLabelTrainer.Options { Seed = seed, Threads = threads });
            return own[seed];
        }
        var linear = new Lazy<(MultiLabelMetrics, double)>(() => LinearLabels.Measure(train, dev, test));
        foreach (var (name, value, bar) in Measures())
            yield return new DefaultSet(
                $"{Name}, {name}",
                Group,
                name,
                LowerIsBetter: false,
                bar,
                MostSeconds,
                $"{train.Length}/{test.Length}, {GoEmotionsFile.Names(folder).Length} labels",
                "biLSTM macro F1 .41; BERT macro F1 .46-.50; TF-IDF logistic regression micro F1 .51",
                seed => Of(Own(seed), value),
                Recipe: null,
                [("FeaturizeText + Sdca", () => Of(linear.Value, value))]
            );
    }

    /// <summary>Trained on the training rows, measured on the validation rows: the test rows are not opened.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    public static IEnumerable<SelectionSet> Selection(string data, Predicate<string> isWanted)
    {
        if (!isWanted(Name))
            yield break;
        string folder = Path.Combine(data, Name);
        yield return SelectionSet.Of<TextOfLabels, RnnMultiLabelTrainer.Options>(
            Group,
            $"{Name}, mean of micro and macro F1",
            folds: 1,
            _ => (GoEmotionsFile.Read(folder, "train"), GoEmotionsFile.Read(folder, "dev")),
            (train, test, options) => Of(Measure(train, test, options), metrics => (metrics.MicroF1 + metrics.MacroF1) / 2)
        );
    }

    private static (string Name, Func<MultiLabelMetrics, double> Value, double Bar)[] Measures() =>
        [("micro F1", metrics => metrics.MicroF1, .51), ("macro F1", metrics => metrics.MacroF1, .41)];

    private static Outcome Of((MultiLabelMetrics Metrics, double Seconds) fit, Func<MultiLabelMetrics, double> value) =>
        new(value(fit.Metrics), fit.Metrics.LogLoss, fit.Seconds);

    private static (MultiLabelMetrics Metrics, double Seconds) Measure(
        TextOfLabels[] train,
        TextOfLabels[] test,
        RnnMultiLabelTrainer.Options options
    )
    {
        var ml = new MLContext(options.Seed);
        options.FeatureColumnName = "Tokens";
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(TextOfLabels.Labels))
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", nameof(TextOfLabels.Text)))
            .Append(ml.Transforms.Text.LearnVocabulary("Tokens", "Words"))
            .Append(ml.MulticlassClassification.Trainers.RnnMultiLabel(options));
        var (scored, seconds) = Measuring.Fit(pipeline, ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test));
        return (ml.MulticlassClassification.EvaluateMultiLabel(scored), seconds);
    }
}
