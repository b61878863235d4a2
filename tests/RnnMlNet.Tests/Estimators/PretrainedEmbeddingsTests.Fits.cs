using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

// Fits that continue, resume or search, and what is refused.
public partial class PretrainedEmbeddingsTests
{
    [Test]
    public void A_warm_start_keeps_the_model_s_embeddings_frozen_or_not([Values] bool isFrozen)
    {
        IDataView data = Load(Rows());
        ITransformer first = Fit(Rows(), isTagger: false);
        IDataView keys = first.Transform(data);
        File.WriteAllText(_path, "no words at all: it is not read");
        var log = new LogCapture(_ml);
        RnnBinaryTransformer next = Binary(WithFile, options => options.FreezeEmbeddings = isFrozen).Fit(DropScores(keys), Model(first));
        float[] before = Weights(first)[WeightLayout.Embedding],
            after = Weights(next)[WeightLayout.Embedding];
        Assert.That(after, isFrozen ? Is.EqualTo(before) : Is.Not.EqualTo(before));
        Assert.That(
            log.Messages.Select(LogCapture.Sentence),
            Has.One.EqualTo(
                "Training continues from the weights of a previous model of 1 network, whose embeddings are kept: no vectors are read."
            )
        );
    }

    [Test]
    public void A_resumed_training_needs_the_same_vectors_wherever_the_file_is()
    {
        string checkpoint = _folder.PathOf("training.checkpoint");
        IDataView data = Load(Rows());
        var expected = SavedModel.Entries(_ml, Pipeline(isTagger: false, WithFile, Five).Fit(data), data.Schema);
        using (var source = new CancellationTokenSource())
            Assert.That(
                () => Pipeline(isTagger: false, WithFile, Five, Keeps, options => CancelAfterTwo(options, source)).Fit(data),
                Throws.InstanceOf<OperationCanceledException>()
            );
        string moved = _folder.PathOf("moved.vec");
        File.Move(_path, moved);
        File.WriteAllText(_path, File.ReadAllText(moved).Replace("good 1 2", "good 1 3"));
        Refused.Operation(
            () => Pipeline(isTagger: false, WithFile, Five, Keeps).Fit(data),
            "the pretrained embeddings was some with checksum "
        );
        ITransformer resumed = Pipeline(isTagger: false, Five, Keeps, options => options.PretrainedEmbeddingsPath = moved).Fit(data);
        Assert.That(SavedModel.Entries(_ml, resumed, data.Schema), Is.EqualTo(expected));

        void Keeps(RnnOptions options) => (options.CheckpointPath, options.CheckpointInterval) = (checkpoint, TimeSpan.Zero);
        static void Five(RnnOptions options) => options.MaxEpochs = 5;
        static void CancelAfterTwo(RnnOptions options, CancellationTokenSource source) =>
            (options.Progress, options.CancellationToken) = (
                new OnEpoch(report =>
                {
                    if (report.Epoch == 2)
                        source.Cancel();
                }),
                source.Token
            );
    }

    [Test]
    public void An_experiment_does_not_search_the_size_that_the_file_has()
    {
        IDataView data = _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Fit(Load(Rows())).Transform(Load(Rows()));
        var settings = new BinaryExperimentSettings
        {
            MaxModels = 4,
            MaxEpochs = 2,
            Folds = 2,
        };
        settings.Options.FeatureColumnName = "Tokens";
        (settings.Options.PretrainedEmbeddingsPath, settings.Options.FreezeEmbeddings) = (_path, true);
        (settings.Options.HiddenSize, settings.Options.EnsembleSize) = (4, 1);
        var result = _ml.Rnn().CreateBinaryExperiment(settings).Execute(data);
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        Assert.That(result.RunDetails.SelectMany(run => run.Parameters.Keys), Has.None.EqualTo("EmbeddingSize"));
        float[] embedding = Weights(result.BestRun.Model!)[WeightLayout.Embedding];
        string[] words = WordKeys.Values(data.Schema, "Tokens");
        Assert.That(embedding.Chunk(4).ElementAt(Array.IndexOf(words, "good")), Is.EqualTo(_vectors["good"]));
    }

    [Test]
    public void What_does_not_fit_is_refused_with_what_to_do()
    {
        Refused.Argument(
            () => Fit(Rows(), isTagger: false, WithFile, options => options.EmbeddingSize = 3),
            $"EmbeddingSize is 3, but the vectors of '{_path}' have 4 values: leave EmbeddingSize null, or set it to 4."
        );
        Refused.Argument(
            () => Fit(Rows(), isTagger: false, options => options.FreezeEmbeddings = true),
            "FreezeEmbeddings is true, but embeddings start with random values, which training has to change: set "
                + "PretrainedEmbeddingsPath, continue from a previous model, or leave it false."
        );
        Refused.Argument(
            () => Tiny.Multiclass(_ml, configure: WithFile).Fit(TinyData.Load(_ml)),
            "PretrainedEmbeddingsPath is set, but the sequence has 2 features per step, and tokens alone have embeddings: leave it at its "
                + "default, or give a column of keys."
        );
        Refused.Argument(
            () => Binary(options => options.PretrainedEmbeddingsPath = _path + "x"),
            $"PretrainedEmbeddingsPath is '{_path}x', and there is no such file; name a file of word vectors, or leave it null."
        );
        Refused.Operation(
            () => Fit([.. Enumerable.Range(0, 9).Select(i => WordRow.Of("quite other words", i % 2 == 0))], isTagger: false, WithFile),
            "None of the 4 words behind the keys of column 'Tokens', such as '<unknown>', 'other', 'quite', is among the 6 words of "
                + $"'{_path}', neither as it is nor in lower case: give a file of the same language, and words rather than texts or "
                + "subwords, or leave PretrainedEmbeddingsPath null."
        );
        File.WriteAllText(_path, "good 1 2\nbad 1\n");
        Refused.Format(
            () => Fit(Rows(), isTagger: false, WithFile),
            $"File '{_path}', line 2: expected a word and its 2 values, received 'bad 1' with 1 of them."
        );
    }

    [Test]
    public void Keys_without_words_have_no_vectors()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 8).Select(i => new Coded { Codes = [i % 3, 1], Label = i % 2 == 0 }).ToArray()
        );
        data = _ml.Transforms.Conversion.MapValueToKey("Tokens", "Codes").Fit(data).Transform(data);
        Refused.Argument(
            () => Binary(WithFile).Fit(data),
            "the keys of column 'Tokens' have no texts as values, by which vectors are found: make the keys with "
                + "mlContext.Transforms.Text.LearnVocabulary, or MapValueToKey of text."
        );
    }

    private sealed class Coded
    {
        public int[] Codes { get; set; } = [];

        public bool Label { get; set; }
    }
}
