using System.IO.Compression;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests;

/// <summary>A model read from a file: its scores compared with scalar double precision, its properties, its errors.</summary>
[TestFixture]
public class SequenceModelTests
{
    private static readonly int[] _lengths = [0, 1, 2, 3, 7, 8, 17];

    [Test]
    public void Scores_are_those_of_the_equations(
        [Values(
            SequenceTask.BinaryClassification,
            SequenceTask.MulticlassClassification,
            SequenceTask.Regression,
            SequenceTask.MultiLabelClassification
        )]
            SequenceTask task,
        [Values] CellKind cell,
        [Values] bool tokens
    )
    {
        NetworkShape shape = RandomModels.Shape(task, cell, tokens, bidirectional: true);
        NetworkParameters[] networks = RandomModels.Networks(task, shape, count: 2);
        SequenceModel model = RandomModels.Load(task, networks);
        Rows rows = new(shape);
        foreach (int row in Enumerable.Range(0, _lengths.Length))
            Assert.That(rows.Score(model, row), Is.EqualTo(Expected(task, networks, rows, row)).Within(1e-5), $"{_lengths[row]} steps");
    }

    [Test]
    public void A_tagger_scores_each_step([Values] CellKind cell, [Values] bool tokens, [Values] bool hasLabels)
    {
        SequenceTask task = hasLabels ? SequenceTask.MultiLabelTagging : SequenceTask.SequenceTagging;
        NetworkShape shape = RandomModels.Shape(task, cell, tokens);
        SequenceModel tagger = RandomModels.Of(task, shape);
        // The same weights as a classifier of the last state give the tagger's scores at the last step.
        NetworkParameters[] networks = RandomModels.Networks(task, shape);
        SequenceModel classifier = RandomModels.Load(
            hasLabels ? SequenceTask.MultiLabelClassification : SequenceTask.MulticlassClassification,
            [.. networks.Select(network => network with { Shape = shape with { Pooling = Pooling.Last } })]
        );
        Rows rows = new(shape);
        float[] tags = rows.Score(tagger, _lengths.Length - 1);
        Assert.That(tags, Has.Length.EqualTo(_lengths[^1] * tagger.Outputs));
        for (int steps = 1; steps <= _lengths[^1]; steps++)
            Assert.That(
                tags[((steps - 1) * 3)..(steps * 3)],
                Is.EqualTo(rows.Score(classifier, _lengths.Length - 1, steps)).Within(1e-6),
                $"step {steps}"
            );
    }

    [Test]
    public void Rows_together_score_as_each_alone([Values] SequenceTask task, [Values] bool tokens)
    {
        NetworkShape shape = RandomModels.Shape(task, CellKind.Lstm, tokens, bidirectional: true);
        SequenceModel model = RandomModels.Of(task, shape, networks: 3);
        Rows rows = new(shape);
        SequenceBatch batch = model.CreateBatch();
        foreach (int row in Enumerable.Range(0, _lengths.Length))
            rows.AddTo(batch, row);
        float[][] alone = [.. Enumerable.Range(0, _lengths.Length).Select(row => rows.Score(model, row))];
        var together = new float[alone.Sum(scores => scores.Length)];
        model.ScoreBatch(batch, together);
        Assert.That(together, Is.EqualTo(alone.SelectMany(scores => scores)).Within(2e-6));
        Assert.That((model.EnsembleSize, batch.Count, batch.TotalSteps), Is.EqualTo((3, _lengths.Length, _lengths.Sum())));
    }

    [Test]
    public void What_a_model_says_of_itself()
    {
        SequenceModel classes = RandomModels.Of(
            SequenceTask.MulticlassClassification,
            RandomModels.Shape(SequenceTask.MulticlassClassification)
        );
        SequenceModel two = RandomModels.Load(
            SequenceTask.BinaryClassification,
            RandomModels.Networks(SequenceTask.BinaryClassification, RandomModels.Shape(SequenceTask.BinaryClassification)),
            threshold: 0.5f
        );

        Assert.That(
            (classes.Task, classes.Outputs, classes.Input.Features),
            Is.EqualTo((SequenceTask.MulticlassClassification, 3, RandomModels.Features))
        );
        Assert.That(classes.ClassNames, Is.EqualTo(new[] { "low", "middle", "high" }));
        Assert.That(classes.ToString(), Is.EqualTo("MulticlassClassification of steps of 3 values, 2 Gru layers of 4 units, 3 outputs"));
        Assert.That(classes.PredictedClass([0.2f, 0.7f, 0.1f]), Is.EqualTo(1));
        Assert.That(classes.PredictedClass([float.NaN, 0, 0]), Is.EqualTo(-1));
        Assert.That((two.Task, two.Threshold, two.ClassNames.Count), Is.EqualTo((SequenceTask.BinaryClassification, 0.5f, 0)));
        Assert.That((two.PredictedClass([0.6f]), two.PredictedClass([0.5f]), two.PredictedClass([float.NaN])), Is.EqualTo((1, 0, -1)));
        Assert.That(SequenceModel.Probability(0), Is.EqualTo(0.5f));
    }

