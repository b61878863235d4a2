using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Rows that cannot be trained on: refused by a sentence, or skipped, counted and warned of.</summary>
[TestFixture]
public class BadRowsTests
{
    private const int Good = 48;
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    [Test]
    public void A_ragged_length_that_FeaturesPerStep_does_not_divide_names_the_row()
    {
        SequenceRow[] rows = TinyData.Rows();
        rows[5].Ragged = [1, 2, 3];
        Refused.Operation(
            () => Tiny.Regression(_ml, ColumnKind.Ragged).Fit(Load(rows)),
            "Row 5 of column 'Ragged' has 3 values, which is not a multiple of FeaturesPerStep, 2."
        );
    }

    [Test]
    public void Channels_of_differing_length_name_the_row()
    {
        SequenceRow[] rows = TinyData.Rows();
        rows[7].RaggedB = [1, 2, 3, 4, 5, 6];
        Refused.Operation(
            () => Tiny.Regression(_ml, ColumnKind.RaggedChannels).Fit(Load(rows)),
            "Row 7 has 3 values in channel column 'RaggedA' but 6 in 'RaggedB': all channels of a row must have the same length."
        );
    }

    [Test]
    public void A_ragged_length_that_does_not_divide_is_refused_in_scoring_too()
    {
        ITransformer model = Tiny.Regression(_ml, ColumnKind.Ragged).Fit(Load(TinyData.Rows()));
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model);
        Refused.Operation(
            () => engine.Predict(new SequenceRow { Ragged = [1, 2, 3] }),
            "Row 0 of column 'Ragged' has 3 values, which is not a multiple of FeaturesPerStep, 2."
        );
    }

    [Test]
    public void No_rows([Values] TinyTask task)
    {
        IDataView none = _ml.Data.FilterRowsByColumn(Load(TinyData.Rows()), nameof(SequenceRow.Weight), lowerBound: 100);
        Refused.Operation(() => Tiny.Trainer(_ml, task).Fit(none), "No valid training instances found: the data has no rows.");
    }

    [Test]
    public void All_rows_skipped()
    {
        SequenceRow[] rows = TinyData.Rows();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i % 2 == 0)
                rows[i].Matrix = [.. rows[i].Matrix[1..], float.NaN];
            else
                rows[i].Number = float.PositiveInfinity;
        }
        Refused.Operation(
            () => Tiny.Regression(_ml).Fit(Load(rows)),
            "No valid training instances found: all 48 rows were skipped, 24 for missing or infinite features, 24 for a missing label, 0 "
                + "for a missing weight, 0 for an empty sequence."
        );
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void Rows_with_features_that_are_no_numbers_are_skipped(float bad) =>
        Skips(ColumnKind.Ragged, row => row.Ragged = [1, bad], "features");

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Rows_with_a_label_that_is_no_number_are_skipped(float bad) => Skips(ColumnKind.Matrix, row => row.Number = bad, "label");

    [TestCase(float.NaN)]
    [TestCase(float.NegativeInfinity)]
    public void Rows_with_a_weight_that_is_no_number_are_skipped(float bad) =>
        Skips(
            ColumnKind.Matrix,
            row => row.Weight = bad,
            "weight",
            options => options.ExampleWeightColumnName = nameof(SequenceRow.Weight)
        );

    [Test]
    public void Rows_without_a_class_are_skipped()
    {
        SequenceRow[] rows = TinyData.Rows();
        rows[1].PlainKey = rows[4].PlainKey = SequenceRow.MissingPlainKey;
        var (history, warnings) = Fit(
            options => Tiny.Multiclass(_ml, configure: options).Fit(Load(rows)).Model.History,
            o => o.LabelColumnName = nameof(SequenceRow.PlainKey)
        );
        Assert.That(history.SkippedRows, Is.EqualTo(2));
        Assert.That(warnings, Has.One.Contains("Skipped 2 instances with missing label during training"));
    }

    [Test]
    public void Rows_with_an_empty_sequence_are_skipped(
        [Values(ColumnKind.Ragged, ColumnKind.RaggedChannels, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        SequenceRow[] rows = [.. TinyData.Rows(), Empty(), Empty(), Empty()];
        // A token sequence of missing keys alone is empty as well.
        rows[^1].RaggedTokens = [0, 0];
        var (history, warnings) = Fit(options => Tiny.Regression(_ml, kind, options).Fit(Load(rows)).Model.History);
        Assert.That((history.SkippedRows, history.TrainingRows + history.ValidationRows), Is.EqualTo((3L, (long)Good)));
        Assert.That(warnings, Has.One.Contains("Skipped 3 instances with an empty sequence during training"));
    }

    [Test]
    public void Skipped_rows_do_not_change_the_model()
    {
        SequenceRow bad = TinyData.Rows(1)[0];
        bad.Number = float.NaN;
        float[][] Fit(IEnumerable<SequenceRow> rows) =>
            Scores.Of(Tiny.Regression(_ml, configure: o => o.Seed = 5).Fit(Load([.. rows])), Load(TinyData.Rows()));
        Assert.That(Fit([bad, .. TinyData.Rows(), bad]), Is.EqualTo(Fit(TinyData.Rows())));
    }

    [Test]
    public void A_negative_weight()
    {
        SequenceRow[] rows = TinyData.Rows();
        rows[3].Weight = -2;
        Refused.Operation(
            () => Tiny.Regression(_ml, configure: o => o.ExampleWeightColumnName = nameof(SequenceRow.Weight)).Fit(Load(rows)),
            "Row 3 has the weight -2 in column 'Weight': a weight must be 0 or more."
        );
    }

    [Test]
    public void All_weights_0()
    {
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.Weight = 0;
        Refused.Operation(
            () => Tiny.Regression(_ml, configure: o => o.ExampleWeightColumnName = nameof(SequenceRow.Weight)).Fit(Load(rows)),
            "No valid training instances found: all 48 rows have the weight 0 in column 'Weight'."
        );
    }

    [Test]
    public void One_class_only([Values(TinyTask.Multiclass, TinyTask.Binary)] TinyTask task)
    {
        SequenceRow[] rows = [.. TinyData.Rows().Where(row => row.Class == "low")];
        string column = task == TinyTask.Multiclass ? nameof(SequenceRow.PlainKey) : task.Label();
        Refused.Operation(
            () => Tiny.Trainer(_ml, task, configure: o => o.LabelColumnName = column).Fit(Load(rows)),
            $"The training rows have only one class of the label column '{column}': a classifier needs rows of at least two classes."
        );
    }

    [Test]
    public void A_class_without_rows_is_warned_of()
    {
        SequenceRow[] rows = [.. TinyData.Rows().Where(row => row.Class != "high")];
        var (history, warnings) = Fit(
            options => Tiny.Multiclass(_ml, configure: options).Fit(Load(rows)).Model.History,
            o => o.LabelColumnName = nameof(SequenceRow.PlainKey)
        );
        Assert.That(history.Epochs, Has.Count.EqualTo(2));
        Assert.That(
            warnings,
            Has.One.Contains(
                "1 of the 3 classes of the label column 'PlainKey' has no training row, '3'; the model will hardly ever predict it."
            )
        );
    }

    [Test]
    public void A_constant_label_is_warned_of_and_learnt()
    {
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.Number = 7;
        RnnRegressionTransformer? model = null;
        var (_, warnings) = Fit(options => (model = Tiny.Regression(_ml, configure: options).Fit(Load(rows))).Model.History);
        Assert.That(warnings, Has.One.Contains("The label column 'Number' is 7 in every training row: there is nothing to learn from it."));
        Assert.That(Scores.Of(model!, Load(rows)).Select(score => score[0]), Has.All.EqualTo(7).Within(1.5));
    }

    [Test]
    public void A_batch_larger_than_the_data_is_one_batch([Values] TinyTask task)
    {
        ITransformer model = Tiny.Trainer(_ml, task, ColumnKind.Ragged, options => options.BatchSize = 10_000).Fit(Load(TinyData.Rows()));
        Assert.That(Scores.Of(model, Load(TinyData.Rows())).SelectMany(score => score).All(float.IsFinite), Is.True);
    }

    [Test]
    public void One_row_is_too_few_to_validate_on()
    {
        SequenceRow[] one = TinyData.Rows(1);
        Refused.Operation(
            () => Tiny.Regression(_ml).Fit(Load(one)),
            "There is 1 row to train on, too few to hold a share of 0.1 out for validation: set ValidationFraction to 0, or give a "
                + "ValidationSet."
        );
        Assert.That(() => Tiny.Regression(_ml, configure: o => o.ValidationFraction = 0).Fit(Load(one)), Throws.Nothing);
    }

    [Test]
    public void A_loss_that_is_no_number_names_epoch_and_step_and_what_to_try()
    {
        var exception = Assert.Throws<InvalidOperationException>(() =>
            Tiny.Regression(_ml, configure: Diverging.Options).Fit(Load(TinyData.Rows()))
        )!;
        Assert.That(
            exception.Message,
            Does.Match(
                @"^(The loss became \S+ in epoch \d+, step \d+|The weight '\S+' is no longer finite after epoch \d+), so "
                    + @"training stopped\. Try a lower LearningRate \(it was 1000000\)"
            )
        );
    }

    [Test]
    public void Huge_but_finite_values_are_trained_on()
    {
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.Matrix = [.. row.Matrix.Select(value => value * 1e30f)];
        ITransformer model = Tiny.Regression(_ml).Fit(Load(rows));
        Assert.That(Scores.Of(model, Load(rows)).SelectMany(score => score).All(float.IsFinite), Is.True);
    }

    [Test]
    public void A_device_that_is_not_there()
    {
        RnnRegressionTrainer trainer = Tiny.Regression(_ml, configure: o => o.Device = "cuda:99");
        Refused.Operation(() => trainer.Fit(Load(TinyData.Rows())), "Device is 'cuda:99', but this machine has cpu");
        var (history, warnings) = Fit(
            options => Tiny.Regression(_ml, configure: options).Fit(Load(TinyData.Rows())).Model.History,
            o => (o.Device, o.FallbackToCpu) = ("cuda:99", true)
        );
        Assert.That(history.Epochs, Has.Count.EqualTo(2));
        Assert.That(warnings, Has.One.Contains("training on the CPU instead, because FallbackToCpu is set."));
    }

    [Test]
    public void Null_arguments()
    {
        Assert.That(() => Tiny.Regression(_ml).Fit(null!), Throws.ArgumentNullException);
        Assert.That(() => Tiny.Regression(_ml).GetOutputSchema(null!), Throws.ArgumentNullException);
        Assert.That(() => _ml.Regression.Trainers.Rnn(null!), Throws.ArgumentNullException);
    }

    private void Skips(ColumnKind kind, Action<SequenceRow> spoil, string what, Action<RnnOptions>? configure = null)
    {
        SequenceRow[] rows = [.. TinyData.Rows(), .. TinyData.Rows(2)];
        spoil(rows[^1]);
        spoil(rows[^2]);
        var (history, warnings) = Fit(options => Tiny.Regression(_ml, kind, options).Fit(Load(rows)).Model.History, configure);
        Assert.That((history.SkippedRows, history.TrainingRows + history.ValidationRows), Is.EqualTo((2L, (long)Good)));
        Assert.That(warnings, Has.One.Contains($"Skipped 2 instances with missing {what} during training"));
    }

    private (TrainingHistory History, string[] Warnings) Fit(
        Func<Action<RnnOptions>?, TrainingHistory> fit,
        Action<RnnOptions>? configure = null
    )
    {
        var log = new LogCapture(_ml);
        return (fit(configure), log.Warnings);
    }

    private static SequenceRow Empty() =>
        TinyData
            .Rows(1)
            .Select(row =>
            {
                row.Ragged = row.RaggedA = row.RaggedB = [];
                row.RaggedTokens = [];
                return row;
            })
            .Single();

    private IDataView Load(SequenceRow[] rows) => TinyData.Load(_ml, rows);
}
