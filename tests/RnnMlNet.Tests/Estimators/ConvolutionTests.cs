using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Convolutions before the first recurrent layer: what Fit makes of the options, and every way to score.</summary>
public sealed class ConvolutionTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }

    /// <summary>A label that is the order of two steps somewhere in a long row, and tells nothing to a mean.</summary>
    [Test]
    public void A_local_shape_is_learnt([Values(EngineKind.Simd, EngineKind.Torch)] EngineKind engine)
    {
        IDataView Rows(int count, int seed)
        {
            var random = new Random(seed);
            return _ml.Data.LoadFromEnumerable(
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                    {
                        float[] steps = [.. Enumerable.Range(0, 40).Select(_ => 0.3f * random.NextSingle())];
                        int place = random.Next(38);
                        steps[place + i % 2] = 2;
                        steps[place + 1 - i % 2] = -2;
                        return new SequenceRow { Ragged = steps, Positive = i % 2 == 0 };
                    })
                    .ToArray()
            );
        }
        var options = new RnnBinaryTrainer.Options
        {
            LabelColumnName = nameof(SequenceRow.Positive),
            FeatureColumnName = nameof(SequenceRow.Ragged),
            FeaturesPerStep = 1,
            ConvolutionFilters = 8,
            ConvolutionKernelSize = 3,
            ConvolutionLayers = 2,
            HiddenSize = 8,
            EnsembleSize = 1,
            MaxEpochs = 30,
            Seed = 1,
            Engine = engine,
        };

        using RnnBinaryTransformer model = _ml.BinaryClassification.Trainers.Rnn(options).Fit(Rows(200, 1));

        Assert.That(
            _ml.BinaryClassification.Evaluate(model.Transform(Rows(100, 2)), options.LabelColumnName).Accuracy,
            Is.GreaterThanOrEqualTo(0.95)
        );
        Assert.That(
            model.Model.GetWeights().Where(weight => weight.Name.StartsWith("convolution.", StringComparison.Ordinal)).Select(Text),
            Is.EqualTo(new[] { "convolution.0.weight 8 1 3", "convolution.0.bias 8", "convolution.1.weight 8 8 3", "convolution.1.bias 8" })
        );

        static string Text(RnnWeight weight) => $"{weight.Name} {string.Join(' ', weight.Shape)}";
    }

    [Test]
    public void It_scores_the_same_on_all_paths_loaded_and_in_a_stream(
        [Values(1, 2)] int stride,
        [Values] bool patches,
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        RnnMulticlassTransformer model = Fit(kind, stride, options => options.PatchLength = patches ? 2 : 1);
        model.VerifyScores(data, maxRows: 30).ThrowIfDifferent();
        float[][] scores = Scores.Of(model, data);
        Assert.That(Scores.Of(SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _), data), Is.EqualTo(scores));
        if (kind != ColumnKind.Ragged)
            return;

        SequenceModel own = SequenceModelTests.OfRuntimeFile(model);
        SequenceStream stream = own.CreateStream();
        var last = new float[3];
        foreach (float[] step in rows[4].Ragged.Chunk(SequenceRow.Features))
            stream.Add(step, last);
        Assert.That(last, Is.EqualTo(scores[4]).Within(1e-5));
    }

    /// <summary>After some steps from a file: between two windows of each stride.</summary>
    [Test]
    public void Step_by_step_it_answers_as_to_all_steps_so_far([Values(1, 2, 3)] int stride, [Values(1, 2)] int patch)
    {
        RnnMulticlassTransformer model = Fit(
            ColumnKind.Ragged,
            stride,
            options => (options.ForStreaming, options.PatchLength) = (true, patch)
        );
        using var folder = new TemporaryFolder();
        using var whole = _ml.Model.CreatePredictionEngine<SequenceRow, Answer>(
            model,
            new PredictionEngineOptions { OwnsTransformer = false }
        );
        var engine = _ml.Model.CreateSequencePredictionEngine<SequenceRow, Answer>(model);
        var random = new Random(1);
        float[] steps = [.. Enumerable.Range(0, 17 * SequenceRow.Features).Select(_ => random.NextSingle())];
        int taken = 0;
        foreach (int count in (int[])[1, 1, 0, 3, 2, 1, 5, 4])
        {
            int to = taken + count;
            Assert.That(
                engine.Predict("s", Of(steps[(taken * SequenceRow.Features)..(to * SequenceRow.Features)])).Score,
                Is.EqualTo(whole.Predict(Of(steps[..(to * SequenceRow.Features)])).Score).Within(1e-5),
                $"{taken} and {count} steps"
            );
            taken = to;
            if (taken != 7)
                continue;
            engine.CheckPoint(folder.PathOf("state"));
            engine.Dispose();
            engine = _ml.Model.OpenSequencePredictionEngine<SequenceRow, Answer>(model, folder.PathOf("state"));
        }
        engine.Dispose();

        static SequenceRow Of(float[] steps) => new() { Ragged = steps };
    }

    [Test]
    public void A_tagger_has_them_without_a_stride()
    {
        RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(_ml, ColumnKind.Ragged, options => (options.ConvolutionFilters, options.ConvolutionKernelSize) = (5, 3))
            .Fit(TinyTags.Load(_ml));
        model.VerifyScores(TinyTags.Load(_ml, seed: 2), maxRows: 20).ThrowIfDifferent();
        Assert.That(model.Model.Network.Shape.Convolutions, Is.EqualTo(new[] { new ConvolutionShape(5, 3, 1) }));

        Refused.Argument(
            () =>
                _ml.MulticlassClassification.Trainers.RnnSequenceTagger(
                    new RnnSequenceTaggerTrainer.Options { ConvolutionFilters = 8, ConvolutionStride = 2 }
                ),
            "ConvolutionStride is 2, but a sequence tagger has a prediction for each step, so that no step is left out: leave it null."
        );
    }

    [Test]
    public void A_Fit_goes_on_from_them()
    {
        RnnMulticlassTransformer previous = Fit(ColumnKind.Ragged, stride: 2);
        RnnMulticlassModelParameters Next(Action<RnnOptions> configure) =>
            Tiny.Multiclass(_ml, ColumnKind.Ragged, configure).Fit(TinyData.Load(_ml), previous.Model).Model;

        RnnMulticlassModelParameters next = Next(options => options.PatchLength = 1);

        Assert.That(next.Network.Shape.Convolutions, Is.EqualTo(previous.Model.Network.Shape.Convolutions));
        Assert.That(
            new[] { "ConvolutionFilters", "ConvolutionKernelSize", "ConvolutionLayers", "ConvolutionStride" }.Select(name =>
                next.History.Options[name]
            ),
            Is.EqualTo(new[] { "6", "3", "2", "2" })
        );
        Refused.Argument(
            () => Next(options => (options.ConvolutionFilters, options.ConvolutionLayers) = (6, 1)),
            "its convolutions are [6 filters of 3 steps, stride 1; 6 filters of 3 steps, stride 2], the options' [6 filters of 3 steps, "
                + "stride 2]"
        );
    }

    private RnnMulticlassTransformer Fit(ColumnKind kind, int stride, Action<RnnOptions>? configure = null) =>
        Tiny.Multiclass(
                _ml,
                kind,
                options =>
                {
                    (options.ConvolutionFilters, options.ConvolutionKernelSize) = (6, 3);
                    (options.ConvolutionLayers, options.ConvolutionStride) = (2, stride);
                    configure?.Invoke(options);
                }
            )
            .Fit(TinyData.Load(_ml));
}