    [Test]
    public void A_multi_label_model_predicts_the_labels_whose_scores_are_above_their_thresholds(
        [Values(SequenceTask.MultiLabelClassification, SequenceTask.MultiLabelTagging)] SequenceTask task
    )
    {
        SequenceModel model = RandomModels.Load(task, RandomModels.Networks(task, RandomModels.Shape(task)), threshold: 0.5f);
        bool[] labels = new bool[4];
        labels[3] = true;

        model.PredictedLabels([0.6f, 0.5f, float.NaN], labels);

        Assert.That(labels, Is.EqualTo(new[] { true, false, false, true }), "the fourth is not the model's");
        Assert.That(model.ClassNames, Is.EqualTo(new[] { "low", "middle", "high" }));
        Assert.That(model.LabelThresholds, Is.EqualTo(new[] { 0.5f, 0.5f, 0.5f }));
        Assert.That(model.Threshold, Is.Zero);
        Throws<InvalidOperationException>(
            () => model.PredictedClass([1, 2, 3]),
            $"A multi-label {(task == SequenceTask.MultiLabelTagging ? "tagger" : "classifier")} predicts any number of labels: call "
                + "PredictedLabels."
        );
        Throws<ArgumentException>(() => model.PredictedLabels([1, 2], labels), "Expected 3 scores, received 2.");
        Throws<ArgumentException>(() => model.PredictedLabels([1, 2, 3], labels.AsSpan(2)), "There are 3 labels, but room for 2 only.");
        SequenceModel classes = RandomModels.Of(
            SequenceTask.MulticlassClassification,
            RandomModels.Shape(SequenceTask.MulticlassClassification)
        );
        Assert.That(classes.LabelThresholds, Is.Empty);
        Throws<InvalidOperationException>(
            () => classes.PredictedLabels([1, 2, 3], labels),
            "The model is for MulticlassClassification, which has no sets of labels: call PredictedClass."
        );
    }

    [Test]
    public void A_row_that_is_not_finite_has_NaN_scores()
    {
        SequenceModel model = RandomModels.Of(
            SequenceTask.MulticlassClassification,
            RandomModels.Shape(SequenceTask.MulticlassClassification)
        );
        var scores = new float[3];
        model.Score([1, float.NaN, 2], scores);
        Assert.That(scores, Has.All.NaN);
    }

    [Test]
    public void What_is_given_wrongly_is_refused_in_words()
    {
        SequenceModel numbers = RandomModels.Of(
            SequenceTask.MulticlassClassification,
            RandomModels.Shape(SequenceTask.MulticlassClassification, bidirectional: true)
        );
        SequenceModel tokens = RandomModels.Of(
            SequenceTask.BinaryClassification,
            RandomModels.Shape(SequenceTask.BinaryClassification, tokens: true)
        );
        SequenceModel regression = RandomModels.Of(SequenceTask.Regression, RandomModels.Shape(SequenceTask.Regression));
        var scores = new float[3];

        Throws<ArgumentException>(
            () => numbers.Score([1f, 2, 3, 4], scores),
            "The model reads steps of 3 values, but was given 4 " + "values, which are not whole steps."
        );
        Throws<ArgumentException>(() => numbers.Score([1, 2], scores), "The model reads steps of 3 values, but was given tokens.");
        Throws<ArgumentException>(
            () => numbers.Score([1f, 2, 3], scores.AsSpan(1)),
            "There are 3 scores " + "(ScoreLength), but room for 2 only."
        );
        Throws<ArgumentException>(
            () => tokens.Score([1f, 2], scores),
            "The model reads tokens of a vocabulary of " + "7, but was given 2 values."
        );
        Throws<ArgumentOutOfRangeException>(() => tokens.Score([0, 7], scores), "A token must be from 0 to 6: ML.NET's key less 1.");
        Throws<ArgumentException>(
            () => numbers.ScoreBatch(tokens.CreateBatch(), scores),
            "The batch belongs to another model: create it " + "with this model's CreateBatch."
        );
        Throws<InvalidOperationException>(
            () => numbers.CreateStream(),
            "The model cannot be streamed: it reads its sequences backwards " + "as well (Bidirectional)"
        );
        Throws<InvalidOperationException>(() => tokens.Input.TokenOf("a"), "The model has no words (it reads tokens of a vocabulary of 7)");
        Throws<InvalidOperationException>(() => regression.PredictedClass([1]), "A regression predicts no class");
    }

    [Test]
    public void Several_threads_score_with_one_model()
    {
        NetworkShape shape = RandomModels.Shape(SequenceTask.MulticlassClassification);
        SequenceModel model = RandomModels.Of(SequenceTask.MulticlassClassification, shape);
        Rows rows = new(shape);
        var together = new float[200][];
        Parallel.For(0, together.Length, i => together[i] = rows.Score(model, i % _lengths.Length));
        Assert.That(together, Is.EqualTo(Enumerable.Range(0, together.Length).Select(i => rows.Score(model, i % _lengths.Length))));
    }

