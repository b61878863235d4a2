using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A network over tokens has a fingerprint of the values behind their keys, and rejects others of the same number.</summary>
[TestFixture]
public class VocabularyTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class TextRow
    {
        public string[] Words { get; set; } = [];

        public string Class { get; set; } = "";

        public bool Positive { get; set; }

        public float Number { get; set; }

        public string[] Tags { get; set; } = [];
    }

    // The same words, met in another order, or other words, as many.
    private static readonly string[][] _otherVocabularies =
    [
        ["bad", "good", "film"],
        ["good", "bad", "movie"],
        ["good ", "bad", "film"],
        ["goodbad", "x", "film"],
    ];
    private static readonly string[] _vocabulary = ["good", "bad", "film"];

    public enum Task
    {
        Multiclass,
        Binary,
        Regression,
        Tagger,
    }

    [Test, Pairwise]
    public void Another_vocabulary_of_the_same_size_is_refused_by_a_warm_start(
        [Values] Task task,
        [Range(0, 3)] int other,
        [Values] bool replaceHead,
        [Values] bool isLoaded
    )
    {
        IDataView data = Load(_vocabulary),
            others = Load(_otherVocabularies[other]);
        ITransformer model = Trainer(task).Fit(data);
        if (isLoaded)
            model = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);

        const string Refusal =
            "The previous model was trained on other tokens, or in another order: its 3 keys have other values "
            + "than the sequence column's. "
            + "Map text to keys with the fitted transformer of that model's training rather than one fitted anew.";
        string refusal = task == Task.Tagger ? Refusal.Replace("3 keys", "4 keys") : Refusal;
        Refused.Argument(() => Continue(task, others, model, replaceHead), refusal);
        Assert.That(() => Continue(task, data, model, replaceHead), Throws.Nothing);
        Assert.That(() => Continue(task, Load(_vocabulary, count: 20), model, replaceHead), Throws.Nothing);
    }

    [Test]
    public void It_is_refused_in_scoring_too([Values] Task task, [Range(0, 3)] int other, [Values] bool isLoaded)
    {
        IDataView data = Load(_vocabulary),
            others = Load(_otherVocabularies[other]);
        ITransformer model = Trainer(task).Fit(data);
        if (isLoaded)
            model = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);

        const string Refusal =
            "Schema mismatch for feature column 'Tokens': expected keys with the values that they had in training, in the same order: "
            + "map text to keys with the fitted "
            + "transformer of the training, which is saved with a pipeline, got keys of as many, but other values";
        Refused.Argument(() => model.Transform(others), Refusal);
        Refused.Argument(() => model.GetOutputSchema(others.Schema), Refusal);
        Assert.That(() => model.Transform(data), Throws.Nothing);
    }

    [Test]
    public void A_ValidationSet_of_other_tokens_or_classes_is_refused()
    {
        IDataView data = Load(_vocabulary);
        var trainer = (RnnMulticlassTrainer)Trainer(Task.Multiclass);
        const string Sentence =
            " has other values behind its keys in ValidationSet than in the training data, or in another order, although there are as "
            + "many: map both to keys with the same fitted transformer.";
        Refused.Argument(() => trainer.Fit(data, Load(_otherVocabularies[0])), "The feature column 'Tokens'" + Sentence);
        Refused.Argument(() => trainer.Fit(data, Load(_vocabulary, isReversed: true)), "The label column 'ClassKey'" + Sentence);
        Assert.That(() => trainer.Fit(data, Load(_vocabulary)), Throws.Nothing);
    }

    [Test]
    public void Keys_without_values_are_only_counted()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer model = Tiny.Multiclass(_ml, ColumnKind.Tokens).Fit(data);
        Assert.That(() => Tiny.Multiclass(_ml, ColumnKind.Tokens).Fit(data, model.Model), Throws.Nothing);
        Assert.That(() => model.Transform(data), Throws.Nothing);
    }

    private ITransformer Continue(Task task, IDataView data, ITransformer model, bool replaceHead) =>
        Trainer(task, replaceHead) switch
        {
            RnnMulticlassTrainer trainer => trainer.Fit(data, ((RnnMulticlassTransformer)model).Model),
            RnnBinaryTrainer trainer => trainer.Fit(data, ((RnnBinaryTransformer)model).Model),
            RnnSequenceTaggerTrainer trainer => trainer.Fit(data, ((RnnSequenceTaggerTransformer)model).Model),
            RnnRegressionTrainer trainer => trainer.Fit(data, ((RnnRegressionTransformer)model).Model),
            var trainer => throw new ArgumentOutOfRangeException(nameof(task), trainer, null),
        };

    private IEstimator<ITransformer> Trainer(Task task, bool replaceHead = false)
    {
        TOptions Options<TOptions>(TOptions options, string label)
            where TOptions : RnnOptions
        {
            (options.LabelColumnName, options.FeatureColumnName, options.ReplaceHead) = (label, "Tokens", replaceHead);
            (options.HiddenSize, options.EmbeddingSize, options.MaxEpochs, options.Device, options.Seed) = (2, 2, 1, "cpu", 1);
            return options;
        }
        return task switch
        {
            Task.Multiclass => _ml.MulticlassClassification.Trainers.Rnn(Options(new RnnMulticlassTrainer.Options(), "ClassKey")),
            Task.Binary => _ml.BinaryClassification.Trainers.Rnn(Options(new RnnBinaryTrainer.Options(), nameof(TextRow.Positive))),
            Task.Regression => _ml.Regression.Trainers.Rnn(Options(new RnnRegressionTrainer.Options(), nameof(TextRow.Number))),
            Task.Tagger => _ml.MulticlassClassification.Trainers.RnnSequenceTagger(
                Options(new RnnSequenceTaggerTrainer.Options(), "TagKeys")
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, null),
        };
    }

    // MapValueToKey numbers the words as it meets them.
    private IDataView Load(string[] vocabulary, int count = 12, bool isReversed = false)
    {
        string[] classes = isReversed ? ["b", "a"] : ["a", "b"];
        TextRow[] rows =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new TextRow
                {
                    Words = i == 0 ? vocabulary : [vocabulary[i % 2], vocabulary[2], vocabulary[i % 3]],
                    Class = classes[i % 2],
                    Positive = i % 2 == 0,
                    Number = i,
                    Tags = ["x", "y", i % 2 == 0 ? "x" : "y"],
                }),
        ];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        var keys = _ml
            .Transforms.Conversion.MapValueToKey("Tokens", nameof(TextRow.Words))
            .Append(_ml.Transforms.Conversion.MapValueToKey("ClassKey", nameof(TextRow.Class)))
            .Append(_ml.Transforms.Conversion.MapValueToKey("TagKeys", nameof(TextRow.Tags)));
        return keys.Fit(data).Transform(data);
    }
}
