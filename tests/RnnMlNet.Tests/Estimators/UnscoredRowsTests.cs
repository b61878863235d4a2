using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Rows that cannot be scored: NaN scores, a missing predicted label, a warning, and no place in any metric.</summary>
[TestFixture]
public class UnscoredRowsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Predicted
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; } = 99;
    }

    private sealed class TargetRow
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    private sealed class TaggedRow
    {
        [KeyType(2)]
        public uint[] Label { get; set; } = [];

        [KeyType(2)]
        public uint[] PredictedLabel { get; set; } = [];
    }

    [Test]
    public void A_classifier_gives_the_missing_key(
        [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad,
        [Values(ColumnKind.Matrix, ColumnKind.FeatureMajor, ColumnKind.Channels, ColumnKind.Ragged)] ColumnKind kind
    )
    {
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, kind).Fit(TinyData.Load(_ml));
        IDataView scored = model.Transform(TinyData.Load(_ml, Spoilt(bad)));

        AssertOnlyRow(1, scored.GetColumn<float[]>("Score").Select(score => score.All(float.IsNaN)));
        AssertOnlyRow(1, scored.GetColumn<uint>("PredictedLabel").Select(key => key == 0));
        IDataView named = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);
        AssertOnlyRow(1, named.GetColumn<string>("PredictedLabel").Select(string.IsNullOrEmpty));
    }

    [Test]
    public void It_does_so_in_a_PredictionEngine_and_with_any_pooling(
        [Values] CellKind cell,
        [Values(Pooling.Last, Pooling.Mean, Pooling.Max, Pooling.Attention, Pooling.Last | Pooling.Mean | Pooling.Max)] Pooling pooling,
        [Values] bool bidirectional
    )
    {
        using RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                configure: o => (o.Cell, o.Pooling, o.Bidirectional, o.MaxEpochs) = (cell, pooling, bidirectional, 1)
            )
            .Fit(TinyData.Load(_ml));
        IDataView data = TinyData.Load(_ml, Spoilt(float.NaN));
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, Predicted>(
            model,
            new PredictionEngineOptions { OwnsTransformer = false }
        );

        Predicted prediction = engine.Predict(Spoilt(float.NaN)[1]);

        Assert.That(prediction.PredictedLabel, Is.Zero);
        Assert.That(prediction.Score, Is.All.NaN);
        AssertOnlyRow(1, model.Transform(data).GetColumn<uint>("PredictedLabel").Select(key => key == 0));
        Assert.That(engine.Predict(Spoilt(float.NaN)[0]).PredictedLabel, Is.Not.Zero);
    }

    [Test]
    public void A_binary_classifier_gives_what_ML_NETs_own_give()
    {
        IDataView data = TinyData.Load(_ml),
            spoilt = TinyData.Load(_ml, Spoilt(float.NaN));
        using RnnBinaryTransformer model = Tiny.Binary(_ml, ColumnKind.Flat).Fit(data);
        var theirs = _ml
            .BinaryClassification.Trainers.SdcaLogisticRegression(nameof(SequenceRow.Positive), nameof(SequenceRow.Flat))
            .Fit(data);
        foreach (ITransformer one in (ITransformer[])[model, theirs])
        {
            IDataView scored = one.Transform(spoilt);
            Assert.That(scored.GetColumn<float>("Score").ElementAt(1), Is.NaN, $"{one}");
            Assert.That(scored.GetColumn<float>("Probability").ElementAt(1), Is.NaN, $"{one}");
            Assert.That(scored.GetColumn<bool>("PredictedLabel").ElementAt(1), Is.False, $"{one}");
        }
    }

    [Test]
    public void A_multiclass_classifier_gives_what_ML_NETs_own_give_and_is_counted_alike()
    {
        IDataView data = TinyData.Load(_ml),
            spoilt = TinyData.Load(_ml, Spoilt(float.NaN));
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, ColumnKind.Flat, Tiny.LearnWell).Fit(data);
        var theirs = _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(TinyData.ClassLabel, nameof(SequenceRow.Flat)).Fit(data);
        foreach (ITransformer one in (ITransformer[])[model, theirs])
        {
            IDataView scored = one.Transform(spoilt);
            Assert.That(scored.GetColumn<uint>("PredictedLabel").ElementAt(1), Is.Zero, $"{one}");
            // Five rows of six are counted.
            var counts = _ml.MulticlassClassification.Evaluate(scored, TinyData.ClassLabel).ConfusionMatrix.Counts;
            Assert.That(counts.Sum(row => row.Sum()), Is.EqualTo(5), $"{one}");
        }
    }

    [Test]
    public void A_tagger_gives_the_missing_key_at_the_steps_that_have_no_score(
        [Values] bool bidirectional,
        [Values(ColumnKind.Ragged, ColumnKind.Matrix)] ColumnKind kind
    )
    {
        SequenceRow[] rows = TinyData.Rows(10);
        float[] spoilt = [.. rows[9].Matrix];
        spoilt[2 * SequenceRow.Features] = float.NaN;
        rows[9].Matrix = rows[9].Ragged = spoilt;
        using RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(_ml, kind, options => options.Bidirectional = bidirectional)
            .Fit(TinyTags.Load(_ml));

        IDataView scored = model.Transform(TinyTags.Load(_ml, rows));

        uint[] predicted = scored.GetColumn<uint[]>("PredictedLabel").ElementAt(9);
        bool[] hasNoScore = [.. scored.GetColumn<float[]>("Score").ElementAt(9).Chunk(2).Select(step => step.All(float.IsNaN))];
        Assert.That(hasNoScore, Is.EqualTo(Enumerable.Range(0, SequenceRow.Steps).Select(step => bidirectional || step >= 2)));
        Assert.That(predicted.Select(key => key == 0), Is.EqualTo(hasNoScore));
        Assert.That(scored.GetColumn<uint[]>("PredictedLabel").Take(9).SelectMany(keys => keys), Has.None.Zero);

        var metrics = _ml.MulticlassClassification.EvaluateSequenceTagging(scored, TinyTags.Label(kind));
        Assert.That(metrics.UnscoredSteps, Is.EqualTo(bidirectional ? 5 : 3));
        Assert.That(metrics.SkippedSteps, Is.Zero);
        Assert.That(metrics.Steps + metrics.UnscoredSteps, Is.EqualTo(scored.GetColumn<uint[]>("PredictedLabel").Sum(keys => keys.Length)));
    }

    [Test]
    public void The_cursor_warns_at_its_end([Values] TinyTask task)
    {
        ITransformer model = Tiny.Trainer(_ml, task).Fit(TinyData.Load(_ml));
        var log = new LogCapture(_ml);

        _ = Scores.Of(model, TinyData.Load(_ml, Spoilt(float.NaN)));

        string consequence = task switch
        {
            TinyTask.Multiclass => "Score is NaN there, and PredictedLabel is the missing key.",
            TinyTask.Binary => "Score and Probability are NaN there, and PredictedLabel is False.",
            TinyTask.MultiLabel => "Score and Probability are NaN there, and no label is predicted.",
            TinyTask.MultiLabelTags => "Score and Probability are NaN at the steps that depend on them, and no label is predicted there.",
            _ => "Score is NaN there.",
        };
        Assert.That(log.Warnings, Has.Exactly(1).Items);
        Assert.That(
            log.Warnings[0],
            Does.EndWith(
                $"1 of the 6 rows read could not be scored, row 1 first, because values of column 'Matrix' are NaN, infinite or too "
                    + $"large. {consequence}"
            )
        );
    }

    [Test]
    public void Rows_with_scores_are_not_warned_of_and_a_PredictionEngine_warns_once()
    {
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, ColumnKind.Channels).Fit(TinyData.Load(_ml));
        var log = new LogCapture(_ml);
        _ = Scores.Of(model, TinyData.Load(_ml));
        Assert.That(log.Warnings, Is.Empty);

        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, Predicted>(
            model,
            new PredictionEngineOptions { OwnsTransformer = false }
        );
        foreach (SequenceRow row in (SequenceRow[])[.. Spoilt(float.NaN), .. Spoilt(float.NaN)])
            engine.Predict(row);
        Assert.That(log.Warnings, Has.Exactly(1).Items);
        Assert.That(
            log.Warnings[0],
            Does.EndWith(
                "Row 1 could not be scored, because values of columns 'ChannelA', 'ChannelB' are NaN, infinite or too large. "
                    + "Score is NaN there, and PredictedLabel is the missing key. Further such rows are not reported."
            )
        );
    }

    [Test]
    public void Of_a_vector_regression_they_are_left_out_of_the_metrics_with_a_warning()
    {
        TargetRow[] rows =
        [
            new() { Label = [1, 2], Score = [2, 2] },
            new() { Label = [1, 2], Score = [float.NaN, 2] },
            new() { Label = [float.NaN, 2], Score = [1, 2] },
            new() { Label = [3, 2], Score = [3, 4] },
        ];
        var log = new LogCapture(_ml);

        MultiTargetRegressionMetrics metrics = _ml.Regression.EvaluateMultiTarget(_ml.Data.LoadFromEnumerable(rows));

        Assert.That(metrics.Rows, Is.EqualTo(2));
        Assert.That(metrics.Targets.Select(target => target.MeanAbsoluteError), Is.EqualTo(new[] { 0.5, 1 }));
        Assert.That(log.Warnings, Has.Exactly(2).Items);
        Assert.That(log.Warnings[0], Does.EndWith("Encountered 1 unlabeled instances during testing."));
        Assert.That(
            log.Warnings[1],
            Does.EndWith(
                "The predictor produced no finite prediction on 1 instances during testing, which are left out. Possible causes: "
                    + "abnormal data or the predictor is numerically unstable."
            )
        );
    }

    [Test]
    public void Tags_without_any_prediction_cannot_be_evaluated() =>
        Refused.Operation(
            () =>
                _ml.MulticlassClassification.EvaluateSequenceTagging(
                    _ml.Data.LoadFromEnumerable(
                        new TaggedRow[]
                        {
                            new() { Label = [1, 2, 0], PredictedLabel = [0, 0, 0] },
                        }
                    )
                ),
            "None of the 2 steps with a label in column 'Label' has a prediction in column 'PredictedLabel' to evaluate."
        );

    // Six rows, of which the second has a number that is none.
    private static SequenceRow[] Spoilt(float bad)
    {
        SequenceRow[] rows = TinyData.Rows(6);
        float[] flat = [.. rows[1].Matrix];
        flat[1] = bad;
        rows[1].Matrix = rows[1].Flat = rows[1].FeatureMajor = flat;
        rows[1].Ragged = flat[..rows[1].Ragged.Length];
        float[] channel = [.. rows[1].ChannelB];
        channel[0] = bad;
        rows[1].ChannelB = channel;
        return rows;
    }

    private static void AssertOnlyRow(int row, IEnumerable<bool> values)
    {
        bool[] found = [.. values];
        Assert.That(found, Is.EqualTo(Enumerable.Range(0, found.Length).Select(i => i == row)));
    }
}
