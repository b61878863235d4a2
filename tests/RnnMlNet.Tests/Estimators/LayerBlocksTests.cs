using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Tests.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Residual connections and normalised layers as options: trained, saved, streamed, continued from.</summary>
[TestFixture]
public sealed class LayerBlocksTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class ClassPrediction
    {
        public float[] Score { get; set; } = [];
    }

    private static void Both(RnnOptions options) =>
        (options.ResidualConnections, options.LayerNormalization, options.Layers) = (true, LayerNormalization.LayerNorm, null);

    [Test]
    public void A_trained_network_scores_the_same_on_all_paths_and_after_loading(
        [Values] EngineKind engine,
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind,
        [Values] LayerNormalization normalization
    )
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                kind,
                options =>
                    (options.Engine, options.ResidualConnections, options.LayerNormalization, options.Layers, options.Dropout) = (
                        engine,
                        true,
                        normalization,
                        3,
                        0.2f
                    )
            )
            .Fit(data);
        model.VerifyScores(TinyData.Load(_ml, seed: 2), maxRows: 20).ThrowIfDifferent();
        var loaded = (RnnMulticlassTransformer)_ml.Model.Load(new MemoryStream(SavedModel.Bytes(_ml, model, data.Schema)), out _);
        Assert.That(Scores.Of(loaded, data), Is.EqualTo(Scores.Of(model, data)));
        Assert.That((loaded.Model.ResidualConnections, loaded.Model.LayerNormalization), Is.EqualTo((true, normalization)));
        int perLayer = normalization switch
        {
            LayerNormalization.None => 0,
            LayerNormalization.LayerNorm => 2,
            _ => 1,
        };
        Assert.That(
            loaded.Model.GetWeights().Count(weight => weight.Name.StartsWith("norm.", StringComparison.Ordinal)),
            Is.EqualTo(3 * perLayer)
        );
    }

    [Test]
    public void A_tagger_scores_the_same_on_all_paths([Values] bool bidirectional)
    {
        RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    Both(options);
                    options.Bidirectional = bidirectional;
                }
            )
            .Fit(TinyTags.Load(_ml));
        model.VerifyScores(TinyTags.Load(_ml, seed: 2), maxRows: 20).ThrowIfDifferent();
    }

    [Test]
    public void A_stream_scores_what_the_model_scores_of_the_steps_so_far()
    {
        const int Steps = 9;
        RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    Both(options);
                    (options.ForStreaming, options.Bidirectional, options.EnsembleSize) = (true, null, 2);
                }
            )
            .Fit(TinyData.Load(_ml));
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, ClassPrediction>(model);
        using var whole = _ml.Model.CreatePredictionEngine<StepsRow, ClassPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        for (int t = 0; t < Steps; t++)
            Assert.That(
                engine.Predict("a", series.Step(t)).Score,
                Is.EqualTo(whole.Predict(series.Steps(0, t + 1)).Score).Within(2e-6),
                $"after {t + 1} steps"
            );
    }

    /// <summary>Two layers unless more are set; the history and the text of the model name both options.</summary>
    [Test]
    public void The_network_and_the_history_say_what_is_between_the_layers()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters model = Tiny.Regression(_ml, configure: Both).Fit(data).Model,
            plain = Tiny.Regression(_ml).Fit(data).Model;

        Assert.That(model.Layers, Is.EqualTo(2));
        Assert.That(model.History.Options["ResidualConnections"], Is.EqualTo("true"));
        Assert.That(model.History.Options["LayerNormalization"], Is.EqualTo("LayerNorm"));
        Assert.That(model.ToString(), Does.Contain("2 layers of 4 units (Lstm, residual, LayerNorm),"));
        Assert.That(plain.History.Options.Keys, Has.None.EqualTo("ResidualConnections").And.None.EqualTo("LayerNormalization"));
        Assert.That(plain.ToString(), Does.Contain("1 layer of 4 units (Lstm),"));
    }

    [Test]
    public void Training_continues_with_what_the_previous_model_has()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Tiny.Regression(_ml, configure: Both).Fit(data).Model;
        RnnRegressionModelParameters continued = Tiny.Regression(_ml, configure: options => options.Layers = null)
            .Fit(data, previous)
            .Model;
        Assert.That((continued.ResidualConnections, continued.LayerNormalization), Is.EqualTo((true, LayerNormalization.LayerNorm)));
        Refused.Argument(
            () =>
                Tiny.Regression(_ml, configure: options => (options.Layers, options.ResidualConnections) = (null, false))
                    .Fit(data, previous),
            "ResidualConnections is True in it, False here"
        );
        Refused.Argument(
            () =>
                Tiny.Regression(
                        _ml,
                        configure: options => (options.Layers, options.LayerNormalization) = (null, LayerNormalization.RmsNorm)
                    )
                    .Fit(data, previous),
            "LayerNormalization is LayerNorm in it, RmsNorm here"
        );
    }

    [Test]
    public void A_users_own_cell_has_them_too()
    {
        using var registered = new RegisteredCell("blocks' gated", (input, hidden) => new GatedCell(input, hidden));
        IDataView data = TinyData.Load(_ml);
        RnnRegressionTransformer model = Tiny.Regression(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    Both(options);
                    (options.CustomCell, options.Cell) = ("blocks' gated", null);
                }
            )
            .Fit(data);
        Assert.That(model.Model.GetWeights().Select(weight => weight.Name), Does.Contain("norm.1.bias"));
        using var loaded = (RnnRegressionTransformer)_ml.Model.Load(new MemoryStream(SavedModel.Bytes(_ml, model, data.Schema)), out _);
        Assert.That(Scores.Of(loaded, data), Is.EqualTo(Scores.Of(model, data)));
    }
}
