using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Trainings that begin with the vectors of a file, on both engines, frozen or not.</summary>
[TestFixture]
public partial class PretrainedEmbeddingsTests
{
    private readonly MLContext _ml = new(seed: 1);
    private TemporaryFolder _folder = null!;
    private string _path = null!;

    // Of the vocabulary is, good, bad, the, a, Rare; upper case is found in lower case, "the" is not there.
    private static readonly Dictionary<string, float[]> _vectors = new()
    {
        ["is"] = [0.1f, -0.2f, 0.3f, 0.5f],
        ["good"] = [1, 2, -1, 0.25f],
        ["bad"] = [-1, -2, 1, -0.25f],
        ["a"] = [0.5f, 0.5f, 0.5f, 0.5f],
        ["rare"] = [2, 0, 0, 1],
        ["unused"] = [9, 9, 9, 9],
    };

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _path = Write(_vectors.Select(word => FormattableString.Invariant($"{word.Key} {string.Join(' ', word.Value)}")));
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Frozen_embeddings_are_the_vectors_of_the_file([Values] EngineKind engine, [Values] bool isTagger)
    {
        if (engine == EngineKind.Auto)
            return;
        var (words, rows, size) = Embeddings(Fit(Rows(), isTagger, Frozen, options => options.Engine = engine));
        Assert.That(size, Is.EqualTo(4));
        foreach (string word in (string[])["is", "good", "bad", "a", "Rare"])
            Assert.That(rows[Array.IndexOf(words, word)], Is.EqualTo(_vectors[word.ToLowerInvariant()]), word);
        foreach (string word in (string[])["<unknown>", "the"])
            Assert.That(rows[Array.IndexOf(words, word)], Is.Not.Zero.And.Unique, word);
    }

    [Test]
    public void Other_embeddings_have_the_deviation_of_the_vectors()
    {
        // Words that are not in the file, as many as a deviation needs.
        WordRow[] rows = [.. Rows(), .. Enumerable.Range(0, 2000).Select(i => WordRow.Of($"w{i} w{i} good"))];
        var (words, embeddings, _) = Embeddings(Fit(rows, isTagger: false, Frozen));
        double[] values =
        [
            .. words.Index().Where(word => word.Item[0] == 'w').SelectMany(word => embeddings[word.Index]).Select(x => (double)x),
        ];
        double[] given = [.. _vectors.Where(word => word.Key != "unused").SelectMany(word => word.Value).Select(x => (double)x)];
        Assert.That(Deviation(values), Is.EqualTo(Deviation(given)).Within(5).Percent);
        Assert.That(values.Average(), Is.Zero.Within(0.1));
    }

    [Test]
    public void Embeddings_that_are_not_frozen_start_there_and_change([Values(EngineKind.Simd, EngineKind.Torch)] EngineKind engine)
    {
        void Step(RnnOptions options, float rate) =>
            (options.Engine, options.MaxEpochs, options.LearningRate, options.LearningRateSchedule) = (
                engine,
                1,
                rate,
                LearningRateSchedule.Constant
            );
        var (words, rows, _) = Embeddings(Fit(Rows(), isTagger: false, WithFile, options => Step(options, 1e-9f)));
        Assert.That(rows[Array.IndexOf(words, "good")], Is.EqualTo(_vectors["good"]).Within(1e-6));
        (_, rows, _) = Embeddings(Fit(Rows(), isTagger: false, WithFile, options => Step(options, 0.01f)));
        Assert.That(rows[Array.IndexOf(words, "good")], Is.Not.EqualTo(_vectors["good"]).Within(1e-3));
        Assert.That(rows[Array.IndexOf(words, "good")], Is.EqualTo(_vectors["good"]).Within(0.5));
    }

    /// <summary>The vocabulary is that of all texts, labelled or not, and the labelled ones have half of it.</summary>
    [Test]
    public void A_word_that_was_never_trained_on_is_judged_by_its_vector()
    {
        var random = new Random(1);
        double Mood(int i) => (i % 2 == 0 ? 1 : -1) + random.NextDouble() - 0.5;
        Write(Enumerable.Range(0, 80).Select(i => FormattableString.Invariant($"w{i} {Mood(i)} {random.NextDouble()}")));
        WordRow Row(int i) => WordRow.Of($"w{i} w{(i + 2) % 80}", i % 2 == 0);
        WordRow[] seen = [.. Enumerable.Range(0, 40).Select(i => Row(i % 38))],
            unseen = [.. Enumerable.Range(40, 38).Select(Row)];
        VocabularyTransformer vocabulary = _ml
            .Transforms.Text.LearnVocabulary("Tokens", "Words", minimumCount: 1)
            .Fit(Load([.. seen, .. unseen]));
        double Accuracy(params Action<RnnOptions>[] configure)
        {
            RnnBinaryTransformer model = Binary([.. configure, LearnsWell]).Fit(vocabulary.Transform(Load(seen)));
            return _ml.BinaryClassification.Evaluate(model.Transform(vocabulary.Transform(Load(unseen)))).Accuracy;
        }
        static void LearnsWell(RnnOptions options) => (options.MaxEpochs, options.LearningRate, options.HiddenSize) = (30, 0.02f, 8);

        Assert.That(Accuracy(Frozen), Is.GreaterThan(0.95));
        Assert.That(Accuracy(options => options.EmbeddingSize = 2), Is.LessThan(0.8));
    }

