using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>
/// A definition of sequences is one for a table and for rows that arrive one by one: an engine's predictions are those of Transform on the
/// rows so far, whatever becomes of gaps, for drawn definitions.
/// </summary>
[TestFixture]
public class GappedRowsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    private sealed class Tags
    {
        public float[] Score { get; set; } = [];
    }

    [Test]
    public void Predictions_are_those_of_Transform_for_drawn_definitions(
        [Values(null, SequenceGapRule.Refuse, SequenceGapRule.Fill, SequenceGapRule.Mask, SequenceGapRule.NewSequence)]
            SequenceGapRule? rule,
        [Values(1, 2, 3, 4, 5, 6, 7, 8)] int seed
    )
    {
        var drawn = new DrawnRows(_ml, rule, seed);
        TransformerChain<RnnRegressionTransformer> model = drawn.Definition.Append(Trainer(drawn, seed)).Fit(drawn.Table);
        IReadOnlyDictionary<(string, object), float> expected = Expected(model, drawn);

        using var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        foreach (LongRow row in drawn.InOrderOfTime)
            Assert.That(
                engine.Predict(drawn.NameOf(row), row).Score,
                Is.EqualTo(expected[(drawn.NameOf(row), drawn.TimeOf(row))]).Within(1e-5f),
                $"{drawn.NameOf(row)} at {drawn.TimeOf(row)}"
            );
    }

    /// <summary>A step without a row is a missing key, which counts in a window although the network does not read it.</summary>
    [Test]
    public void Windows_of_words_count_the_steps_without_one([Values(1, 2, 3)] int seed)
    {
        LongRow[] rows = LongTable.Draw(seed, units: 12);
        IDataView table = _ml.Data.LoadFromEnumerable(rows);
        var options = new RnnRegressionTrainer.Options
        {
            EmbeddingSize = 3,
            HiddenSize = 3,
            MaxEpochs = 1,
            Engine = EngineKind.Simd,
        };
        var model = _ml
            .Transforms.GroupIntoSequences(
                "Features",
                ["Unit"],
                "Time",
                ["Word"],
                SequenceLabel.Last("Y", "Label"),
                SequenceWindows.Last(3),
                gaps: SequenceGaps.Mask("1 hour")
            )
            .Append(_ml.Regression.Trainers.Rnn(options))
            .Fit(table);
        using var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        model.OfType<SequenceGroupingTransformer>().Single().Windows = SequenceWindows.Sliding(3, minimumLength: 1);
        IDataView scored = model.Transform(table);
        var expected = scored
            .GetColumn<string>("Unit")
            .Zip(scored.GetColumn<DateTime>("LastTime"), scored.GetColumn<float>("Score"))
            .ToDictionary(row => (row.First, row.Second), row => row.Third);
        foreach (LongRow row in rows)
            Assert.That(engine.Predict(row.Unit, row).Score, Is.EqualTo(expected[(row.Unit, row.Time)]).Within(1e-5f));
    }

    /// <summary>The state of a series is saved with its last row.</summary>
    [Test]
    public void A_checkpoint_resumes_after_a_gap(
        [Values(SequenceGapRule.Fill, SequenceGapRule.Mask, SequenceGapRule.NewSequence)] SequenceGapRule rule,
        [Values(3, 4)] int seed
    )
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("rows.checkpoint");
        var drawn = new DrawnRows(_ml, rule, seed);
        TransformerChain<RnnRegressionTransformer> model = drawn.Definition.Append(Trainer(drawn, seed)).Fit(drawn.Table);
        using var whole = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        foreach (LongRow row in drawn.InOrderOfTime)
        {
            float score = engine.Predict(drawn.NameOf(row), row).Score;
            Assert.That(score, Is.EqualTo(whole.Predict(drawn.NameOf(row), row).Score));
            engine.CheckPoint(path);
            engine.Dispose();
            engine = _ml.Model.OpenSequencePredictionEngine<LongRow, Prediction>(model, path);
            Assert.That(engine.StepsOf(drawn.NameOf(row)), Is.EqualTo(whole.StepsOf(drawn.NameOf(row))).And.GreaterThan(0));
        }
        engine.Dispose();
    }

    [Test]
    public void A_tagger_tags_the_steps_that_fill_a_gap_and_the_row([Values(null, 3)] int? windowLength)
    {
        LongRow[] rows = LongTable.Draw(5, units: 10);
        IDataView table = _ml.Data.LoadFromEnumerable(rows);
        var options = new RnnSequenceTaggerTrainer.Options
        {
            LabelColumnName = "Tag",
            HiddenSize = 3,
            MaxEpochs = 1,
            Engine = EngineKind.Simd,
            ForStreaming = true,
        };
        TransformerChain<RnnSequenceTaggerTransformer> model = _ml
            .Transforms.GroupIntoSequences(
                "Features",
                ["Unit"],
                "Time",
                ["A", "C"],
                SequenceLabel.EveryStep("Tag"),
                gaps: SequenceGaps.Fill("1 hour")
            )
            .Append(_ml.MulticlassClassification.Trainers.RnnSequenceTagger(options))
            .Fit(table);
        SequenceGroupingTransformer grouping = model.OfType<SequenceGroupingTransformer>().Single();
        grouping.Windows = windowLength is int last ? SequenceWindows.Last(last) : SequenceWindows.Whole;
        using var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Tags>(model);
        grouping.Windows = SequenceWindows.Sliding(windowLength ?? int.MaxValue, minimumLength: 1);
        IDataView windows = model.Transform(table);
        Dictionary<(string, DateTime), float[]> expected = windows
            .GetColumn<string>("Unit")
            .Zip(windows.GetColumn<DateTime>("LastTime"), windows.GetColumn<float[]>("Score"))
            .ToDictionary(row => (row.First, row.Second), row => row.Third);

        foreach (var unit in rows.GroupBy(row => row.Unit))
        {
            int before = unit.First().Cycle - 1;
            foreach (LongRow row in unit)
            {
                float[] scores = engine.Predict(unit.Key, row).Score,
                    whole = expected[(unit.Key, row.Time)];
                // Three classes. Of steps beyond the window there are no tags.
                int steps = row.Cycle - before,
                    known = Math.Min(steps, windowLength ?? steps);
                Assert.That(scores, Has.Length.EqualTo(3 * steps));
                Assert.That(scores[..(3 * (steps - known))], Is.All.NaN);
                Assert.That(scores[^(3 * known)..], Is.EqualTo(whole[^(3 * known)..]).Within(1e-5f));
                before = row.Cycle;
            }
        }
    }

    private RnnRegressionTrainer Trainer(DrawnRows drawn, int seed)
    {
        var options = new RnnRegressionTrainer.Options
        {
            HiddenSize = 3,
            MaxEpochs = 1,
            Engine = EngineKind.Simd,
            ForStreaming = true,
            Seed = seed,
        };
        drawn.Configure(options);
        return _ml.Regression.Trainers.Rnn(options);
    }

    // The last window of the rows so far, at each step.
    private static Dictionary<(string, object), float> Expected(TransformerChain<RnnRegressionTransformer> model, DrawnRows drawn)
    {
        SequenceGroupingTransformer grouping = model.OfType<SequenceGroupingTransformer>().Single();
        SequenceWindows own = grouping.Windows;
        grouping.Windows = SequenceWindows.Sliding(own.Length ?? int.MaxValue, minimumLength: 1);
        IDataView scored = model.Transform(drawn.Table);
        grouping.Windows = own;
        var names = drawn.NamesIn(scored);
        return names
            .Zip(drawn.TimesIn(scored), scored.GetColumn<float>("Score"))
            .ToDictionary(row => (row.First, row.Second), row => row.Third);
    }
}
