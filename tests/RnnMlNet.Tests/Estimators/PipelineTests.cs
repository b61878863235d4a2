using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Between ML.NET's own transforms, before and after.</summary>
[TestFixture]
public class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Message
    {
        public string Text { get; set; } = "";
        public string Topic { get; set; } = "";
    }

    private sealed class TopicPrediction
    {
        public string Predicted { get; set; } = "";
        public float[] Score { get; set; } = [];
    }

    [Test]
    public void Text_goes_by_words_and_keys_to_a_predicted_text_label_and_through_a_file()
    {
        Message[] messages = Messages();
        var options = new RnnMulticlassTrainer.Options
        {
            LabelColumnName = "Label",
            FeatureColumnName = "Tokens",
            EmbeddingSize = 8,
            Device = "cpu",
        };
        Tiny.LearnWell(options);
        var chain = _ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(Message.Topic))
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", nameof(Message.Text)))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Tokens", "Words"))
            .Append(_ml.MulticlassClassification.Trainers.Rnn(options))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
        IDataView data = _ml.Data.LoadFromEnumerable(messages);
        ITransformer fitted = chain.Fit(data);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);

        using var engine = _ml.Model.CreatePredictionEngine<Message, TopicPrediction>(loaded);
        TopicPrediction[] predictions = [.. messages.Select(engine.Predict)];
        Assert.That(
            predictions.Zip(messages).Count(pair => pair.First.Predicted == pair.Second.Topic),
            Is.GreaterThan(0.9 * messages.Length)
        );
        Assert.That(predictions.Select(p => p.Score), Is.EqualTo(Scores.Of(fitted, data)).Within(1e-6));
    }

    [Test]
    public void Words_not_seen_in_training_are_left_out()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer model = Tiny.Regression(_ml, ColumnKind.RaggedTokens).Fit(data);
        SequenceRow known = new() { RaggedTokens = [1, 2] },
            withUnknown = new() { RaggedTokens = [1, 0, 2, 0] };
        float[][] scores = Scores.Of(model, _ml.Data.LoadFromEnumerable([known, withUnknown]));
        Assert.That(scores[1], Is.EqualTo(scores[0]));
    }

    [Test]
    public void Concatenated_channel_columns_are_feature_major()
    {
        IDataView data = TinyData.Load(_ml);
        var concatenated = _ml
            .Transforms.Concatenate("Both", nameof(SequenceRow.ChannelA), nameof(SequenceRow.ChannelB))
            .Append(
                Tiny.Regression(
                    _ml,
                    configure: options =>
                    {
                        options.FeatureColumnName = "Both";
                        options.FeaturesPerStep = SequenceRow.Features;
                        options.Layout = SequenceLayout.FeatureMajor;
                        options.Seed = 9;
                    }
                )
            );
        float[][] expected = Scores.Of(Tiny.Regression(_ml, configure: options => options.Seed = 9).Fit(data), data);
        Assert.That(Scores.Of(concatenated.Fit(data), data), Is.EqualTo(expected));
    }

    [Test]
    public void The_same_sequence_scores_the_same_in_every_kind_of_column()
    {
        IDataView data = TinyData.Load(_ml);
        float[][] Fit(ColumnKind kind) => Scores.Of(Tiny.Regression(_ml, kind, options => options.Seed = 9).Fit(data), data);
        float[][] expected = Fit(ColumnKind.Matrix);
        Assert.That(Fit(ColumnKind.Flat), Is.EqualTo(expected));
        Assert.That(Fit(ColumnKind.FeatureMajor), Is.EqualTo(expected));
        Assert.That(Fit(ColumnKind.Channels), Is.EqualTo(expected));
        Assert.That(Fit(ColumnKind.RaggedChannels), Is.EqualTo(Fit(ColumnKind.Ragged)));
        Assert.That(Fit(ColumnKind.Tokens), Is.Not.EqualTo(expected));
    }

    [Test]
    public void Normalizers_before_and_copies_after()
    {
        IDataView data = TinyData.Load(_ml);
        var chain = _ml
            .Transforms.NormalizeMinMax(nameof(SequenceRow.Flat))
            .Append(Tiny.Binary(_ml, ColumnKind.Flat, Tiny.LearnWell))
            .Append(_ml.Transforms.CopyColumns("P", "Probability"))
            .Append(_ml.Transforms.NormalizeMeanVariance("Score"));
        IDataView scored = chain.Fit(data).Transform(data);
        Assert.That(scored.GetColumn<float>("P"), Is.EqualTo(scored.GetColumn<float>("Probability")));
        Assert.That(_ml.BinaryClassification.Evaluate(scored, TinyTask.Binary.Label()).Accuracy, Is.GreaterThan(0.9));
    }

    [Test]
    public void Predicted_keys_have_the_labels_values()
    {
        IDataView scored = Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml)).Transform(TinyData.Load(_ml));
        VBuffer<ReadOnlyMemory<char>> names = default,
            slots = default;
        scored.Schema["PredictedLabel"].GetKeyValues(ref names);
        scored.Schema["Score"].GetSlotNames(ref slots);
        string[] expected = ["low", "middle", "high"];
        Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EqualTo(expected));
        Assert.That(slots.DenseValues().Select(name => name.ToString()), Is.EqualTo(expected));
    }

    [Test]
    public void Two_networks_stand_in_one_chain_and_their_score_sets_differ()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer chain = Tiny.Regression(_ml).Append(_ml.Transforms.CopyColumns("First", "Score")).Append(Tiny.Binary(_ml)).Fit(data);
        IDataView scored = chain.Transform(data);
        uint Set(string column)
        {
            uint id = 0;
            scored.Schema[column].Annotations.GetValue("ScoreColumnSetId", ref id);
            return id;
        }
        Assert.That(Set("Score"), Is.EqualTo(Set("First") + 1));
        Assert.That(Set("Probability"), Is.EqualTo(Set("Score")));
    }

    private static Message[] Messages()
    {
        string[] sport = ["goal", "match", "team", "win"],
            food = ["bread", "soup", "salt", "oven"],
            common = ["the", "a", "good", "day"];
        var random = new Random(2);
        return
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i =>
                {
                    string[] own = i % 2 == 0 ? sport : food;
                    var words = Enumerable
                        .Range(0, 2 + random.Next(5))
                        .Select(w => w == 0 || random.Next(2) == 0 ? own[random.Next(own.Length)] : common[random.Next(common.Length)]);
                    return new Message { Text = string.Join(' ', words), Topic = i % 2 == 0 ? "sport" : "food" };
                }),
        ];
    }
}