    [Test]
    public void The_log_says_how_many_words_were_found()
    {
        var log = new LogCapture(_ml);
        Fit(Rows(), isTagger: false, WithFile);
        Assert.That(
            log.Messages.Select(LogCapture.Sentence),
            Has.One.EqualTo(
                $"Of the 7 words of column 'Tokens', 5 (71.4 %) have a vector of 4 values among the 6 words of '{_path}', 1 of them that "
                    + "of their lower case."
            )
        );
    }

    /// <summary>A rare word of a tagger shares its embedding with unknown ones, unless it has a vector.</summary>
    [Test]
    public void A_tagger_keeps_rare_words_with_vectors()
    {
        IDataView data = Load([.. Rows(), WordRow.Of("rare other")]);
        IEstimator<ITransformer> pipeline = _ml
            .Transforms.Conversion.MapValueToKey("Tokens", "Words")
            .Append(Trainer(isTagger: true, Frozen));
        var (words, rows, _) = Embeddings(pipeline.Fit(data));
        Assert.That(rows, Has.Length.EqualTo(words.Length + 1));
        Assert.That(rows[Array.IndexOf(words, "rare")], Is.EqualTo(_vectors["rare"]));
        Assert.That(rows[Array.IndexOf(words, "other")], Is.EqualTo(rows[^1]));
    }

    [Test]
    public void Every_member_of_an_ensemble_starts_with_the_vectors()
    {
        ITransformer model = Fit(Rows(), isTagger: false, Frozen, options => options.EnsembleSize = 2);
        string[] words = Vocabulary(model);
        float[][][] members = [.. Enumerable.Range(0, 2).Select(member => Rows(Weights(model, member), 4))];
        int good = Array.IndexOf(words, "good"),
            unknown = Array.IndexOf(words, "<unknown>");
        Assert.That(members[0][good], Is.EqualTo(members[1][good]).And.EqualTo(_vectors["good"]));
        Assert.That(members[0][unknown], Is.Not.EqualTo(members[1][unknown]));
    }

    private void WithFile(RnnOptions options) => options.PretrainedEmbeddingsPath = _path;

    private void Frozen(RnnOptions options) => (options.PretrainedEmbeddingsPath, options.FreezeEmbeddings) = (_path, true);

    private string Write(IEnumerable<string> lines)
    {
        string path = _folder.PathOf("words.vec");
        File.WriteAllLines(path, lines);
        return path;
    }

    private static WordRow[] Rows() => [.. WordRow.Moods(20), WordRow.Of("Rare Rare")];

    private IDataView Load(WordRow[] rows)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("TagKeys", "Tags").Fit(data).Transform(data);
    }

    private IDataView DropScores(IDataView data) => _ml.Transforms.SelectColumns("Tokens", "Label", "Words").Fit(data).Transform(data);

    private ITransformer Fit(WordRow[] rows, bool isTagger, params Action<RnnOptions>[] configure) =>
        Pipeline(isTagger, configure).Fit(Load(rows));

    private EstimatorChain<ITransformer> Pipeline(bool isTagger, params Action<RnnOptions>[] configure) =>
        _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Append(Trainer(isTagger, configure));

    private IEstimator<ITransformer> Trainer(bool isTagger, params Action<RnnOptions>[] configure)
    {
        if (!isTagger)
            return Binary(configure);
        var options = new RnnSequenceTaggerTrainer.Options { LabelColumnName = "TagKeys", FeatureColumnName = "Tokens" };
        Configure(options, configure);
        return _ml.MulticlassClassification.Trainers.RnnSequenceTagger(options);
    }

    private RnnBinaryTrainer Binary(params Action<RnnOptions>[] configure)
    {
        var options = new RnnBinaryTrainer.Options { FeatureColumnName = "Tokens" };
        Configure(options, configure);
        return _ml.BinaryClassification.Trainers.Rnn(options);
    }

    private static void Configure(RnnOptions options, Action<RnnOptions>[] configure)
    {
        (options.HiddenSize, options.MaxEpochs, options.EnsembleSize, options.BatchSize) = (3, 2, 1, 8);
        (options.ValidationFraction, options.Seed, options.Device) = (0, 1, "cpu");
        foreach (Action<RnnOptions> change in configure)
            change(options);
    }

    private static IRnnModelParameters Model(ITransformer model) =>
        model switch
        {
            RnnBinaryTransformer binary => binary.Model,
            RnnSequenceTaggerTransformer tagger => tagger.Model,
            IEnumerable<ITransformer> chain => Model(chain.Last()),
            _ => throw new NotSupportedException($"{model}"),
        };

    private static NetworkWeights Weights(ITransformer model, int member = 0) => Model(model).Network.Members[member].Weights;

    private static string[] Vocabulary(ITransformer model) =>
        [.. ((IEnumerable<ITransformer>)model).OfType<VocabularyTransformer>().Single().Words];

    private (string[] Words, float[][] Rows, int Size) Embeddings(ITransformer model)
    {
        int width = Model(model).Network.Shape.EmbeddingSize;
        var chain = (IEnumerable<ITransformer>)model;
        string[] words = chain.OfType<VocabularyTransformer>().Any()
            ? Vocabulary(model)
            : WordKeys.Values(chain.First().GetOutputSchema(Load(Rows()).Schema), "Tokens");
        return (words, Rows(Weights(model), width), width);
    }

    private static float[][] Rows(NetworkWeights weights, int width) => [.. weights[WeightLayout.Embedding].Chunk(width)];

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(x => x * x) - Math.Pow(values.Average(), 2));
}
