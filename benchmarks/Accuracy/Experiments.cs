using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy;

/// <summary>
/// One fit and its measure on held-out rows, per task, all of it through ML.NET's surface. Rows to train on and rows to measure on come
/// from the caller: the published split for the table, folds of the training rows for the choice of a recipe.
/// </summary>
internal static class Experiments
{
    /// <summary>Accuracy of a series classifier.</summary>
    public static double Series(TimeSeries[] train, TimeSeries[] test, int features, RnnMulticlassTrainer.Options options)
    {
        var ml = new MLContext(options.Seed);
        options.LabelColumnName = "Label";
        options.FeatureColumnName = nameof(TimeSeries.Values);
        options.FeaturesPerStep = features;
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(TimeSeries.Class))
            .Append(ml.MulticlassClassification.Trainers.Rnn(options));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(train));
        return ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test))).MicroAccuracy;
    }

    /// <summary>Accuracy of a text classifier.</summary>
    public static double Texts(LabelledText[] train, LabelledText[] test, RnnMulticlassTrainer.Options options)
    {
        var ml = new MLContext(options.Seed);
        options.FeatureColumnName = "Tokens";
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Class))
            .Append(Tokens(ml))
            .Append(ml.MulticlassClassification.Trainers.Rnn(options));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(train));
        return ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test))).MicroAccuracy;
    }

    /// <summary>F1 of the spam class.</summary>
    public static double Spam(LabelledText[] train, LabelledText[] test, RnnBinaryTrainer.Options options)
    {
        var ml = new MLContext(options.Seed);
        options.FeatureColumnName = "Tokens";
        var isSpam = new Dictionary<string, bool> { ["spam"] = true, ["ham"] = false };
        var pipeline = ml
            .Transforms.Conversion.MapValue("Label", isSpam, nameof(LabelledText.Class))
            .Append(Tokens(ml))
            .Append(ml.BinaryClassification.Trainers.Rnn(options));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(train));
        return ml.BinaryClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test))).F1Score;
    }

    /// <summary>Root mean squared error of the remaining life, in cycles.</summary>
    public static double Life(EngineStretch[] train, EngineStretch[] test, int features, RnnRegressionTrainer.Options options)
    {
        var ml = new MLContext(options.Seed);
        options.LabelColumnName = nameof(EngineStretch.RemainingLife);
        options.FeatureColumnName = nameof(EngineStretch.Cycles);
        options.FeaturesPerStep = features;
        using var model = ml.Regression.Trainers.Rnn(options).Fit(ml.Data.LoadFromEnumerable(train));
        return ml
            .Regression.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test)), nameof(EngineStretch.RemainingLife))
            .RootMeanSquaredError;
    }

    /// <summary>F1 of chunks, from words alone.</summary>
    public static double Chunks(ChunkedSentence[] train, ChunkedSentence[] test, RnnSequenceTaggerTrainer.Options options)
    {
        var ml = new MLContext(options.Seed);
        var words = new WordTokens(train);
        IDataView Load(ChunkedSentence[] sentences) =>
            ml.Data.LoadFromEnumerable(
                sentences
                    .Select(sentence => new ChunkedSentence { Words = [.. sentence.Words.Select(words.Of)], Tags = sentence.Tags })
                    .ToArray()
            );
        options.LabelColumnName = "Label";
        options.FeatureColumnName = "Tokens";
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(ChunkedSentence.Tags))
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", nameof(ChunkedSentence.Words), maximumNumberOfKeys: MostWords))
            .Append(ml.MulticlassClassification.Trainers.RnnSequenceTagger(options));
        using var model = pipeline.Fit(Load(train));
        return ml.MulticlassClassification.EvaluateSequenceTagging(model.Transform(Load(test))).Chunks.F1;
    }

    private static IEstimator<ITransformer> Tokens(MLContext ml) =>
        ml
            .Transforms.Text.TokenizeIntoWords("Words", nameof(LabelledText.Text))
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", "Words", maximumNumberOfKeys: MostWords));

    private const int MostWords = 20_000;
}
