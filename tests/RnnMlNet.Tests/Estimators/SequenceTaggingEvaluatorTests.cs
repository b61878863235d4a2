using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Chunks by conlleval's rules, and the metrics over rows of labels and predictions.</summary>
[TestFixture]
public class SequenceTaggingEvaluatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class TaggedRow
    {
        public string[] Label { get; set; } = [];

        public string[] Predicted { get; set; } = [];
    }

    [TestCase("B-NP I-NP O B-VP", "NP 0-1, VP 3-3")]
    [TestCase("O O", "")]
    [TestCase("", "")]
    [TestCase("B-NP B-NP I-NP", "NP 0-0, NP 1-2")]
    [TestCase("I-NP I-NP O I-NP", "NP 0-1, NP 3-3")] // IOB1
    [TestCase("I-NP B-NP I-NP", "NP 0-0, NP 1-2")] // IOB1, neighbours of one type
    [TestCase("B-NP I-VP I-VP", "NP 0-0, VP 1-2")] // not well-formed
    [TestCase("O I-NP I-VP O", "NP 1-1, VP 2-2")]
    [TestCase("B I O B", " 0-1,  3-3")]
    [TestCase("B-A-B I-A-B I-A", "A-B 0-1, A 2-2")]
    public void Chunks_of(string tags, string chunks) =>
        Assert.That(
            string.Join(
                ", ",
                Chunks
                    .Of(tags.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(chunk => $"{chunk.Type} {chunk.First}-{chunk.Last}")
            ),
            Is.EqualTo(chunks)
        );

    [Test]
    public void The_example_of_the_shared_tasks_page()
    {
        // Counted by hand: 4 chunks in the labels, 4 predicted, 2 the same.
        SequenceTaggingMetrics metrics = Evaluate(("B-NP I-NP B-VP O B-NP", "B-NP I-NP B-NP O B-NP"), ("B-PP O", "O B-PP"), ("O", "O"));

        Assert.That((metrics.Chunks.Correct, metrics.Chunks.Predicted, metrics.Chunks.Labelled), Is.EqualTo((2, 4, 4)));
        Assert.That((metrics.Chunks.Precision, metrics.Chunks.Recall, metrics.Chunks.F1), Is.EqualTo((0.5, 0.5, 0.5)));
        Assert.That((metrics.Accuracy, metrics.SequenceAccuracy), Is.EqualTo((5 / 8.0, 1 / 3.0)));
        Assert.That((metrics.Steps, metrics.Sequences, metrics.SkippedSteps), Is.EqualTo((8, 3, 0)));
        Assert.That(
            metrics.ChunksByType.Select(type => (type.Type, type.Metrics.Correct, type.Metrics.Predicted, type.Metrics.Labelled)),
            Is.EqualTo(new[] { ("NP", 2L, 3L, 2L), ("PP", 0, 1, 1), ("VP", 0, 0, 1) })
        );
        Assert.That(metrics.ChunksByType[2].Metrics.F1, Is.Zero);
        Assert.That(metrics.ChunksByType[0].Metrics.F1, Is.EqualTo(0.8).Within(1e-12));
    }

    [Test]
    public void A_chunk_with_a_wrong_end_is_wrong() =>
        Assert.That(Evaluate(("B-NP I-NP I-NP", "B-NP I-NP O")).Chunks, Is.EqualTo(new ChunkMetrics(0, 1, 1)));

    [Test]
    public void Steps_without_a_label_count_nowhere()
    {
        SequenceTaggingMetrics metrics = Evaluate(("B-NP _ I-NP", "B-NP O I-NP"), ("_ _", "O B-NP"));

        Assert.That(
            (metrics.Steps, metrics.Sequences, metrics.SkippedSteps, metrics.Accuracy, metrics.SequenceAccuracy),
            Is.EqualTo((2, 1, 3, 1.0, 1.0))
        );
        Assert.That(metrics.Chunks, Is.EqualTo(new ChunkMetrics(1, 1, 1)));
    }

    [Test]
    public void Tags_that_are_not_of_chunks_have_none()
    {
        SequenceTaggingMetrics metrics = Evaluate(("noun verb", "noun noun"));

        Assert.That((metrics.Accuracy, metrics.Chunks, metrics.ChunksByType.Count), Is.EqualTo((0.5, new ChunkMetrics(0, 0, 0), 0)));
        Assert.That(metrics.Chunks.F1, Is.Zero);
    }

    [Test]
    public void Lengths_that_differ_are_refused() =>
        Refused.Operation(
            () => Evaluate(("O O", "O O"), ("O O", "O")),
            "Row 1 has 2 labels in column 'Label', but 1 predictions in 'PredictedLabel'."
        );

    [Test]
    public void No_label_at_all_is_refused() =>
        Refused.Operation(() => Evaluate(("_ _", "B-NP O")), "There is no step with a label in column 'Label' to evaluate.");

    [Test]
    public void Columns_of_another_type_are_refused()
    {
        IDataView data = TinyTags.Load(_ml);
        Refused.Argument(
            () => _ml.MulticlassClassification.EvaluateSequenceTagging(data, TinyData.ClassLabel, "TagKeys"),
            "a vector of Key<UInt32>, one for each step"
        );
        Refused.Argument(() => _ml.MulticlassClassification.EvaluateSequenceTagging(data, "TagKeys", "None"), "None");
    }

    [Test]
    public void A_taggers_own_columns_are_evaluated()
    {
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml, ColumnKind.Ragged, Tiny.LearnWell).Fit(TinyTags.Load(_ml));
        SequenceTaggingMetrics metrics = _ml.MulticlassClassification.EvaluateSequenceTagging(
            model.Transform(TinyTags.Load(_ml)),
            "RaggedTagKeys"
        );

        Assert.That((metrics.Sequences, metrics.Steps), Is.EqualTo((48, TinyData.Rows().Sum(row => row.RaggedTags.Length))));
        Assert.That(metrics.Accuracy, Is.GreaterThan(0.9));
    }

    [Test]
    public void The_log_loss_is_the_mean_over_steps_of_the_labels_probabilities()
    {
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml, ColumnKind.Ragged).Fit(TinyTags.Load(_ml));
        IDataView scored = model.Transform(TinyTags.Load(_ml));
        float[] scores = [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)];
        uint[] labels = [.. scored.GetColumn<uint[]>("RaggedTagKeys").SelectMany(row => row)];
        double expected = labels.Select((label, step) => -Math.Log(scores[2 * step + (int)label - 1])).Average();

        Assert.That(
            _ml.MulticlassClassification.EvaluateSequenceTagging(scored, "RaggedTagKeys").LogLoss,
            Is.EqualTo(expected).Within(1e-9)
        );
        Assert.That(
            _ml.MulticlassClassification.EvaluateSequenceTagging(scored, "RaggedTagKeys", scoreColumnName: "Score").LogLoss,
            Is.EqualTo(expected).Within(1e-9)
        );
    }

    [Test]
    public void A_tag_that_the_model_does_not_have_and_a_missing_label_in_the_log_loss()
    {
        // The keys are 1 for A, 2 for B, 3 for C; of B and C the model gives no and all probability.
        SequenceTaggingMetrics metrics = EvaluateScored(
            new()
            {
                Label = [1, 0, 2, 3],
                PredictedLabel = [1, 1, 1, 1],
                Score = [0.5f, 0.5f, 1, 0, 1, 0, 0, 1],
            }
        );

        Assert.That(metrics.LogLoss, Is.EqualTo((-Math.Log(0.5) - 2 * Math.Log(1e-15)) / 3).Within(1e-9));
    }

    [Test]
    public void Without_probabilities_there_is_no_log_loss() => Assert.That(Evaluate(("O", "O")).LogLoss, Is.NaN);

    [Test]
    public void Probabilities_of_another_length_are_refused() =>
        Refused.Operation(
            () =>
                EvaluateScored(
                    new()
                    {
                        Label = [1, 1],
                        PredictedLabel = [1, 1],
                        Score = [0.5f, 0.5f, 1],
                    }
                ),
            "Row 0 has 2 labels in column 'Label', but probabilities of 1.5 steps of 2 classes in 'Score'."
        );

    [Test]
    public void A_score_column_that_is_none_is_refused()
    {
        IDataView data = TinyTags.Load(_ml);
        Refused.Argument(() => _ml.MulticlassClassification.EvaluateSequenceTagging(data, "TagKeys", "TagKeys", "None"), "None");
        Refused.Argument(
            () => _ml.MulticlassClassification.EvaluateSequenceTagging(data, "TagKeys", "TagKeys", "TagKeys"),
            "a vector of Single, the classes' probabilities step after step"
        );
    }

    private SequenceTaggingMetrics EvaluateScored(ScoredRow row) =>
        _ml.MulticlassClassification.EvaluateSequenceTagging(_ml.Data.LoadFromEnumerable([row]));

    private sealed class ScoredRow
    {
        [KeyType(3)]
        public uint[] Label { get; set; } = [];

        [KeyType(2)]
        public uint[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    // The labels' keys and the predictions' may be numbered differently; "_" denotes a missing label.
    private SequenceTaggingMetrics Evaluate(params (string Label, string Predicted)[] rows)
    {
        static string[] Split(string tags) => tags.Split(' ');
        IDataView data = _ml.Data.LoadFromEnumerable(
            rows.Select(row => new TaggedRow { Label = Split(row.Label), Predicted = Split(row.Predicted) }).ToArray()
        );
        IDataView names = _ml.Data.LoadFromEnumerable(
            rows.SelectMany(row => Split(row.Label))
                .Where(tag => tag != "_")
                .Distinct()
                .DefaultIfEmpty("O")
                .Select(tag => new Named { Tag = tag })
                .ToArray()
        );
        return _ml.MulticlassClassification.EvaluateSequenceTagging(
            _ml.Transforms.Conversion.MapValueToKey("Label", keyData: names)
                .Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Predicted"))
                .Fit(data)
                .Transform(data)
        );
    }

    private sealed class Named
    {
        public string Tag { get; set; } = "";
    }
}
