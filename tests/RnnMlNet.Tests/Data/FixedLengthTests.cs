using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Rows of another length than their column's type fixes.</summary>
[TestFixture]
public class FixedLengthTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    private sealed class TargetRow
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    [TestCase(ColumnKind.Flat, "Flat", 4, "10")]
    [TestCase(ColumnKind.Flat, "Flat", 20, "10")]
    [TestCase(ColumnKind.Flat, "Flat", 9, "10")]
    [TestCase(ColumnKind.Flat, "Flat", 0, "10")]
    [TestCase(ColumnKind.Matrix, "Matrix", 8, "10")]
    [TestCase(ColumnKind.FeatureMajor, "FeatureMajor", 6, "10")]
    [TestCase(ColumnKind.Channels, "ChannelB", 4, "5")]
    [TestCase(ColumnKind.Channels, "ChannelA", 1, "5")]
    [TestCase(ColumnKind.Tokens, "Tokens", 3, "5")]
    [TestCase(ColumnKind.Tokens, "Tokens", 6, "5")]
    public void Are_refused_in_training_and_in_scoring(ColumnKind kind, string column, int found, string expected)
    {
        SequenceRow[] rows = TinyData.Rows();
        SetLength(rows[3], column, found);
        string values = found == 1 ? "1 value" : $"{found} values";

        Refused.Operation(
            () => Tiny.Regression(_ml, kind).Fit(Load(rows)),
            $"Row 3 of column '{column}' has {values}, but the column is of type Vector<"
        );
        Refused.Operation(
            () => Tiny.Regression(_ml, kind).Fit(Load(rows)),
            $"which has {expected} in every row: give each row {expected} values"
        );

        using RnnRegressionTransformer model = Tiny.Regression(_ml, kind).Fit(Load(TinyData.Rows()));
        Refused.Operation(
            () => Scores.Of(model, Load(rows)),
            $"Row 3 of column '{column}' has {values}, but the column is of type Vector<"
        );
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(
            model,
            new PredictionEngineOptions { OwnsTransformer = false }
        );
        Refused.Operation(() => engine.Predict(rows[3]), $"Row 0 of column '{column}' has {values}, but the column is of type Vector<");
        Assert.That(engine.Predict(rows[2]).Score, Is.Not.NaN);
    }

    [Test]
    public void Both_channels_too_short_are_refused_as_well()
    {
        SequenceRow[] rows = TinyData.Rows();
        (rows[0].ChannelA, rows[0].ChannelB) = ([1, 2], [1, 2]);
        Refused.Operation(
            () => Tiny.Multiclass(_ml, ColumnKind.Channels).Fit(Load(rows)),
            "Row 0 of column 'ChannelA' has 2 values, but the column is of type Vector<Single, 5>, which has 5 in every row"
        );
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(0)]
    public void Labels_are_refused(int found)
    {
        SequenceRow[] rows = TinyData.Rows();
        rows[7].Targets = new float[found];
        Refused.Operation(() => Tiny.Trainer(_ml, TinyTask.MultiTarget).Fit(Load(rows)), $"Row 7 of column 'Targets' has {found} value");
        SequenceRow[] tagged = TinyData.Rows();
        tagged[7].Tokens = tagged[7].Tokens[..found];
        RnnSequenceTaggerTrainer tagger = TinyTags.Trainer(_ml, configure: options => options.LabelColumnName = nameof(SequenceRow.Tokens));
        Refused.Operation(() => tagger.Fit(TinyData.Load(_ml, tagged)), $"Row 7 of column 'Tokens' has {found} value");
    }

    [Test]
    public void Labels_and_scores_to_evaluate_are_refused()
    {
        foreach (var (label, score) in ((float[], float[])[])[([1], [1, 2]), ([1, 2], [1, 2, 3]), ([1, 2], [])])
            Refused.Operation(
                () =>
                    _ml.Regression.EvaluateMultiTarget(
                        _ml.Data.LoadFromEnumerable(
                            new TargetRow[]
                            {
                                new() { Label = [1, 2], Score = [1, 2] },
                                new() { Label = label, Score = score },
                            }
                        )
                    ),
                "Row 1 of column '"
            );
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(0)]
    public void Vectors_of_a_series_are_refused(int found)
    {
        SequenceRow[] rows = TinyData.Rows(40);
        rows[7].Targets = new float[found];
        var forecaster = _ml.Forecasting.ForecastByRnn(
            new RnnForecastingEstimator.Options
            {
                Columns = [new ForecastColumn { InputColumnName = nameof(SequenceRow.Targets), OutputColumnName = "Forecast" }],
                WindowSize = 4,
                Horizon = 1,
                MaxEpochs = 1,
                HiddenSize = 2,
                Device = "cpu",
            }
        );
        Refused.Operation(() => forecaster.Fit(_ml.Data.LoadFromEnumerable(rows)), $"Row 7 of column 'Targets' has {found} value");
    }

    [Test]
    public void Lengths_vary_where_the_column_says_so() =>
        Assert.That(() => Tiny.Regression(_ml, ColumnKind.Ragged).Fit(Load(TinyData.Rows())), Throws.Nothing);

    private static void SetLength(SequenceRow row, string column, int length)
    {
        var property = typeof(SequenceRow).GetProperty(column)!;
        if (property.PropertyType == typeof(uint[]))
            property.SetValue(row, Enumerable.Repeat(1u, length).ToArray());
        else
            property.SetValue(row, new float[length]);
    }

    private IDataView Load(SequenceRow[] rows) => TinyData.Load(_ml, rows);
}