    [Test]
    public void Nothing_is_allocated_after_the_first_rows()
    {
        NetworkShape shape = RandomModels.Shape(SequenceTask.MulticlassClassification) with
        {
            Features = 2 * RandomModels.Features,
            PatchLength = 2,
        };
        SequenceModel model = RandomModels.Of(SequenceTask.MulticlassClassification, shape, networks: 2);
        SequenceBatch batch = model.CreateBatch();
        SequenceStream stream = model.CreateStream();
        float[] row = RandomNetwork.Uniform(new Random(1), 9 * RandomModels.Features, 1),
            scores = new float[2 * 3];
        void Run()
        {
            batch.Clear();
            batch.Add(row);
            batch.Add(row);
            model.Score(row, scores);
            stream.Add(row, scores);
            model.ScoreBatch(batch, scores);
        }
        for (int i = 0; i < 50; i++)
            Run();
        long allocated = Allocation.Least(() =>
        {
            for (int i = 0; i < 20; i++)
                Run();
        });
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_stream_that_cannot_seek_is_read_too()
    {
        byte[] file = RandomModels.File(
            SequenceTask.Regression,
            RandomModels.Networks(SequenceTask.Regression, RandomModels.Shape(SequenceTask.Regression))
        );
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(file);
        packed.Position = 0;
        using var unpacked = new BrotliStream(packed, CompressionMode.Decompress);
        Assert.That(SequenceModel.Load(unpacked).Outputs, Is.EqualTo(3));
    }

    [Test]
    public void A_file_that_is_no_model_is_refused()
    {
        Refuses([1, 2, 3], "The model file's part 'scorer' is truncated");
        Refuses(new byte[500], "The model file's part 'scorer' does not begin as RnnMlNet writes it");
        Refuses([.. "PK\u0003\u0004 and no more"u8], "The file is a damaged zip file");
    }

    [Test]
    public void Whatever_byte_is_changed_the_file_is_refused()
    {
        SequenceTask task = SequenceTask.MulticlassClassification;
        byte[] bytes = RandomModels.File(task, RandomModels.Networks(task, RandomModels.Shape(task)));
        for (int at = 0; at < bytes.Length; at += 7)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x41;
            Assert.Throws<FormatException>(() => SequenceModel.Load(new MemoryStream(changed)), $"byte {at}");
        }
        for (int length = 0; length < bytes.Length; length += 11)
            Assert.Throws<FormatException>(() => SequenceModel.Load(new MemoryStream(bytes[..length])), $"{length} bytes");
    }

    private static void Refuses(byte[] file, string text) =>
        Throws<FormatException>(() => SequenceModel.Load(new MemoryStream(file)), text);

    private static void Throws<T>(Action action, string text)
        where T : Exception => Assert.That(Assert.Throws<T>(action)!.Message, Does.Contain(text));

    // The mean of the networks, each by the equations, and of classes their probabilities.
    private static double[] Expected(SequenceTask task, NetworkParameters[] networks, Rows rows, int row)
    {
        double[][] outputs = [.. networks.Select(network => rows.Outputs(network, row))];
        double[] mean = [.. outputs[0].Select((_, i) => outputs.Average(one => one[i]))];
        if (task != SequenceTask.MulticlassClassification)
            return mean;
        double[] powers = [.. mean.Select(Math.Exp)];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    /// <summary>Rows of numbers or of tokens, a row of each length.</summary>
    private sealed class Rows(NetworkShape shape)
    {
        private readonly float[][] _steps =
        [
            .. _lengths.Select(length => RandomNetwork.Uniform(new Random(length), length * shape.Features, 1.5f)),
        ];
        private readonly int[][] _tokens =
        [
            .. _lengths.Select(length => Enumerable.Range(0, length).Select(t => (length + t * 5) % RandomModels.Vocabulary).ToArray()),
        ];

        public float[] Score(SequenceModel model, int row) => Score(model, row, _lengths[row]);

        /// <summary>Scores of the first steps of a row.</summary>
        public float[] Score(SequenceModel model, int row, int steps)
        {
            var scores = new float[model.ScoreLength(steps)];
            if (shape.UsesTokens)
                model.Score(_tokens[row].AsSpan(0, steps), scores);
            else
                model.Score(_steps[row].AsSpan(0, steps * shape.Features), scores);
            return scores;
        }

        public void AddTo(SequenceBatch batch, int row)
        {
            if (shape.UsesTokens)
                batch.Add(_tokens[row]);
            else
                batch.Add(_steps[row]);
        }

        /// <summary>Outputs by the equations, in the label's units.</summary>
        public double[] Outputs(NetworkParameters network, int row)
        {
            var naive = new NaiveNetwork(network.Shape, network.Weights);
            double[] outputs = shape.UsesTokens
                ? naive.Score(_tokens[row])
                : naive.Score(Standardised(network.FeatureScaling!, _steps[row]));
            return network.LabelScaling is FeatureScaling labels
                ? [.. outputs.Select((output, i) => output * labels.Deviation[i] + labels.Mean[i])]
                : outputs;
        }

        private static float[] Standardised(FeatureScaling scaling, float[] steps) =>
            [.. steps.Select((value, i) => (value - scaling.Mean[i % scaling.Width]) / scaling.Deviation[i % scaling.Width])];
    }
}
