using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What the examples of each class count for, and smoothed labels.</summary>
[TestFixture]
public class ClassWeightingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_weight_of_a_class_is_a_weight_of_its_examples([Values(EngineKind.Simd, EngineKind.Torch)] EngineKind engine)
    {
        var weights = new Dictionary<string, float> { ["low"] = 0.5f, ["high"] = 3 };
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.Weight = weights.GetValueOrDefault(row.Class, 1);
        IDataView data = TinyData.Load(_ml, rows);

        float[][] byExample = Fit(engine, data, options => options.ExampleWeightColumnName = nameof(SequenceRow.Weight));
        float[][] byClass = Fit(engine, data, options => options.ClassWeighting = ClassWeighting.Of(weights));

        Assert.That(byClass, Is.EqualTo(byExample));
        Assert.That(byClass, Is.Not.EqualTo(Fit(engine, data, _ => { })));
    }

    [Test]
    public void Balanced_classes_weigh_the_same()
    {
        // 12 rows: 8 of "low", 4 of "middle". 12 / (2 x 8) = .75 and 12 / (2 x 4) = 1.5.
        SequenceRow[] rows =
        [
            .. TinyData.Rows(24).Where(row => row.Class != "high").OrderBy(row => row.Class, StringComparer.Ordinal).Take(12),
        ];
        IDataView data = TinyData.Load(_ml, rows);

        float[][] balanced = Fit(EngineKind.Simd, data, options => options.ClassWeighting = ClassWeighting.Balanced);

        Assert.That(rows.Count(row => row.Class == "low"), Is.EqualTo(8));
        Assert.That(
            balanced,
            Is.EqualTo(
                Fit(
                    EngineKind.Simd,
                    data,
                    options =>
                        options.ClassWeighting = ClassWeighting.Of(new Dictionary<string, float> { ["low"] = 0.75f, ["middle"] = 1.5f })
                )
            )
        );
    }

    [Test]
    public void Balanced_classes_find_more_of_the_rare_one()
    {
        var random = new Random(3);
        SequenceRow[] rows = TinyData.Rows(400);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].Positive = i % 10 == 0;
            for (int j = 0; j < rows[i].Matrix.Length; j++)
                rows[i].Matrix[j] = (rows[i].Positive ? 0.3f : 0) + 2 * random.NextSingle() - 1;
        }
        IDataView data = TinyData.Load(_ml, rows);
        double Recall(ClassWeighting weighting)
        {
            RnnBinaryTrainer trainer = _ml.BinaryClassification.Trainers.Rnn(
                Tiny.Options(
                    new RnnBinaryTrainer.Options { ClassWeighting = weighting },
                    TinyTask.Binary,
                    configure: options =>
                        (options.MaxEpochs, options.LearningRate, options.ValidationFraction, options.Seed) = (15, 0.01f, 0, 2)
                )
            );
            return _ml.BinaryClassification.Evaluate(trainer.Fit(data).Transform(data), nameof(SequenceRow.Positive)).PositiveRecall;
        }

        Assert.That(Recall(ClassWeighting.Balanced), Is.GreaterThan(Recall(ClassWeighting.Equal) + 0.2));
    }

    [Test]
    public void A_Boolean_label_has_the_classes_True_and_False()
    {
        RnnBinaryTrainer trainer = _ml.BinaryClassification.Trainers.Rnn(
            Tiny.Options(
                new RnnBinaryTrainer.Options
                {
                    ClassWeighting = ClassWeighting.Of(new Dictionary<string, float> { ["True"] = 2, ["yes"] = 3 }),
                },
                TinyTask.Binary
            )
        );
        Assert.That(
            () => trainer.Fit(TinyData.Load(_ml)),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(
                    "ClassWeighting names 'yes', which is not a class of the label column 'Positive': they are 'False', 'True'."
                )
        );
    }

    [Test]
    public void A_class_that_the_label_does_not_have() =>
        Assert.That(
            () =>
                Fit(
                    EngineKind.Simd,
                    TinyData.Load(_ml),
                    options => options.ClassWeighting = ClassWeighting.Of(new Dictionary<string, float> { ["huge"] = 2 })
                ),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(
                    "ClassWeighting names 'huge', which is not a class of the label column 'ClassKey': they are 'low', 'middle', 'high'."
                )
        );

    [Test]
    public void No_class_that_counts() =>
        Assert.That(
            () =>
                Fit(
                    EngineKind.Simd,
                    TinyData.Load(_ml),
                    options =>
                        options.ClassWeighting = ClassWeighting.Of(
                            new Dictionary<string, float>
                            {
                                ["low"] = 0,
                                ["middle"] = 0,
                                ["high"] = 0,
                            }
                        )
                ),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(
                    "ClassWeighting gives all classes of the label column 'ClassKey' the weight 0: give at least one a weight above 0."
                )
        );

    [TestCase(-1f)]
    [TestCase(float.NaN)]
    public void A_weight_that_is_none(float weight) =>
        Assert.That(
            () => ClassWeighting.Of(new Dictionary<string, float> { ["a"] = weight }),
            Throws
                .InstanceOf<ArgumentException>()
                .With.Message.StartsWith(
                    FormattableString.Invariant($"The weight of the class 'a' is {weight}; it must be a number of at least 0.")
                )
        );

    [Test]
    public void Its_text_tells_weightings_apart()
    {
        Assert.That($"{ClassWeighting.Equal}, {ClassWeighting.Balanced}", Is.EqualTo("Equal, Balanced"));
        Assert.That(ClassWeighting.Of(new Dictionary<string, float> { ["b"] = 0.5f, ["a"] = 2 }).ToString(), Is.EqualTo("'a' 2, 'b' 0.5"));
    }

    [TestCase(1f)]
    [TestCase(-0.1f)]
    [TestCase(float.NaN)]
    public void A_smoothing_that_is_none(float smoothing) =>
        Assert.That(
            () => Fit(EngineKind.Simd, TinyData.Load(_ml), options => options.LabelSmoothing = smoothing),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(FormattableString.Invariant($"LabelSmoothing is {smoothing}; it must be in [0, 1)."))
        );

    [Test]
    public void Smoothed_labels_keep_a_network_from_being_sure()
    {
        IDataView data = TinyData.Load(_ml);
        float Surest(float smoothing) =>
            Fit(
                    EngineKind.Simd,
                    data,
                    options =>
                    {
                        Tiny.LearnWell(options);
                        (options.MaxEpochs, options.LabelSmoothing, options.ValidationFraction) = (60, smoothing, 0);
                    }
                )
                .Max(scores => scores.Max());

        Assert.That(Surest(0.3f), Is.LessThan(Surest(0) - 0.05f));
    }

    private float[][] Fit(EngineKind engine, IDataView data, Action<RnnMulticlassTrainer.Options> configure)
    {
        var options = Tiny.Options(
            new RnnMulticlassTrainer.Options
            {
                Engine = engine,
                Seed = 4,
                ValidationFraction = 0,
            },
            TinyTask.Multiclass
        );
        configure(options);
        return Scores.Of(_ml.MulticlassClassification.Trainers.Rnn(options).Fit(data), data);
    }
}
