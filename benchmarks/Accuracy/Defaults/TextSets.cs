using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>The sets of labelled texts.</summary>
internal static class TextSets
{
    /// <summary>The group's name.</summary>
    public const string Group = "text";

    private const int SelectionParts = 5;

    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads)
    {
        if (isWanted("TREC-6"))
            yield return Multiclass(
                "TREC-6",
                TrecFile.Read(Path.Combine(data, "TREC", "TREC.train")),
                TrecFile.Read(Path.Combine(data, "TREC", "TREC.test")),
                .885,
                60,
                "LSTM-CNN .961 (pretrained vectors); CNN-rand .882-.912",
                threads
            );
        if (isWanted("Banking77"))
            yield return Multiclass(
                "Banking77",
                BankingFile.Read(Path.Combine(data, "Banking77", "train.csv")),
                BankingFile.Read(Path.Combine(data, "Banking77", "test.csv")),
                .885,
                null,
                "bge embeddings + linear SVC .931",
                threads
            );
        if (isWanted("SMSSpam"))
        {
            var (train, test) = HeldOut.Split(SmsSpamFile.Read(Path.Combine(data, "SMSSpam", "SMSSpamCollection")));
            yield return Binary(
                "SMSSpam",
                train,
                test,
                "spam",
                isF1: true,
                .975,
                "Embedding+LSTM F1 .943; linear SVC accuracy .9935 (own splits)",
                threads
            );
        }
        foreach (var (name, texts) in Mpqa(data).Where(set => isWanted(set.Name)))
        {
            var (train, test) = HeldOut.Split(texts());
            yield return Binary(
                name,
                train,
                test,
                "1",
                isF1: false,
                .85,
                "BiLSTM-max .902 (transfer); CNN-rand .846 (cross-validated)",
                threads
            );
        }
    }

    // With repeated phrases on both sides of the split, as in the published cross-validation, and without.
    private static IEnumerable<(string Name, Func<LabelledText[]> Texts)> Mpqa(string data)
    {
        string path = Path.Combine(data, "MPQA", "mpqa.all");
        return [("MPQA", () => MpqaFile.Read(path)), ("MPQA, phrases once", () => MpqaFile.ReadOnce(path))];
    }

    /// <summary>A fifth of the training rows held out; of the small sets twice.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    public static IEnumerable<SelectionSet> Selection(string data, Predicate<string> isWanted)
    {
        if (isWanted("TREC-6"))
            yield return OfClasses("TREC-6", TrecFile.Read(Path.Combine(data, "TREC", "TREC.train")), folds: 2);
        if (isWanted("Banking77"))
            yield return OfClasses("Banking77", BankingFile.Read(Path.Combine(data, "Banking77", "train.csv")), folds: 1);
        if (isWanted("SMSSpam"))
            yield return OfTwo(
                "SMSSpam",
                HeldOut.Split(SmsSpamFile.Read(Path.Combine(data, "SMSSpam", "SMSSpamCollection"))).Train,
                "spam",
                isF1: true,
                folds: 2
            );
        if (isWanted("MPQA"))
            yield return OfTwo(
                "MPQA",
                HeldOut.Split(MpqaFile.ReadOnce(Path.Combine(data, "MPQA", "mpqa.all"))).Train,
                "1",
                isF1: false,
                folds: 2
            );
    }

    private static SelectionSet OfClasses(string name, LabelledText[] rows, int folds) =>
        SelectionSet.Of<LabelledText, RnnMulticlassTrainer.Options>(
            Group,
            name,
            folds,
            SelectionSet.Divide(rows, row => row.Class, SelectionParts),
            Multiclass
        );

    private static SelectionSet OfTwo(string name, LabelledText[] rows, string positive, bool isF1, int folds) =>
        SelectionSet.Of<LabelledText, RnnBinaryTrainer.Options>(
            Group,
            name,
            folds,
            SelectionSet.Divide(rows, row => row.Class, SelectionParts),
            (train, test, options) => Binary(train, test, positive, isF1, options)
        );

    private static DefaultSet Multiclass(
        string name,
        LabelledText[] train,
        LabelledText[] test,
        double bar,
        double? mostSeconds,
        string published,
        int threads
    )
    {
        Outcome Rnn(RnnMulticlassTrainer.Options options)
        {
            options.Threads = threads;
            return Multiclass(train, test, options);
        }

        return new DefaultSet(
            name,
            Group,
            "accuracy",
            LowerIsBetter: false,
            bar,
            mostSeconds,
            $"{train.Length}/{test.Length}, {train.Select(text => text.Class).Distinct().Count()} classes",
            published,
            seed => Rnn(new RnnMulticlassTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Text(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed }))),
            [
                (
                    "FeaturizeText + Sdca",
                    () => Multiclass(train, test, 1, ml => Featurized(ml).Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy()))
                ),
            ]
        );
    }

    private static DefaultSet Binary(
        string name,
        LabelledText[] train,
        LabelledText[] test,
        string positive,
        bool isF1,
        double bar,
        string published,
        int threads
    )
    {
        Outcome Rnn(RnnBinaryTrainer.Options options)
        {
            options.Threads = threads;
            return Binary(train, test, positive, isF1, options);
        }

        return new DefaultSet(
            name,
            Group,
            isF1 ? "F1" : "accuracy",
            LowerIsBetter: false,
            bar,
            null,
            $"{train.Length}/{test.Length}, 2 classes",
            published,
            seed => Rnn(new RnnBinaryTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Text(Recipes.Plain(new RnnBinaryTrainer.Options { Seed = seed }))),
            [
                (
                    "FeaturizeText + Sdca",
                    () =>
                        Binary(
                            train,
                            test,
                            positive,
                            isF1,
                            1,
                            ml => Featurized(ml).Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression())
                        )
                ),
            ]
        );
    }

    private static Outcome Multiclass(LabelledText[] train, LabelledText[] test, RnnMulticlassTrainer.Options options)
    {
        options.FeatureColumnName = "Tokens";
        return Multiclass(train, test, options.Seed!.Value, ml => Tokens(ml).Append(ml.MulticlassClassification.Trainers.Rnn(options)));
    }

    private static Outcome Multiclass(
        LabelledText[] train,
        LabelledText[] test,
        int seed,
        Func<MLContext, IEstimator<ITransformer>> learner
    )
    {
        var ml = new MLContext(seed);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Class)).Append(learner(ml));
        return Measuring.Multiclass(ml, pipeline, ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test));
    }

    private static Outcome Binary(LabelledText[] train, LabelledText[] test, string positive, bool isF1, RnnBinaryTrainer.Options options)
    {
        options.FeatureColumnName = "Tokens";
        return Binary(
            train,
            test,
            positive,
            isF1,
            options.Seed!.Value,
            ml => Tokens(ml).Append(ml.BinaryClassification.Trainers.Rnn(options))
        );
    }

    private static Outcome Binary(
        LabelledText[] train,
        LabelledText[] test,
        string positive,
        bool isF1,
        int seed,
        Func<MLContext, IEstimator<ITransformer>> learner
    )
    {
        var ml = new MLContext(seed);
        var labels = train.Select(text => text.Class).Distinct().ToDictionary(label => label, label => label == positive);
        var pipeline = ml.Transforms.Conversion.MapValue("Label", labels, nameof(LabelledText.Class)).Append(learner(ml));
        return Measuring.Binary(ml, pipeline, ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test), isF1);
    }

    private static IEstimator<ITransformer> Tokens(MLContext ml) =>
        ml
            .Transforms.Text.TokenizeIntoWords("Words", nameof(LabelledText.Text))
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", "Words"));

    private static IEstimator<ITransformer> Featurized(MLContext ml) =>
        ml.Transforms.Text.FeaturizeText("Features", nameof(LabelledText.Text)).AppendCacheCheckpoint(ml);
}
