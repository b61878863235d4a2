using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Models of every kind of input column, saved here and loaded in a fresh process: the same scores, digit by digit.</summary>
[TestFixture]
public class SavedInputColumnsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static IEnumerable<TestCaseData> Columns()
    {
        yield return Case("static numbers and keys", o => o.StaticColumnNames = [nameof(MixedRow.Size), nameof(MixedRow.Place)]);
        yield return Case("keys of steps", o => o.ChannelColumnNames = [nameof(MixedRow.Numbers), nameof(MixedRow.Kinds)]);
        yield return Case("times", o => o.TimeColumnName = nameof(MixedRow.Times));
        yield return Case(
            "missing values with masks",
            o => (o.ChannelColumnNames, o.MissingValues) = ([nameof(MixedRow.Noise), nameof(MixedRow.Numbers)], MissingValues.LastValue)
        );
        yield return Case(
            "conditions of steps and statics",
            o =>
            {
                o.ChannelColumnNames = [nameof(MixedRow.Numbers), nameof(MixedRow.Kinds)];
                o.StaticColumnNames = [nameof(MixedRow.Place)];
                o.NormalizeBy = [nameof(MixedRow.Kinds), nameof(MixedRow.Place)];
            }
        );
        yield return Case(
            "all at once",
            o =>
            {
                o.ChannelColumnNames = [nameof(MixedRow.Noise), nameof(MixedRow.Kinds), nameof(MixedRow.Numbers)];
                o.StaticColumnNames = [nameof(MixedRow.Place), nameof(MixedRow.Size)];
                (o.TimeColumnName, o.MissingValues) = (nameof(MixedRow.Times), MissingValues.Mean);
                (o.NormalizeBy, o.EnsembleSize) = ([nameof(MixedRow.Place)], 2);
            }
        );
    }

    private static TestCaseData Case(string name, Action<RnnBinaryTrainer.Options> configure) =>
        new TestCaseData(configure).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Columns))]
    public void A_fresh_process_scores_the_same(Action<RnnBinaryTrainer.Options> configure)
    {
        var options = new RnnBinaryTrainer.Options
        {
            LabelColumnName = nameof(MixedRow.ByKinds),
            FeatureColumnName = nameof(MixedRow.Numbers),
            FeaturesPerStep = 1,
            HiddenSize = 4,
            MaxEpochs = 1,
            EnsembleSize = 1,
            Engine = EngineKind.Simd,
        };
        configure(options);
        if (options.ChannelColumnNames is not null)
            options.FeaturesPerStep = null;
        ITransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 60, 1));
        ScoresTheSameElsewhere(model, MixedRow.Load(_ml, 40, 2), rows: 40);
    }

    /// <summary>Drawn definitions of long tables, with gaps, windows, keys of words, times and missing values.</summary>
    [TestCase(SequenceGapRule.Fill, 2)]
    [TestCase(SequenceGapRule.Mask, 5)]
    [TestCase(SequenceGapRule.NewSequence, 1)]
    public void A_fresh_process_groups_and_scores_windows_the_same(SequenceGapRule rule, int seed)
    {
        var drawn = new DrawnRows(_ml, rule, seed);
        var options = new RnnRegressionTrainer.Options
        {
            HiddenSize = 3,
            MaxEpochs = 1,
            Engine = EngineKind.Simd,
            GroupColumnNames = drawn.KeyColumnNames,
            StaticColumnNames = ["SiteKey"],
        };
        drawn.Configure(options);
        ITransformer model = drawn
            .Definition.Append(_ml.Transforms.Conversion.MapValueToKey("SiteKey", "Site"))
            .Append(_ml.Regression.Trainers.Rnn(options))
            .Fit(drawn.Table);
        ScoresTheSameElsewhere(model, drawn.Table, rows: null);
    }

    private void ScoresTheSameElsewhere(ITransformer model, IDataView data, int? rows)
    {
        string[] expected = [.. ScoreText.Lines(model.Transform(data))];
        Assert.That(expected, Has.Length.EqualTo(rows ?? expected.Length).And.Length.GreaterThan(10));
        Assert.That(expected.Distinct().Count(), Is.GreaterThan(5));
        using var folder = new TemporaryFolder();
        string modelFile = folder.PathOf("model.zip"),
            rowsFile = folder.PathOf("rows.idv"),
            scoresFile = folder.PathOf("scores.txt");
        _ml.Model.Save(model, data.Schema, modelFile);
        using (FileStream stream = File.Create(rowsFile))
            _ml.Data.SaveAsBinary(data, stream);
        ChildProcess.RunWell(TestPaths.ScoringHost, "score", modelFile, rowsFile, scoresFile);
        Assert.That(File.ReadAllLines(scoresFile), Is.EqualTo(expected));
    }
}
