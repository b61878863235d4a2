using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>The sets of labelled texts.</summary>
internal static class TextSets
{
    /// <summary>The group's name.</summary>
    public const string Group = "text";

    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads)
    {
        if (isWanted("TREC-6"))
            yield return Multiclass("TREC-6", TrecFile.Read(Path.Combine(data, "TREC", "TREC.train")), TrecFile.Read(Path.Combine(data, "TREC", "TREC.test")), .885, 60,
                "LSTM-CNN .961 (pretrained vectors); CNN-rand .882-.912", threads);
        if (isWanted("Banking77"))
            yield return Multiclass("Banking77", BankingFile.Read(Path.Combine(data, "Banking77", "train.csv")), BankingFile.Read(Path.Combine(data, "Banking77", "test.csv")), .885, null,
                "bge embeddings + linear SVC .931", threads);
        if (isWanted("SMSSpam"))
        {
            var (train, test) = HeldOut.Split(SmsSpamFile.Read(Path.Combine(data, "SMSSpam", "SMSSpamCollection")));
            yield return Binary("SMSSpam", train, test, "spam", isF1: true, .975, "Embedding+LSTM F1 .943; linear SVC accuracy .9935 (own splits)", threads);
        }
        if (isWanted("MPQA"))
        {
            var (train, test) = HeldOut.Split(MpqaFile.Read(Path.Combine(data, "MPQA", "mpqa.all")));
            yield return Binary("MPQA", train, test, "1", isF1: false, .85, "BiLSTM-max .902 (transfer); CNN-rand .846 (cross-validated)", threads);
        }
    }

    private static DefaultSet Multiclass(string name, LabelledText[] train, LabelledText[] test, double bar, double? mostSeconds, string published, int threads)
    {
        Outcome Run(int seed, Func<MLContext, IEstimator<ITransformer>> learner)
        {
            var ml = new MLContext(seed);
            var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Class)).Append(learner(ml));
            return Measuring.Multiclass(ml, pipeline, ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test));
        }

        Outcome Rnn(RnnMulticlassTrainer.Options options)
        {
            (options.FeatureColumnName, options.Threads) = ("Tokens", threads);
            return Run(options.Seed!.Value, ml => Tokens(ml).Append(ml.MulticlassClassification.Trainers.Rnn(options)));
        }

        return new DefaultSet(name, Group, "accuracy", LowerIsBetter: false, bar, mostSeconds, $"{train.Length}/{test.Length}, {train.Select(text => text.Class).Distinct().Count()} classes", published,
            seed => Rnn(new RnnMulticlassTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Text(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed }))),
            [("FeaturizeText + Sdca", () => Run(1, ml => Featurized(ml).Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy())))]);
    }

    private static DefaultSet Binary(string name, LabelledText[] train, LabelledText[] test, string positive, bool isF1, double bar, string published, int threads)
    {
        Outcome Run(int seed, Func<MLContext, IEstimator<ITransformer>> learner)
        {
            var ml = new MLContext(seed);
            var labels = train.Select(text => text.Class).Distinct().ToDictionary(label => label, label => label == positive);
            var pipeline = ml.Transforms.Conversion.MapValue("Label", labels, nameof(LabelledText.Class)).Append(learner(ml));
            return Measuring.Binary(ml, pipeline, ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test), isF1);
        }

        Outcome Rnn(RnnBinaryTrainer.Options options)
        {
            (options.FeatureColumnName, options.Threads) = ("Tokens", threads);
            return Run(options.Seed!.Value, ml => Tokens(ml).Append(ml.BinaryClassification.Trainers.Rnn(options)));
        }

        return new DefaultSet(name, Group, isF1 ? "F1" : "accuracy", LowerIsBetter: false, bar, null, $"{train.Length}/{test.Length}, 2 classes", published,
            seed => Rnn(new RnnBinaryTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Text(Recipes.Plain(new RnnBinaryTrainer.Options { Seed = seed }))),
            [("FeaturizeText + Sdca", () => Run(1, ml => Featurized(ml).Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression())))]);
    }

    private static IEstimator<ITransformer> Tokens(MLContext ml) =>
        ml.Transforms.Text.TokenizeIntoWords("Words", nameof(LabelledText.Text)).Append(ml.Transforms.Conversion.MapValueToKey("Tokens", "Words"));

    private static IEstimator<ITransformer> Featurized(MLContext ml) => ml.Transforms.Text.FeaturizeText("Features", nameof(LabelledText.Text)).AppendCacheCheckpoint(ml);
}
