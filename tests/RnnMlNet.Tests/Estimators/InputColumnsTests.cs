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
    public void All_ways_of_scoring_give_one_score([Values] StaticUse use)
    {
        IDataView train = MixedRow.Load(_ml, 60, 1);
        MixedRow[] rows = MixedRow.Draw(20, 2);
        IDataView test = _ml.Data.LoadFromEnumerable(rows);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(All(use)).Fit(train);
        float[] expected = [.. model.Transform(test).GetColumn<float>("Score")];

        using var file = new MemoryStream();
        _ml.Model.Save(model, train.Schema, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.Load(file, out _);
        Assert.That(loaded.Transform(test).GetColumn<float>("Score"), Is.EqualTo(expected));

        var single = _ml.Model.CreatePredictionEngine<MixedRow, Scored>(loaded);
        Assert.That(rows.Select(row => single.Predict(row).Score), Is.EqualTo(expected).Within(1e-5));

        model.VerifyScores(test, maxRows: 20).ThrowIfDifferent();

        using RnnBinaryTransformer imported = Imported(model, train.Schema);
        Assert.That(imported.Transform(test).GetColumn<float>("Score"), Is.EqualTo(expected));
        Assert.That(imported.Model.Network.Shape, Is.EqualTo(model.Model.Network.Shape));

        SequenceModel runtime = Runtime(model);
        Assert.That(rows.Select(row => Score(runtime, row)), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Step_by_step([Values] StaticUse use)
    {
        RnnBinaryTrainer.Options options = All(use);
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
            row.Place %= 2;
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        (options.StaticColumnNames, options.NormalizeBy) = ([nameof(MixedRow.Place)], [nameof(MixedRow.Place)]);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[3].Place = 3;

        float[] scores = [.. model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score")];

        Assert.That(scores, Has.None.NaN);
        Assert.That(log.Warnings.Count(text => text.Contains("Step 0 of row 3 has a combination of NormalizeBy")), Is.EqualTo(1));
    }

    /// <summary>Of keys at each step and of static ones; a previous model's stay.</summary>
    [Test]
    public void Embeddings_are_as_wide_as_the_option_says()
    {
        RnnBinaryTransformer Fit(int? size, RnnBinaryTransformer? previous = null)
        {
            RnnBinaryTrainer.Options options = All();
            (options.CategoryEmbeddingSize, options.MaxEpochs) = (size, 1);
            RnnBinaryTrainer trainer = _ml.BinaryClassification.Trainers.Rnn(options);
            IDataView data = MixedRow.Load(_ml, 40, 1);
            return previous is null ? trainer.Fit(data) : trainer.Fit(data, previous.Model);
        }
        static int[] Widths(RnnBinaryTransformer model) =>
            [
                .. model
                    .Model.Network.Shape.StepColumns.Categories.Concat(model.Model.Network.Shape.StaticCategories)
                    .Select(column => column.Size),
            ];
        using RnnBinaryTransformer wide = Fit(7),
            usual = Fit(null),
            continued = Fit(null, wide);

        Assert.That(Widths(wide), Is.EqualTo(new[] { 7, 7 }));
        Assert.That(wide.Model.History.Options[nameof(RnnOptions.CategoryEmbeddingSize)], Is.EqualTo("7"));
        Assert.That(Widths(usual), Is.EqualTo(new[] { 3, 2 }));
        Assert.That(Widths(continued), Is.EqualTo(new[] { 7, 7 }));
    }

    [Test]
    public void NormalizeBy_names_columns_of_the_row()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        options.NormalizeBy = [nameof(MixedRow.Place)];
        Assert.That(
            () => _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 40, 1)),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith("NormalizeBy names 'Place', which is not one of the columns of steps or static values: Numbers.")
        );
    }

    [Test]
    public void A_static_vector_gives_no_category()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        (options.StaticColumnNames, options.NormalizeBy) = (["Pair"], ["Pair"]);
        IDataView data = _ml
            .Transforms.Concatenate("Pair", nameof(MixedRow.Size), nameof(MixedRow.Size))
            .Fit(MixedRow.Load(_ml, 40, 1))
            .Transform(MixedRow.Load(_ml, 40, 1));
        Assert.That(
            () => _ml.BinaryClassification.Trainers.Rnn(options).Fit(data),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith("NormalizeBy names 'Pair', which has 2 static values: name a column of one value.")
        );
    }

    [Test]
    public void Means_of_missing_values_need_Normalize()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        (options.MissingValues, options.Normalize) = (MissingValues.Mean, false);
        Assert.That(
            () => _ml.BinaryClassification.Trainers.Rnn(options),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith("MissingValues is Mean, which needs the features' means, but Normalize is false")
        );
    }

    [Test]
    public void A_time_that_is_too_large_a_number_names_its_row_and_the_remedy()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        options.TimeColumnName = "Ticks";
        IDataView data = _ml.Data.LoadFromEnumerable([
            .. Enumerable.Range(0, 20).Select(i => new TickRow { ByKinds = i % 2 == 0, Ticks = [0, i == 3 ? DateTime.MaxValue.Ticks : 1] }),
        ]);
        Assert.That(
            () => _ml.BinaryClassification.Trainers.Rnn(options).Fit(data),
            Throws.InvalidOperationException.With.Message.StartsWith(
                "Row 3 of column 'Ticks': A time that is a number must be from -1449551462400 to 1449551462400: use a coarser unit"
            )
        );
    }

    [Test]
    public void A_model_of_moments_refuses_numbers_as_times()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByTimes));
        (options.TimeColumnName, options.MaxEpochs) = (nameof(MixedRow.Times), 1);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 40, 1));
        IDataView numbers = _ml.Data.LoadFromEnumerable([new NumberedRow()]);
        Assert.That(
            () => model.Transform(numbers),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(
                    "Schema mismatch for time column 'Times': expected a vector of DateTime or DateTimeOffset, as in training, got "
                )
        );
    }

    /// <summary>A missing number is replaced, a missing time is not.</summary>
    [Test]
    public void A_row_without_a_time_has_no_score()
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        (options.TimeColumnName, options.MissingValues, options.MaxEpochs) = ("Ticks", MissingValues.LastValue, 1);
        FloatRow[] rows = [.. Enumerable.Range(0, 20).Select(i => new FloatRow { ByKinds = i % 2 == 0, Ticks = [0, i] })];
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[2].Ticks[1] = float.NaN;
        rows[4].Numbers[0] = float.NaN;

        float[] scores = [.. model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score")];

        Assert.That(scores.Index().Where(score => float.IsNaN(score.Item)).Select(score => score.Index), Is.EqualTo(new[] { 2 }));
    }

    private sealed class TickRow
    {
        [VectorType]
        public float[] Numbers { get; set; } = [1, 2];

        [VectorType]
        public long[] Ticks { get; set; } = [];

        public bool ByKinds { get; set; }
    }

    private sealed class FloatRow
    {
        [VectorType]
        public float[] Numbers { get; set; } = [1, 2];

        [VectorType]
        public float[] Ticks { get; set; } = [];

        public bool ByKinds { get; set; }
    }

    private sealed class NumberedRow
    {
        [VectorType]
        public float[] Numbers { get; set; } = [1, 2];

        [VectorType]
        public float[] Times { get; set; } = [1, 2];
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

    private static RnnBinaryTrainer.Options All(StaticUse use = StaticUse.Head)
    {
        RnnBinaryTrainer.Options options = Options(nameof(MixedRow.ByKinds));
        options.ChannelColumnNames = [nameof(MixedRow.Kinds), nameof(MixedRow.Noise), nameof(MixedRow.Numbers)];
        options.StaticColumnNames = [nameof(MixedRow.Place), nameof(MixedRow.Size)];
        options.StaticUse = use;
        options.TimeColumnName = nameof(MixedRow.Times);
        options.MissingValues = MissingValues.LastValue;
        options.NormalizeBy = [nameof(MixedRow.Place)];
        options.MaxEpochs = 2;
        return options;
    }

    private RnnBinaryTransformer Imported(RnnBinaryTransformer model, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        model.Model.SaveSafetensors(file);
        file.Position = 0;
        RnnBinaryTrainer.Options options = All();
        return _ml.BinaryClassification.LoadRnnSafetensors(
            file,
            schema,
            new RnnImportOptions
            {
                ChannelColumnNames = options.ChannelColumnNames,
                StaticColumnNames = options.StaticColumnNames,
                TimeColumnName = options.TimeColumnName,
            }
        );
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
        model.Score(steps, [row.Size, row.Place + 1], scores);
        return scores[0];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
