using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Streaming;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>A row that is not the next one of its series is refused by a sentence, and leaves the series as it was.</summary>
[TestFixture]
public class LongRowErrorsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    private SequencePredictionEngine<LongRow, Prediction> Engine(SequenceGaps? gaps = null, params string[] keys)
    {
        LongRow[] rows = LongTable.Draw(6, units: 12);
        if (gaps?.Rule == SequenceGapRule.Refuse)
            rows = LongTable.WithoutGaps(rows);
        return _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(Fit(rows, gaps, keys.Length == 0 ? ["Unit"] : keys));
    }

    private TransformerChain<RnnRegressionTransformer> Fit(LongRow[] rows, SequenceGaps? gaps, string[] keys) =>
        _ml
            .Transforms.GroupIntoSequences(
                "Features",
                keys,
                nameof(LongRow.Time),
                [nameof(LongRow.A)],
                SequenceLabel.Last(nameof(LongRow.Y), "Label"),
                staticColumnNames: [nameof(LongRow.Site)],
                gaps: gaps
            )
            .Append(
                _ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        HiddenSize = 3,
                        MaxEpochs = 1,
                        Engine = EngineKind.Simd,
                        ForStreaming = true,
                        Seed = 1,
                    }
                )
            )
            .Fit(_ml.Data.LoadFromEnumerable(rows));

    // The first hours of a series, the row that is refused, and the next one as if it had not been there.
    private void Refuses(
        SequenceGaps? gaps,
        string sentence,
        LongRow refused,
        string name = "a",
        string[]? keys = null,
        Func<int, LongRow>? rowAt = null
    )
    {
        using var engine = Engine(gaps, keys ?? []);
        using var other = Engine(gaps, keys ?? []);
        rowAt ??= hour => LongTable.Row("a", hour, hour / 7f);
        foreach (int hour in (int[])[1, 2])
            Assert.That(engine.Predict(name, rowAt(hour)).Score, Is.EqualTo(other.Predict(name, rowAt(hour)).Score));
        Exception failure = ProperFailure.Of("a row that is refused", () => engine.Predict(name, refused));
        Assert.That(failure.Message, Is.EqualTo(sentence));
        Assert.That((engine.StepsOf(name), engine.Count), Is.EqualTo((2, 1)));
        Assert.That(engine.Predict(name, rowAt(3)).Score, Is.EqualTo(other.Predict(name, rowAt(3)).Score));
    }

    [Test]
    public void A_row_before_the_last_one([Values(null, SequenceGapRule.Fill, SequenceGapRule.NewSequence)] SequenceGapRule? rule) =>
        Refuses(
            rule is SequenceGapRule given ? SequenceGaps.Of(given, "1 hour", 10) : null,
            "Unit 'a' has a row at the Time 2026-03-01 01:30:00 after one at the Time 2026-03-01 02:00:00, but an engine takes the rows of "
                + "a series in the order of time: sort them, or leave late ones out.",
            At("a", new DateTime(2026, 3, 1, 1, 30, 0))
        );

    [Test]
    public void A_row_of_the_same_time() =>
        Refuses(
            null,
            "Unit 'a' has two rows with the Time 2026-03-01 02:00:00, but a time step is one row: remove one of the rows, merge them, or "
                + "name a further key column that tells them apart.",
            LongTable.Row("a", 2)
        );

    [Test]
    public void A_gap_where_gaps_are_refused() =>
        Refuses(
            SequenceGaps.Refuse("1 hour"),
            "Unit 'a', between the Time 2026-03-01 02:00:00 and 2026-03-01 05:00:00, has 2 time steps of 01:00:00 without a row, and Gaps "
                + "is Refuse: correct the data, or use SequenceGaps.Fill, Mask or NewSequence.",
            LongTable.Row("a", 5)
        );

    [Test]
    public void A_gap_of_more_steps_than_are_filled() =>
        Refuses(
            SequenceGaps.Mask("1 hour", maxFilledSteps: 3),
            "Unit 'a', between the Time 2026-03-01 02:00:00 and 2026-03-01 07:00:00, has 4 time steps of 01:00:00 without a row, more than "
                + "maxFilledSteps, 3: correct the time of one of these rows, raise maxFilledSteps, or use SequenceGaps.NewSequence.",
            LongTable.Row("a", 7)
        );

    [Test]
    public void A_row_between_two_time_steps() =>
        Refuses(
            SequenceGaps.Fill("1 hour"),
            "Unit 'a' has a row at the Time 2026-03-01 02:30:00, which is not a whole number of time steps (01:00:00) after 2026-03-01 "
                + "01:00:00: correct the time, set the time step of Gaps to the time between rows, or use SequenceGaps.NewSequence, which "
                + "takes irregular times.",
            At("a", new DateTime(2026, 3, 1, 2, 30, 0))
        );

    [Test]
    public void A_static_value_that_varies_within_a_sequence()
    {
        LongRow moved = LongTable.Row("a", 3);
        moved.Site = "elsewhere";
        Refuses(
            null,
            "The static column 'Site' of Unit 'a' has the value 'site of a' at the Time 2026-03-01 01:00:00 and 'elsewhere' at the Time "
                + "2026-03-01 03:00:00, but a static column has one value for each sequence: name it among the step columns, or leave "
                + "it out.",
            moved
        );
    }

    [Test]
    public void A_new_sequence_may_have_other_static_values()
    {
        using var engine = Engine(SequenceGaps.NewSequence("1 hour"));
        engine.Predict("a", LongTable.Row("a", 1));
        LongRow moved = LongTable.Row("a", 3);
        moved.Site = "elsewhere";
        Assert.That(engine.Predict("a", moved).Score, Is.EqualTo(engine.Predict("a2", First("a2", "elsewhere")).Score));
        Assert.That(engine.StepsOf("a"), Is.EqualTo(2));
    }

    [Test]
    public void A_row_of_another_key_than_the_name_of_its_series() =>
        Refuses(
            null,
            "The row of Unit 'b' is given as one of the series 'a', but a series' name is its rows' key: name it 'b'.",
            LongTable.Row("b", 3)
        );

    [Test]
    public void A_row_of_other_keys_than_the_name_of_its_series() =>
        Refuses(
            null,
            "The row of Unit 'b', Run '0' is given as one of the series 'a/0', but a series' name is its rows' keys, joined by '/': name "
                + "it 'b/0'.",
            LongTable.Row("b", 3),
            name: "a/0",
            keys: ["Unit", "Run"]
        );

    [Test]
    public void A_first_row_of_another_key_than_its_name_starts_no_series()
    {
        using var engine = Engine();
        Assert.That(
            ProperFailure.Of("another key", () => engine.Predict("a", LongTable.Row("b", 1))).Message,
            Does.StartWith("The row of Unit 'b' is given as one of the series 'a'")
        );
        Assert.That(engine.Count, Is.Zero);
    }

    [Test]
    public void Keys_of_which_the_names_are_the_same()
    {
        static LongRow Row(string unit, string word, int hour)
        {
            LongRow row = LongTable.Row(unit, hour);
            (row.Word, row.Site) = (word, "one");
            return row;
        }
        Refuses(
            null,
            "The row of Unit 'x', Word 'y/z' is given as one of the series 'x/y/z', which has rows of Unit 'x/y', Word 'z', and both have "
                + "this name: replace the '/' in the values of a key column.",
            Row("x", "y/z", 3),
            name: "x/y/z",
            keys: ["Unit", "Word"],
            rowAt: hour => Row("x/y", "z", hour)
        );
    }

    [Test]
    public void A_checkpoint_of_another_definition()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("rows.checkpoint");
        LongRow[] rows = LongTable.Draw(6, units: 12);
        TransformerChain<RnnRegressionTransformer> filled = Fit(rows, SequenceGaps.Fill("1 hour"), ["Unit"]),
            other = Fit(rows, SequenceGaps.NewSequence("1 hour"), ["Unit"]);
        using (var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(filled))
            engine.CheckPoint(path);
        var mixed = new TransformerChain<ITransformer>(other.First(), filled.LastTransformer);
        Refused.Argument(
            () => _ml.Model.OpenSequencePredictionEngine<LongRow, Prediction>(mixed, path),
            "was written with another model: its network is Gru, features 1, hidden size 3, layers 1, directions 1"
        );
        Assert.That(() => _ml.Model.OpenSequencePredictionEngine<LongRow, Prediction>(filled, path).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_checkpoint_of_step_columns_of_other_types()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("rows.checkpoint");
        TransformerChain<RnnRegressionTransformer> model = Fit(LongTable.Draw(6, units: 12), SequenceGaps.Fill("1 hour"), ["Unit"]);
        using (var engine = _ml.Model.CreateSequencePredictionEngine<LongRow, Prediction>(model))
        {
            engine.Predict(LongTable.Row("a", 1));
            engine.CheckPoint(path);
        }
        var streamed = new StreamedModel(new TestHost().Host, model, windowLength: null);
        var file = new CheckpointFile(streamed.Fingerprint, () => streamed.NewSeries(""));
        List<Series> series = file.Read(path);
        series[0].Rows!.SetLast([1, 2]);
        file.Write(path, series);
        using var opened = _ml.Model.OpenSequencePredictionEngine<LongRow, Prediction>(model, path);
        Assert.That(
            ProperFailure.Of("another width", () => opened.Predict(LongTable.Row("a", 2))).Message,
            Is.EqualTo(
                "The series 'a' has 2 numbers of its last step, but a row has 1: it is from a checkpoint of rows with step columns of "
                    + "other types. Give such rows, or begin the series anew."
            )
        );
    }

    [Test]
    public void After_a_reset_a_series_may_begin_earlier()
    {
        using var engine = Engine(SequenceGaps.Fill("1 hour"));
        float first = engine.Predict("a", LongTable.Row("a", 5)).Score;
        engine.Predict("a", LongTable.Row("a", 9));
        Assert.That(engine.StepsOf("a"), Is.EqualTo(5), "the row at 5, those that fill 6 to 8, and the row at 9");
        engine.Reset("a");
        Assert.That(engine.Predict("a", LongTable.Row("a", 2)).Score, Is.EqualTo(first));
    }

    private static LongRow At(string unit, DateTime time)
    {
        LongRow row = LongTable.Row(unit, 0);
        row.Time = time;
        return row;
    }

    private static LongRow First(string unit, string site)
    {
        LongRow row = LongTable.Row(unit, 3);
        row.Site = site;
        return row;
    }
}
