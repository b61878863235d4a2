using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>ML.NET's permutation feature importance finds the one value that decides, by its slot name, for each task.</summary>
[TestFixture]
public class PermutationFeatureImportanceTests
{
    // Two steps of two features. Only Y0, at the first step, decides.
    private static readonly string[] _slots = [nameof(Row.X0), nameof(Row.Y0), nameof(Row.X1), nameof(Row.Y1)];
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float X0 { get; set; }
        public float Y0 { get; set; }
        public float X1 { get; set; }
        public float Y1 { get; set; }
        public float Number { get; set; }
        public bool Positive { get; set; }
        public string Class { get; set; } = "";
    }

    [Test]
    public void Regression_by_the_transformer_and_by_the_chain()
    {
        var chain = Chain(_ml.Regression.Trainers.Rnn(Options(new RnnRegressionTrainer.Options { LabelColumnName = nameof(Row.Number) })));
        var typed = _ml.Regression.PermutationFeatureImportance(chain.LastTransformer, Prepared(chain), nameof(Row.Number));
        Decides([.. typed.Select(slot => slot.RSquared.Mean)]);

        var named = _ml.Regression.PermutationFeatureImportance(chain, Prepared(chain), nameof(Row.Number));
        Decides(_slots.Select(slot => named[slot].RSquared.Mean));
    }

    [Test]
    public void Binary_by_the_transformer_and_by_the_chain()
    {
        var chain = Chain(
            _ml.BinaryClassification.Trainers.Rnn(Options(new RnnBinaryTrainer.Options { LabelColumnName = nameof(Row.Positive) }))
        );
        var typed = _ml.BinaryClassification.PermutationFeatureImportance(chain.LastTransformer, Prepared(chain), nameof(Row.Positive));
        Decides(typed.Select(slot => slot.AreaUnderRocCurve.Mean));

        var named = _ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(chain, Prepared(chain), nameof(Row.Positive));
        Decides(_slots.Select(slot => named[slot].AreaUnderRocCurve.Mean));
    }

    [Test]
    public void Multiclass_by_the_transformer_and_by_the_chain()
    {
        var chain = Chain(_ml.MulticlassClassification.Trainers.Rnn(Options(new RnnMulticlassTrainer.Options { LabelColumnName = "Key" })));
        var typed = _ml.MulticlassClassification.PermutationFeatureImportance(chain.LastTransformer, Prepared(chain), "Key");
        Decides(typed.Select(slot => slot.MicroAccuracy.Mean));

        var named = _ml.MulticlassClassification.PermutationFeatureImportance(chain, Prepared(chain), "Key");
        Decides(_slots.Select(slot => named[slot].MicroAccuracy.Mean));
    }

    [Test]
    public void Sequences_of_differing_length_have_no_slots_and_ML_NET_warns_of_it()
    {
        IDataView data = TinyData.Load(_ml);
        var model = Tiny.Regression(_ml, ColumnKind.Ragged).Fit(data);
        var log = new LogCapture(_ml);
        var importance = _ml.Regression.PermutationFeatureImportance(model, data, nameof(SequenceRow.Number));
        Assert.That(importance, Is.Empty);
        Assert.That(log.Warnings, Has.Some.Contain("All features have 0 weight thus can not do thorough evaluation"));
    }

    // How much worse a metric (higher is better) becomes when a slot is shuffled.
    private static void Decides(IEnumerable<double> changes)
    {
        double[] loss = [.. changes.Select(change => -change)];
        Assert.That(loss, Has.Length.EqualTo(_slots.Length));
        Assert.That(loss[1], Is.GreaterThan(0.15));
        Assert.That(loss[1], Is.GreaterThan(3 * Math.Max(loss[0], Math.Max(loss[2], loss[3]))));
    }

    private TransformerChain<T> Chain<T>(IEstimator<T> trainer)
        where T : class, ITransformer =>
        _ml
            .Transforms.Concatenate("Sequence", _slots)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Class)))
            .Append(trainer)
            .Fit(Data());

    private IDataView Prepared<T>(TransformerChain<T> chain)
        where T : class, ITransformer => new TransformerChain<ITransformer>([.. chain.SkipLast(1)]).Transform(Data());

    private static TOptions Options<TOptions>(TOptions options)
        where TOptions : RnnOptions
    {
        Tiny.LearnWell(options);
        options.FeatureColumnName = "Sequence";
        options.FeaturesPerStep = 2;
        return options;
    }

    private IDataView Data()
    {
        var random = new Random(3);
        return _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 120)
                .Select(_ =>
                {
                    float y = random.NextSingle() * 2 - 1;
                    return new Row
                    {
                        X0 = random.NextSingle(),
                        Y0 = y,
                        X1 = random.NextSingle(),
                        Y1 = random.NextSingle(),
                        Number = 3 * y,
                        Positive = y > 0,
                        Class =
                            y > 0.33f ? "high"
                            : y < -0.33f ? "low"
                            : "middle",
                    };
                })
                .ToArray()
        );
    }
}
