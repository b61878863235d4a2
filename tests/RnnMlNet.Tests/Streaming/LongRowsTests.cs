using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>A model with GroupIntoSequences takes the rows of the long table one by one, and predicts what Transform does.</summary>
[TestFixture]
public class LongRowsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Prediction
    {
        public string Unit { get; set; } = "";

        public DateTime LastTime { get; set; }

        public float Score { get; set; }
    }

    /// <summary>From all steps so far, or, of a network that reads backwards too, from the last ones.</summary>
    [Test]
    public void Predictions_of_rows_one_by_one_are_those_of_Transform([Values] bool isOfWords, [Values(null, 1, 4)] int? windowLength)
    {
        LongRow[] rows = LongTable.Draw(6, units: 12);
        IDataView table = _ml.Data.LoadFromEnumerable(rows);
        TransformerChain<RnnRegressionTransformer> model = Fit(table, isOfWords, isBidirectional: windowLength is not null);
        SequenceGroupingTransformer grouping = model.OfType<SequenceGroupingTransformer>().Single();
        if (windowLength is int length)
            grouping.Windows = SequenceWindows.Last(length);
        using var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        // The units' rows arrive in turn.
        Prediction[] predictions =
        [
            .. rows.OrderBy(row => row.Time).Select(row => engine.Predict(row.Unit, row)).OrderBy(prediction => prediction.LastTime),
        ];

        // Windows of the steps so far, for each step.
        grouping.Windows = SequenceWindows.Sliding(windowLength ?? 1000, minimumLength: 1);
        Prediction[] expected = [.. _ml.Data.CreateEnumerable<Prediction>(model.Transform(table), reuseRowObject: false)];
        Assert.That(predictions, Has.Length.EqualTo(rows.Length).And.Length.EqualTo(expected.Length));
        foreach (var unit in predictions.GroupBy(prediction => prediction.Unit))
        {
            Prediction[] other = [.. expected.Where(prediction => prediction.Unit == unit.Key)];
            Assert.That(unit.Select(prediction => prediction.LastTime), Is.EqualTo(other.Select(prediction => prediction.LastTime)));
            Assert.That(
                unit.Select(prediction => prediction.Score),
                Is.EqualTo(other.Select(prediction => prediction.Score)).Within(1e-5f)
            );
        }
    }

    [Test]
    public void A_row_that_cannot_be_read_leaves_its_series_as_it_was()
    {
        IDataView table = _ml.Data.LoadFromEnumerable(LongTable.Draw(6, units: 12));
        using var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(Fit(table, isOfWords: false));
        engine.Predict("a", LongTable.Row("a", 1));
        Exception failure = ProperFailure.Of("a row without a time", () => engine.Predict("a", new LongRow { Unit = "a" }));
        Assert.That(failure.Message, Does.Contain("has no time in the order column 'Time'"));
        Assert.That(engine.StepsOf("a"), Is.EqualTo(1));
    }

    [Test]
    public void A_row_without_the_name_of_its_series_is_of_that_of_its_keys([Values] bool hasRuns)
    {
        LongRow[] rows = LongTable.Draw(6, units: 12);
        var model = Fit(_ml.Data.LoadFromEnumerable(rows), isOfWords: false, keys: hasRuns ? ["Unit", "Run"] : ["Unit"]);
        using var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        using var named = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model);
        string Name(LongRow row) => hasRuns ? $"{row.Unit}/{row.Run}" : row.Unit;
        foreach (LongRow row in rows.OrderBy(row => row.Time))
            Assert.That(engine.Predict(row).Score, Is.EqualTo(named.Predict(Name(row), row).Score));
        Assert.That(engine.Count, Is.EqualTo(12));
        Assert.That(rows.Select(row => engine.StepsOf(Name(row))), Is.EqualTo(rows.Select(row => named.StepsOf(Name(row)))));
        Assert.That(
            ProperFailure.Of("a row without a key", () => engine.Predict(new LongRow { Time = LongTable.Start })).Message,
            Does.EndWith(
                "has an empty text in the key column 'Unit', so it belongs to no sequence: remove such rows, or give each its key."
            )
        );
    }

    private TransformerChain<RnnRegressionTransformer> Fit(
        IDataView table,
        bool isOfWords,
        string[]? keys = null,
        bool isBidirectional = false
    ) =>
        _ml
            .Transforms.NormalizeMinMax(nameof(LongRow.A))
            .Append(
                _ml.Transforms.GroupIntoSequences(
                    "Features",
                    keys ?? [nameof(LongRow.Unit)],
                    nameof(LongRow.Time),
                    isOfWords ? [nameof(LongRow.Word)] : [nameof(LongRow.A), nameof(LongRow.C)],
                    SequenceLabel.Last(nameof(LongRow.Y), "Label"),
                    staticColumnNames: [nameof(LongRow.Site)]
                )
            )
            .Append(
                _ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        EmbeddingSize = isOfWords ? 3 : null,
                        HiddenSize = 3,
                        MaxEpochs = 1,
                        Engine = EngineKind.Simd,
                        ForStreaming = !isBidirectional,
                    }
                )
            )
            .Fit(table);
}
