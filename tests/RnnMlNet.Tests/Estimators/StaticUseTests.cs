using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Static values as the first layer's initial state: what they are worth there, and what goes with them.</summary>
public sealed class StaticUseTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>A number and a key together decide; the steps are noise.</summary>
    [TestCase(StaticUse.InitialState, EngineKind.Simd)]
    [TestCase(StaticUse.InitialState, EngineKind.Torch)]
    [TestCase(StaticUse.Both, EngineKind.Simd)]
    public void A_label_that_needs_static_values_is_learnt_from_the_initial_state(StaticUse use, EngineKind engine)
    {
        double Accuracy(bool hasStatics)
        {
            RnnBinaryTrainer.Options options = Options();
            options.Engine = engine;
            if (hasStatics)
                (options.StaticColumnNames, options.StaticUse) = ([nameof(MixedRow.Size), nameof(MixedRow.Place)], use);
            using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 400, 1));
            return _ml.BinaryClassification.Evaluate(model.Transform(MixedRow.Load(_ml, 300, 2)), options.LabelColumnName).Accuracy;
        }

        Assert.That(Accuracy(hasStatics: true), Is.GreaterThanOrEqualTo(0.98));
        Assert.That(Accuracy(hasStatics: false), Is.LessThan(0.65));
    }

    /// <summary>Of the head's own default: a hidden layer, where it reads static values, to relate them to the states.</summary>
    [TestCase(StaticUse.Head, 1)]
    [TestCase(StaticUse.InitialState, 0)]
    [TestCase(StaticUse.Both, 1)]
    public void The_network_and_the_history_say_what_reads_them(StaticUse use, int headLayers)
    {
        RnnBinaryTrainer.Options options = Few(use);
        options.HeadHiddenSizes = null;
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 40, 1));
        NetworkShape shape = model.Model.Network.Shape;

        Assert.That(shape.HeadHiddenSizes, Has.Count.EqualTo(headLayers));
        Assert.That(shape.HeadInputSize - shape.PooledSize, Is.EqualTo(use == StaticUse.InitialState ? 0 : 1 + 2));
        Assert.That(
            model
                .Model.GetWeights()
                .Select(weight => weight.Name)
                .Where(name => name.StartsWith("initial_state.", StringComparison.Ordinal)),
            Is.EquivalentTo(
                use == StaticUse.Head
                    ? []
                    : new[]
                    {
                        "initial_state.l0.weight",
                        "initial_state.l0.bias",
                        "initial_state.l0_reverse.weight",
                        "initial_state.l0_reverse.bias",
                    }
            )
        );
        Assert.That(
            model.Model.History.Options.GetValueOrDefault(nameof(RnnOptions.StaticUse)),
            Is.EqualTo(use == StaticUse.Head ? null : $"{use}")
        );
    }

    [Test]
    public void Members_of_an_ensemble_begin_each_with_their_own([Values(StaticUse.InitialState, StaticUse.Both)] StaticUse use)
    {
        RnnBinaryTrainer.Options options = Few(use);
        (options.EnsembleSize, options.ForStreaming, options.Cell) = (2, true, CellKind.Lstm);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 40, 1));
        MixedRow[] rows = MixedRow.Draw(10, 2);
        IDataView test = _ml.Data.LoadFromEnumerable(rows);
        model.VerifyScores(test, maxRows: 10).ThrowIfDifferent();

        using var engine = _ml.Model.CreateSequencePredictionEngine<MixedRow, Scored>(model);
        float[] expected = [.. model.Transform(test).GetColumn<float>("Score")];
        foreach (var (i, row) in rows.Index())
            Assert.That(Last(engine, $"{i}", Steps(row)), Is.EqualTo(expected[i]).Within(1e-5));
    }

    /// <summary>Those of the first step's row; a row without steps begins nothing, and the head reads the last row's.</summary>
    [Test]
    public void A_series_begins_with_the_static_values_of_its_first_row([Values] bool patches)
    {
        RnnBinaryTrainer.Options options = Few(StaticUse.InitialState);
        (options.ForStreaming, options.PatchLength) = (true, patches ? 2 : 1);
        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(MixedRow.Load(_ml, 40, 1));
        using var engine = _ml.Model.CreateSequencePredictionEngine<MixedRow, Scored>(model);
        MixedRow row = MixedRow.Draw(1, 2)[0],
            other = MixedRow.Draw(1, 2)[0];
        (other.Size, other.Place) = (row.Size + 1, (row.Place + 1) % 4);
        float expected = Whole(model, row);
        Assert.That(Whole(model, other), Is.Not.EqualTo(expected).Within(1e-4));

        engine.Predict("later", new MixedRow { Size = other.Size, Place = other.Place });
        MixedRow[] steps = Steps(row);
        foreach (MixedRow step in steps[1..])
            (step.Size, step.Place) = (other.Size, other.Place);
        Assert.That(Last(engine, "later", steps), Is.EqualTo(expected).Within(1e-5));

        Assert.That(engine.Reset("later"), Is.True);
        Assert.That(Last(engine, "later", Steps(other)), Is.EqualTo(Whole(model, other)).Within(1e-5));
    }

    [Test]
    public void A_tagger_scores_the_same_on_all_paths(
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind,
        [Values(StaticUse.InitialState, StaticUse.Both)] StaticUse use,
        [Values] bool bidirectional
    )
    {
        RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(_ml, kind, options => Statics(options, use).Bidirectional = bidirectional)
            .Fit(TinyTags.Load(_ml));
        model.VerifyScores(TinyTags.Load(_ml, seed: 2), maxRows: 20).ThrowIfDifferent();
        Assert.That(model.Model.GetWeights().Select(weight => weight.Name), Does.Contain("initial_state.l0.weight"));
    }

    [Test]
    public void A_classifier_of_tokens_scores_the_same_on_all_paths(
        [Values(StaticUse.InitialState, StaticUse.Both)] StaticUse use,
        [Values] bool bidirectional
    )
    {
        RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.RaggedTokens,
                options => Statics(options, use).Bidirectional = bidirectional
            )
            .Fit(TinyData.Load(_ml));
        model.VerifyScores(TinyData.Load(_ml, seed: 2), maxRows: 20).ThrowIfDifferent();
    }

    [Test]
    public void A_previous_model_begins_alike()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters Fit(StaticUse use, RnnRegressionModelParameters? previous = null, bool replaceHead = false)
        {
            RnnRegressionTrainer trainer = Tiny.Regression(
                _ml,
                configure: options => (Statics(options, use).ReplaceHead, options.HeadHiddenSizes) = (replaceHead, [])
            );
            return (previous is null ? trainer.Fit(data) : trainer.Fit(data, previous)).Model;
        }
        RnnRegressionModelParameters initial = Fit(StaticUse.InitialState);

        Assert.That(() => Fit(StaticUse.InitialState, initial), Throws.Nothing);
        Refused.Argument(() => Fit(StaticUse.Head, initial), "its StaticUse is InitialState, the options' Head");
        Refused.Argument(
            () => Fit(StaticUse.Both, initial),
            "The head of the previous model differs: StaticUse is InitialState in it, Both here. Set ReplaceHead to train a new one."
        );
        Assert.That(Fit(StaticUse.Both, initial, replaceHead: true).Network.Shape.HeadReadsStatics, Is.True);
    }

    [Test]
    public void An_experiment_searches_it()
    {
        var settings = new BinaryExperimentSettings
        {
            MaxModels = 4,
            MaxEpochs = 2,
            Folds = 2,
            Seed = 1,
            SearchSpace = new SearchSpace()
                .Choice(nameof(RnnOptions.StaticUse), StaticUse.InitialState, StaticUse.Both)
                .AddInitialTrial((nameof(RnnOptions.StaticUse), StaticUse.InitialState))
                .AddInitialTrial((nameof(RnnOptions.StaticUse), StaticUse.Both)),
        };
        RnnBinaryTrainer.Options few = Few(StaticUse.Head);
        (settings.Options.ChannelColumnNames, settings.Options.StaticColumnNames) = (few.ChannelColumnNames, few.StaticColumnNames);
        (settings.Options.HiddenSize, settings.Options.EnsembleSize) = (8, 1);

        ExperimentResult<BinaryClassificationMetrics> result = _ml.Rnn()
            .CreateBinaryExperiment(settings)
            .Execute(MixedRow.Load(_ml, 60, 1), nameof(MixedRow.ByStatics));

        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        string[] searched =
        [
            .. result.RunDetails.Select(run => run.Parameters.GetValueOrDefault(nameof(RnnOptions.StaticUse), nameof(StaticUse.Head))),
        ];
        Assert.That(searched, Is.SupersetOf(Enum.GetNames<StaticUse>()));
        NetworkShape shape = ((RnnBinaryTransformer)result.BestRun.Model!).Model.Network.Shape;
        Assert.That(
            $"{shape.StaticUse}",
            Is.EqualTo(result.BestRun.Parameters.GetValueOrDefault(nameof(RnnOptions.StaticUse), nameof(StaticUse.Head)))
        );
    }

    private RnnBinaryTrainer.Options Few(StaticUse use)
    {
        RnnBinaryTrainer.Options options = Options();
        (options.StaticColumnNames, options.StaticUse) = ([nameof(MixedRow.Size), nameof(MixedRow.Place)], use);
        options.MaxEpochs = 2;
        return options;
    }

    private static RnnBinaryTrainer.Options Options() =>
        new()
        {
            LabelColumnName = nameof(MixedRow.ByStatics),
            ChannelColumnNames = [nameof(MixedRow.Numbers)],
            EnsembleSize = 1,
            HiddenSize = 16,
            MaxEpochs = 60,
            Seed = 1,
        };

    private static RnnOptions Statics(RnnOptions options, StaticUse use)
    {
        options.StaticColumnNames = [nameof(SequenceRow.Weight), nameof(SequenceRow.PlainKey)];
        options.StaticUse = use;
        return options;
    }

    private float Whole(RnnBinaryTransformer model, MixedRow row) =>
        model.Transform(_ml.Data.LoadFromEnumerable([row])).GetColumn<float>("Score").Single();

    private static float Last(SequencePredictionEngine<MixedRow, Scored> engine, string series, MixedRow[] steps)
    {
        float score = 0;
        foreach (MixedRow step in steps)
            score = engine.Predict(series, step).Score;
        return score;
    }

    private static MixedRow[] Steps(MixedRow row) =>
        [
            .. row.Numbers.Select(number => new MixedRow
            {
                Numbers = [number],
                Size = row.Size,
                Place = row.Place,
            }),
        ];

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
