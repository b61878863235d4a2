using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>Fed step by step, an engine answers what a PredictionEngine answers to all steps so far.</summary>
[TestFixture]
public class SequencePredictionEngineTests
{
    private const int Steps = 9;
    private readonly MLContext _ml = new(seed: 1);

    private sealed class ClassPrediction
    {
        public float[] Score { get; set; } = [];
        public uint PredictedLabel { get; set; }
    }

    private sealed class BinaryPrediction
    {
        public float Score { get; set; }
        public float Probability { get; set; }
        public bool PredictedLabel { get; set; }
    }

    private sealed class NamePrediction
    {
        public float[] Score { get; set; } = [];
        public string Predicted { get; set; } = "";
    }

    private sealed class Sum
    {
        public float Total { get; set; }
    }

    private sealed class SumPrediction
    {
        public float[] Score { get; set; } = [];
        public float Total { get; set; }
    }

    private sealed class LabelledWords
    {
        public string[] Text { get; set; } = [];
        public string Class { get; set; } = "";
    }

    private sealed class Words
    {
        public string[] Text { get; set; } = [];
    }

    [Test, Pairwise]
    public void Every_column_kind(
        [Values] ColumnKind kind,
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values(Pooling.Last, Pooling.Mean, Pooling.Max, Pooling.Attention, RandomNetwork.AllPooling)] Pooling pooling
    )
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, kind, cell, layers, pooling);
        using var whole = Whole<TargetsPrediction>(model);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        for (int t = 0; t < Steps; t++)
            Assert.That(
                engine.Predict("a", series.Step(t)).Score,
                Is.EqualTo(whole.Predict(series.Steps(0, t + 1)).Score).Within(1e-5),
                $"after {t + 1} steps"
            );
    }

    [Test]
    public void Several_steps_at_once_are_one_at_a_time([Values] ColumnKind kind)
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, kind);
        using var single = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        using var several = _ml.Model.CreateSequencePredictionEngine<StepsRow, TargetsPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        several.Predict("a", series.Steps(0, 4));
        float[] atOnce = several.Predict("a", series.Steps(4, Steps)).Score;
        float[][] oneByOne = [.. Enumerable.Range(0, Steps).Select(t => single.Predict("a", series.Step(t)).Score)];
        Assert.That(atOnce, Is.EqualTo(oneByOne[^1]));
        Assert.That((several.StepsOf("a"), single.StepsOf("a")), Is.EqualTo((Steps, Steps)));
    }

    [Test]
    public void A_classifier_of_many_classes()
    {
        ITransformer model = Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml));
        using var whole = Whole<ClassPrediction>(model);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, ClassPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        for (int t = 0; t < Steps; t++)
        {
            ClassPrediction answer = engine.Predict("a", series.Step(t)),
                expected = whole.Predict(series.Steps(0, t + 1));
            Assert.That(answer.Score, Is.EqualTo(expected.Score).Within(1e-6));
            Assert.That(answer.PredictedLabel, Is.EqualTo(expected.PredictedLabel));
        }
    }

    [Test]
    public void A_classifier_of_two_classes()
    {
        ITransformer model = Tiny.Binary(_ml, ColumnKind.Ragged).Fit(TinyData.Load(_ml));
        using var whole = Whole<BinaryPrediction>(model);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, BinaryPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        for (int t = 0; t < Steps; t++)
        {
            BinaryPrediction answer = engine.Predict("a", series.Step(t)),
                expected = whole.Predict(series.Steps(0, t + 1));
            Assert.That(answer.Score, Is.EqualTo(expected.Score).Within(1e-5));
            Assert.That(answer.Probability, Is.EqualTo(expected.Probability).Within(1e-5));
            Assert.That(answer.PredictedLabel, Is.EqualTo(expected.PredictedLabel));
        }
    }

    /// <summary>Words become keys before the network and its answer a name behind it, saved and loaded.</summary>
    [Test]
    public void A_chain_of_transformers()
    {
        string[] words = ["cold", "cool", "mild", "warm", "hot", "boiling"];
        Words Sentence(SequenceRow row) => new() { Text = [.. row.RaggedTokens.Select(token => words[token - 1])] };
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = _ml.Data.LoadFromEnumerable(
            rows.Select(row => new LabelledWords { Text = Sentence(row).Text, Class = row.Class })
        );
        var label = _ml.Transforms.Conversion.MapValueToKey(TinyData.ClassLabel, "Class").Fit(data);
        var chain = _ml
            .Transforms.Conversion.MapValueToKey("Tokens", "Text")
            .Append(Tiny.Multiclass(_ml, ColumnKind.Tokens))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(label.Transform(data));
        ITransformer model = SavedModel.Load(_ml, SavedModel.Bytes(_ml, chain, null), out _);
        using var whole = _ml.Model.CreatePredictionEngine<Words, NamePrediction>(model);
        using var engine = _ml.Model.CreateSequencePredictionEngine<Words, NamePrediction>(model);

        foreach (SequenceRow row in rows.Take(6))
        {
            Words sentence = Sentence(row);
            for (int t = 0; t < sentence.Text.Length; t++)
            {
                NamePrediction answer = engine.Predict(row.Name, new Words { Text = [sentence.Text[t]] }),
                    expected = whole.Predict(new Words { Text = sentence.Text[..(t + 1)] });
                Assert.That(answer.Score, Is.EqualTo(expected.Score).Within(1e-6));
                Assert.That(answer.Predicted, Is.EqualTo(expected.Predicted).And.AnyOf("low", "middle", "high"));
            }
        }
    }

    [Test]
    public void No_step_answers_for_the_steps_so_far()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Ragged);
        using var whole = Whole<TargetsPrediction>(model);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepsRow, TargetsPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        StepsRow none = series.Steps(0, 0);

        Assert.That(engine.Predict("new", none).Score, Is.EqualTo(whole.Predict(none).Score));
        float[] after = engine.Predict("a", series.Steps(0, 5)).Score;
        Assert.That(engine.Predict("a", none).Score, Is.EqualTo(after));
        Assert.That(new[] { "new", "a" }.Select(engine.StepsOf), Is.EqualTo(new long[] { 0, 5 }));
    }

    /// <summary>A word that training did not see is no step.</summary>
    [Test]
    public void A_missing_key_is_no_step()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Tokens);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        float[] before = engine.Predict(new StepRow { Tokens = [3] }).Score;
        Assert.That(engine.Predict(new StepRow { Tokens = [0] }).Score, Is.EqualTo(before));
        Assert.That(engine.StepsOf(""), Is.EqualTo(1));
    }

    [Test]
    public void A_number_that_is_missing_stays_until_a_reset(
        [Values(float.NaN, float.PositiveInfinity)] float number,
        [Values] CellKind cell
    )
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Ragged, cell);
        using var whole = Whole<TargetsPrediction>(model);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        float[] first = engine.Predict(new StepRow { Ragged = [1, 2] }).Score;
        Assert.That(
            engine.Predict(new StepRow { Ragged = [number, 3] }).Score,
            Is.EqualTo(whole.Predict(new StepsRow { Ragged = [1, 2, number, 3] }).Score).Within(1e-5)
        );
        Assert.That(
            engine.Predict(new StepRow { Ragged = [4, 5] }).Score,
            Is.EqualTo(whole.Predict(new StepsRow { Ragged = [1, 2, number, 3, 4, 5] }).Score).Within(1e-5)
        );
        engine.Reset("");
        Assert.That(engine.Predict(new StepRow { Ragged = [1, 2] }).Score, Is.EqualTo(first));
    }

    [Test]
    public void Series_are_apart_and_one_needs_no_name()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        float[][] named = [.. Enumerable.Range(0, Steps).Select(t => engine.Predict("a", series.Step(t)).Score)];
        float[][] nameless = [.. Enumerable.Range(0, Steps).Select(t => engine.Predict(series.Step(t)).Score)];
        Assert.That(nameless, Is.EqualTo(named));
        Assert.That((engine.Count, engine.Contains("a"), engine.Contains(""), engine.Contains("b")), Is.EqualTo((2, true, true, false)));
    }

    [Test]
    public void A_reset_series_begins_anew()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        StepRow step = new RandomSeries(1, seed: 1).Step(0);
        float[] first = engine.Predict("a", step).Score,
            second = engine.Predict("a", step).Score;
        engine.Predict("b", step);
        Assert.That(second, Is.Not.EqualTo(first));

        Assert.That((engine.Reset("a"), engine.Reset("never")), Is.EqualTo((true, false)));
        Assert.That((engine.Contains("a"), engine.Count), Is.EqualTo((false, 1)));
        Assert.That(engine.Predict("a", step).Score, Is.EqualTo(first));
        Assert.That(engine.Predict("b", step).Score, Is.EqualTo(second), "b goes on.");

        engine.Reset();
        Assert.That(engine.Count, Is.Zero);
        Assert.That(engine.Predict("b", step).Score, Is.EqualTo(first));
        Assert.That(engine.EvictedCount, Is.Zero);
    }

    /// <summary>What cannot be read to its end is no step: the next one comes as if it had not been.</summary>
    [Test]
    public void A_step_that_fails_leaves_its_series_as_it_was()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Ragged);
        bool fails = false;
        void Map(TargetsPrediction from, Sum to) => to.Total = fails ? throw new InvalidOperationException("at will") : from.Score.Sum();
        ITransformer chain = model.Append(
            _ml.Transforms.CustomMapping<TargetsPrediction, Sum>(Map, null).Fit(model.Transform(_ml.Data.LoadFromEnumerable<StepRow>([])))
        );
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, SumPrediction>(chain);
        using var whole = Whole<TargetsPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        engine.Predict("a", series.Step(0));

        Refused.Operation(
            () => engine.Predict("a", new StepRow { Ragged = [1, 2, 3] }),
            "has 3 values, which is not a multiple of FeaturesPerStep, 2."
        );
        fails = true;
        Assert.That(
            () => engine.Predict("a", series.Step(5)),
            Throws.InvalidOperationException.With.Message.EqualTo("at will"),
            "The network has taken the step when this is thrown."
        );
        fails = false;

        SumPrediction answer = engine.Predict("a", series.Step(1));
        Assert.That(answer.Score, Is.EqualTo(whole.Predict(series.Steps(0, 2)).Score).Within(1e-5));
        Assert.That(answer.Total, Is.EqualTo(answer.Score.Sum()));
    }

    [Test]
    public void A_known_series_step_allocates_nothing([Values(ColumnKind.Matrix, ColumnKind.Channels, ColumnKind.Tokens)] ColumnKind kind)
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, kind);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        StepRow step = new RandomSeries(1, seed: 1).Step(0);
        var prediction = new TargetsPrediction();
        string[] keys = ["a", "b", "c"];
        Steps(100);

        long allocated = Allocation.Least(() =>
        {
            Steps(1000);
        });
        Assert.That(allocated, Is.Zero);

        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
                engine.Predict(keys[i % keys.Length], step, ref prediction);
        }
    }

    [Test]
    public void The_prediction_given_is_filled_and_reused()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        StepRow step = new RandomSeries(1, seed: 1).Step(0);
        var prediction = new TargetsPrediction { Score = new float[2] };
        var (given, score) = (prediction, prediction.Score);
        engine.Predict("a", step, ref prediction);
        Assert.That(prediction, Is.SameAs(given));
        Assert.That(prediction.Score, Is.SameAs(score).And.EqualTo(engine.Predict("b", step).Score));
        TargetsPrediction? none = null;
        engine.Predict("c", step, ref none);
        Assert.That(none.Score, Is.EqualTo(score));
    }

    [Test]
    public void A_disposed_engine_says_so_and_leaves_the_model()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        StepRow step = new RandomSeries(1, seed: 1).Step(0);
        float[] first = engine.Predict("a", step).Score;
        engine.Dispose();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Predict("a", step));
        Assert.Throws<ObjectDisposedException>(() => engine.Reset("a"));
        Assert.Throws<ObjectDisposedException>(engine.Reset);
        Assert.Throws<ObjectDisposedException>(() => engine.CheckPoint("never"));
        using var other = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        Assert.That(other.Predict("a", step).Score, Is.EqualTo(first));
    }

    [Test]
    public void The_model_is_disposed_where_the_engine_owns_it([Values] bool owns)
    {
        var model = new CountsDisposals(RandomSeries.Model(_ml, ColumnKind.Matrix));
        var chain = new TransformerChain<ITransformer>(model.Inner, model);
        var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(
            chain,
            new SequencePredictionEngineOptions { OwnsTransformer = owns }
        );
        engine.Dispose();
        engine.Dispose();
        Assert.That(model.Disposals, Is.EqualTo(owns ? 1 : 0));
    }

    private PredictionEngine<StepsRow, TOut> Whole<TOut>(ITransformer model)
        where TOut : class, new() =>
        _ml.Model.CreatePredictionEngine<StepsRow, TOut>(model, new PredictionEngineOptions { OwnsTransformer = false });
}
