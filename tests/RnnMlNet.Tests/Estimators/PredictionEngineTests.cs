using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Row by row, on one thread or many, the scores are those of Transform.</summary>
[TestFixture]
public class PredictionEngineTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SequenceRow[] _rows = TinyData.Rows();

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

    private sealed class NumberPrediction
    {
        public float Score { get; set; }
    }

    [Test]
    public void Multiclass_predicts_what_Transform_scores([Values] ColumnKind kind)
    {
        ITransformer model = Tiny.Multiclass(_ml, kind).Fit(Data());
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, ClassPrediction>(model);
        ClassPrediction[] predicted = [.. _rows.Select(engine.Predict)];
        Assert.That(predicted.Select(p => p.Score), Is.EqualTo(Scores.Of(model, Data())).Within(1e-6));
        Assert.That(predicted.Select(p => p.PredictedLabel), Is.EqualTo(model.Transform(Data()).GetColumn<uint>("PredictedLabel")));
        Assert.That(predicted.Select(p => p.Score.Sum()), Has.All.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void Binary_predicts_a_logit_its_probability_and_the_class()
    {
        ITransformer model = Tiny.Binary(_ml).Fit(Data());
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, BinaryPrediction>(model);
        foreach (BinaryPrediction p in _rows.Select(engine.Predict))
        {
            Assert.That(p.Probability, Is.EqualTo(1 / (1 + MathF.Exp(-p.Score))).Within(1e-6));
            Assert.That(p.PredictedLabel, Is.EqualTo(p.Score > 0));
        }
    }

    [Test]
    public void Many_threads_over_one_model_score_what_one_thread_scores(
        [Values(ColumnKind.Matrix, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        const int Threads = 8,
            Rounds = 20;
        ITransformer model = Tiny.Regression(_ml, kind).Fit(Data());
        using var alone = Engine(model);
        float[] expected = [.. _rows.Select(row => alone.Predict(row).Score)];
        Assert.That(expected, Is.EqualTo(Scores.Of(model, Data()).Select(score => score[0])).Within(2e-6));
        using var start = new Barrier(Threads);
        // One engine each, as ML.NET requires; they share the model, so that no engine may dispose it.
        var threads = Enumerable
            .Range(0, Threads)
            .Select(_ =>
                Task.Factory.StartNew(
                    () =>
                    {
                        using var engine = Engine(model);
                        start.SignalAndWait();
                        return Enumerable.Range(0, Rounds).Select(_ => _rows.Select(row => engine.Predict(row).Score).ToArray()).ToArray();
                    },
                    TaskCreationOptions.LongRunning
                )
            )
            .ToArray();
        foreach (var thread in threads)
            Assert.That(thread.Result, Has.All.EqualTo(expected));

        PredictionEngine<SequenceRow, NumberPrediction> Engine(ITransformer of) =>
            _ml.Model.CreatePredictionEngine<SequenceRow, NumberPrediction>(of, new PredictionEngineOptions { OwnsTransformer = false });
    }

    [Test]
    public void Rounded_weights_score_nearly_the_same_and_only_row_by_row(
        [Values(CellKind.Elman, CellKind.Gru, CellKind.Lstm)] CellKind cell,
        [Values] bool bidirectional
    )
    {
        RnnMulticlassTransformer Fit(WeightPrecision precision) =>
            Tiny.Multiclass(
                    _ml,
                    configure: o => (o.Cell, o.Bidirectional, o.SingleRowPrecision, o.Seed) = (cell, bidirectional, precision, 3)
                )
                .Fit(Data());
        RnnMulticlassTransformer full = Fit(WeightPrecision.Full),
            rounded = Fit(WeightPrecision.BFloat16);
        float[] exact = Predicted(full),
            near = Predicted(rounded);
        Assert.That(near, Is.EqualTo(exact).Within(0.02));
        Assert.That(near, Is.Not.EqualTo(exact).Within(1e-5));
        Assert.That(Scores.Of(rounded, Data()), Is.EqualTo(Scores.Of(full, Data())));

        rounded.SingleRowPrecision = WeightPrecision.Full;
        Assert.That(Predicted(rounded), Is.EqualTo(exact));

        float[] Predicted(ITransformer model)
        {
            using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, ClassPrediction>(
                model,
                new PredictionEngineOptions { OwnsTransformer = false }
            );
            return [.. _rows.SelectMany(row => engine.Predict(row).Score)];
        }
    }

    [Test]
    public void An_empty_sequence_is_scored()
    {
        ITransformer model = Tiny.Regression(_ml, ColumnKind.Ragged).Fit(Data());
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, NumberPrediction>(model);
        Assert.That(float.IsFinite(engine.Predict(new SequenceRow()).Score), Is.True);
    }

    [Test]
    public void An_engine_disposes_its_model_and_a_second_time_does_no_harm()
    {
        RnnMulticlassTransformer model = Tiny.Multiclass(_ml).Fit(Data());
        var engine = _ml.Model.CreatePredictionEngine<SequenceRow, ClassPrediction>(model);
        engine.Predict(_rows[0]);
        engine.Dispose();
        Assert.That(
            () =>
            {
                engine.Dispose();
                model.Dispose();
                model.Dispose();
                model.Model.Dispose();
            },
            Throws.Nothing
        );
    }

    private IDataView Data() => TinyData.Load(_ml, _rows);
}
