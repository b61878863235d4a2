using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Static values, categories, elapsed times and missing values: what they are worth, and that all ways of scoring agree.</summary>
public sealed class InputColumnsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestCase(nameof(MixedRow.ByStatics))]
    [TestCase(nameof(MixedRow.ByKinds))]
    [TestCase(nameof(MixedRow.ByTimes))]
    [TestCase(nameof(MixedRow.ByMissing))]
    public void A_label_that_needs_a_column_is_at_chance_without_it(string label)
    {
        RnnBinaryTrainer.Options with = Options(label),
            without = Options(label);
        switch (label)
        {
            case nameof(MixedRow.ByStatics):
                with.StaticColumnNames = [nameof(MixedRow.Size), nameof(MixedRow.Place)];
                break;
            case nameof(MixedRow.ByKinds):
                with.ChannelColumnNames = [nameof(MixedRow.Numbers), nameof(MixedRow.Kinds)];
                break;
            case nameof(MixedRow.ByTimes):
                with.TimeColumnName = nameof(MixedRow.Times);
                break;
            default:
                with.ChannelColumnNames = without.ChannelColumnNames = [nameof(MixedRow.Noise)];
                with.MissingValues = MissingValues.LastValue;
                without.MissingValues = MissingValues.Zero;
                break;
        }

        Assert.That(Accuracy(with), Is.GreaterThanOrEqualTo(0.98));
        // A zero among numbers that are never 0 says something too.
        if (label != nameof(MixedRow.ByMissing))
            Assert.That(Accuracy(without), Is.LessThan(0.65));
    }

    /// <summary>Of everything at once.</summary>
    [Test]
    public void All_ways_of_scoring_give_one_score()
    {
        IDataView train = MixedRow.Load(_ml, 60, 1);
        MixedRow[] rows = MixedRow.Draw(20, 2);
        IDataView test = _ml.Data.LoadFromEnumerable(rows);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(All()).Fit(train);
        float[] expected = [.. model.Transform(test).GetColumn<float>("Score")];

        using var file = new MemoryStream();
        _ml.Model.Save(model, train.Schema, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.Load(file, out _);
        Assert.That(loaded.Transform(test).GetColumn<float>("Score"), Is.EqualTo(expected));

        var single = _ml.Model.CreatePredictionEngine<MixedRow, Scored>(loaded);
        Assert.That(rows.Select(row => single.Predict(row).Score), Is.EqualTo(expected).Within(1e-5));

        model.VerifyScores(test, maxRows: 20).ThrowIfDifferent();

        SequenceModel runtime = Runtime(model);
        Assert.That(rows.Select(row => Score(runtime, row)), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Step_by_step()
    {
        RnnBinaryTrainer.Options options = All();
        options.ForStreaming = true;
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 60, 1));
        MixedRow row = MixedRow.Draw(1, 2)[0];
        float expected = model.Transform(_ml.Data.LoadFromEnumerable([row])).GetColumn<float>("Score").Single();

        using var engine = _ml.Model.CreateSequencePredictionEngine<MixedRow, Scored>(model);
        float score = 0;
        for (int t = 0; t < row.Noise.Length; t++)
            score = engine
                .Predict(
                    "series",
                    new MixedRow
                    {
                        Noise = [row.Noise[t]],
                        Numbers = [row.Numbers[t]],
                        Kinds = [row.Kinds[t]],
                        Times = [row.Times[t]],
                        Size = row.Size,
                        Place = row.Place,
                    }
                )
                .Score;

        Assert.That(score, Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void An_unseen_category_is_standardised_as_all_and_warned_of_once()
    {
        var log = new LogCapture(_ml);
        MixedRow[] rows = MixedRow.Draw(40, 1);
        foreach (MixedRow row in rows)
            row.Place = 1 + row.Place % 2;
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        (options.StaticColumnNames, options.NormalizeBy) = ([nameof(MixedRow.Place)], [nameof(MixedRow.Place)]);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[3].Place = 4;

        float[] scores = [.. model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score")];

        Assert.That(scores, Has.None.NaN);
        Assert.That(
            log.Warnings.Count(text => text.Contains("Step 0 of row 3 has a combination of NormalizeBy")),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void NormalizeBy_names_columns_of_the_row()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        options.NormalizeBy = [nameof(MixedRow.Place)];
        Assert.That(
            () => _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 40, 1)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
                "NormalizeBy names 'Place', which is not one of the columns of steps or static values: Numbers."
            )
        );
    }

    private double Accuracy(RnnBinaryTrainer.Options options)
    {
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 400, 1));
        return _ml.BinaryClassification.Evaluate(model.Transform(MixedRow.Load(_ml, 300, 2)), options.LabelColumnName).Accuracy;
    }

    private static RnnBinaryTrainer.Options Options(string label) =>
        new()
        {
            LabelColumnName = label,
            ChannelColumnNames = [nameof(MixedRow.Numbers)],
            EnsembleSize = 1,
            HiddenSize = 16,
            MaxEpochs = 60,
            Seed = 1,
        };

    private static RnnBinaryTrainer.Options All()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        options.ChannelColumnNames = [nameof(MixedRow.Kinds), nameof(MixedRow.Noise), nameof(MixedRow.Numbers)];
        options.StaticColumnNames = [nameof(MixedRow.Place), nameof(MixedRow.Size)];
        options.TimeColumnName = nameof(MixedRow.Times);
        options.MissingValues = MissingValues.LastValue;
        options.NormalizeBy = [nameof(MixedRow.Place)];
        options.MaxEpochs = 2;
        return options;
    }

    private static SequenceModel Runtime(ITransformer model)
    {
        using var file = new MemoryStream();
        model.SaveRuntimeModel(file);
        file.Position = 0;
        return SequenceModel.Load(file);
    }

    private static float Score(SequenceModel model, MixedRow row)
    {
        var scores = new float[1];
        float[] steps =
        [
            .. row.Times.SelectMany(
                (time, t) =>
                {
                    var (days, seconds) = SequenceInput.TimeOf(time);
                    return new[] { row.Noise[t], row.Numbers[t], days, seconds, row.Kinds[t] };
                }
            ),
        ];
        model.Score(steps, [row.Size, row.Place], scores);
        return scores[0];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
