using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Runtime;

/// <summary>
/// A model that RnnMlNet.Runtime reads gives the scores that ML.NET's side gives: read from either file, row by row, in batches and as a
/// stream.
/// </summary>
[TestFixture]
public class SequenceModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static IEnumerable<TestCaseData> Models() =>
        [
            .. from task in Enum.GetValues<TinyTask>()
            from kind in (ColumnKind[])[ColumnKind.Ragged, ColumnKind.RaggedTokens]
            from networks in (int[])[1, 3]
            select new TestCaseData(task, kind, networks),
        ];

    [TestCaseSource(nameof(Models))]
    public void Scores_are_those_of_the_transformer_to_the_bit(TinyTask task, ColumnKind kind, int networks)
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        ITransformer model = Tiny.Trainer(_ml, task, kind, o => (o.EnsembleSize, o.Bidirectional, o.Cell) = (networks, true, CellKind.Gru))
            .Fit(data);

        foreach (SequenceModel loaded in (SequenceModel[])[OfRuntimeFile(model), OfMlNetFile(model, data.Schema)])
        {
            Assert.That(loaded.EnsembleSize, Is.EqualTo(networks));
            Assert.That(rows.Select(row => Score(loaded, row)), Is.EqualTo(RowByRow(model, data)));
            Assert.That(Batch(loaded, rows), Is.EqualTo(Scores.Of(model, data)));
        }
    }

    [TestCase(ColumnKind.Ragged)]
    [TestCase(ColumnKind.RaggedTokens)]
    public void A_tagger_has_scores_at_each_step(ColumnKind kind)
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyTags.Load(_ml, rows);
        ITransformer model = TinyTags.Trainer(_ml, kind).Fit(data);
        SequenceModel loaded = OfMlNetFile(model, data.Schema);

        Assert.That((loaded.Task, loaded.Outputs), Is.EqualTo((SequenceTask.SequenceTagging, 2)));
        Assert.That(loaded.ClassNames, Is.EquivalentTo(kind == ColumnKind.Ragged ? ["up", "down"] : (string[])["odd", "even"]));
        Assert.That(rows.Select(row => Score(loaded, row)), Is.EqualTo(RowByRow(model, data)));
        Assert.That(Batch(loaded, rows), Is.EqualTo(Scores.Of(model, data)));
    }

    [Test]
    public void A_network_that_reads_several_time_steps_as_one()
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        ITransformer model = Tiny.Multiclass(_ml, ColumnKind.Ragged, o => (o.PatchLength, o.Bidirectional) = (2, false)).Fit(data);
        SequenceModel loaded = OfRuntimeFile(model);

        Assert.That(loaded.Input.Features, Is.EqualTo(SequenceRow.Features));
        Assert.That(rows.Select(row => Score(loaded, row)), Is.EqualTo(RowByRow(model, data)));
        Assert.That(Batch(loaded, rows), Is.EqualTo(Scores.Of(model, data)));
        SequenceStream stream = loaded.CreateStream();
        var scores = new float[3];
        foreach (float[] step in rows[4].Ragged.Chunk(SequenceRow.Features))
            stream.Add(step, scores);
        Assert.That(scores, Is.EqualTo(Score(loaded, rows[4])).Within(1e-6));
    }

    [Test]
    public void What_a_model_says_of_itself()
    {
        IDataView data = TinyData.Load(_ml);
        SequenceModel classes = OfRuntimeFile(Tiny.Multiclass(_ml).Fit(data)),
            two = OfRuntimeFile(_ml.BinaryClassification.ChangeModelThreshold(Tiny.Binary(_ml).Fit(data), 0.5f));

        Assert.That(
            (classes.Task, classes.Outputs, classes.Input.Features, classes.Input.Vocabulary),
            Is.EqualTo((SequenceTask.MulticlassClassification, 3, 2, 0))
        );
        Assert.That(classes.ClassNames, Is.EqualTo(new[] { "low", "middle", "high" }));
        Assert.That(classes.ToString(), Is.EqualTo("MulticlassClassification of steps of 2 values, 1 Lstm layer of 4 units, 3 outputs"));
        Assert.That(classes.PredictedClass([0.2f, 0.7f, 0.1f]), Is.EqualTo(1));
        Assert.That(classes.PredictedClass([float.NaN, 0, 0]), Is.EqualTo(-1));
        Assert.That((two.Task, two.Threshold, two.ClassNames.Count), Is.EqualTo((SequenceTask.BinaryClassification, 0.5f, 0)));
        Assert.That((two.PredictedClass([0.6f]), two.PredictedClass([0.5f]), two.PredictedClass([float.NaN])), Is.EqualTo((1, 0, -1)));
        Assert.That(SequenceModel.Probability(0), Is.EqualTo(0.5f));
    }

    [Test]
    public void A_row_that_is_not_finite_has_NaN_scores()
    {
        SequenceModel model = OfRuntimeFile(Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml)));
        var scores = new float[3];
        model.Score([1, float.NaN], scores);
        Assert.That(scores, Has.All.NaN);
    }

    [Test]
    public void What_is_given_wrongly_is_refused_in_words()
    {
        SequenceModel numbers = OfRuntimeFile(Tiny.Multiclass(_ml, configure: o => o.Bidirectional = true).Fit(TinyData.Load(_ml)));
        SequenceModel tokens = OfRuntimeFile(Tiny.Binary(_ml, ColumnKind.Tokens).Fit(TinyData.Load(_ml)));
        var scores = new float[3];

        Throws<ArgumentException>(
            () => numbers.Score([1f, 2, 3], scores),
            "The model reads steps of 2 values, but was given 3 values, which are no whole steps."
        );
        Throws<ArgumentException>(() => numbers.Score([1, 2], scores), "The model reads steps of 2 values, but was given tokens.");
        Throws<ArgumentException>(() => numbers.Score([1f, 2], scores.AsSpan(1)), "There are 3 scores (ScoreLength), but room for 2 only.");
        Throws<ArgumentException>(
            () => tokens.Score([1f, 2], scores),
            "The model reads tokens of a vocabulary of 7, but was given 2 values."
        );
        Throws<ArgumentOutOfRangeException>(() => tokens.Score([0, 7], scores), "A token must be from 0 to 6: ML.NET's key less 1.");
        Throws<ArgumentException>(
            () => numbers.ScoreBatch(tokens.CreateBatch(), scores),
            "The batch was made by another model: make it by this model's CreateBatch."
        );
        Throws<InvalidOperationException>(
            () => numbers.CreateStream(),
            "The model cannot be streamed: it reads its sequences backwards as well (Bidirectional)"
        );
        Throws<InvalidOperationException>(() => tokens.Input.TokenOf("a"), "The model has no words (it reads tokens of a vocabulary of 7)");
        Throws<InvalidOperationException>(
            () => OfRuntimeFile(Tiny.Regression(_ml).Fit(TinyData.Load(_ml))).PredictedClass([1]),
            "A regression predicts no class"
        );
    }

    [Test]
    public void Nothing_is_allocated_after_the_first_rows()
    {
        SequenceRow[] rows = TinyData.Rows();
        SequenceModel model = OfRuntimeFile(
            Tiny.Multiclass(_ml, ColumnKind.Ragged, o => (o.EnsembleSize, o.PatchLength, o.Bidirectional) = (2, 2, false))
                .Fit(TinyData.Load(_ml, rows))
        );
        SequenceBatch batch = model.CreateBatch();
        SequenceStream stream = model.CreateStream();
        var scores = new float[3 * rows.Length];
        void Run()
        {
            batch.Clear();
            foreach (SequenceRow row in rows)
            {
                model.Score(row.Ragged, scores);
                batch.Add(row.Ragged);
                stream.Add(row.Ragged, scores);
            }
            model.ScoreBatch(batch, scores);
        }
        for (int i = 0; i < 50; i++)
            Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Several_threads_score_with_one_model()
    {
        SequenceRow[] rows = TinyData.Rows(500);
        SequenceModel model = OfRuntimeFile(Tiny.Multiclass(_ml, ColumnKind.Ragged).Fit(TinyData.Load(_ml)));
        var together = new float[rows.Length][];
        Parallel.For(0, rows.Length, i => together[i] = Score(model, rows[i]));
        Assert.That(together, Is.EqualTo(rows.Select(row => Score(model, row))));
    }

    [Test]
    public void A_stream_that_cannot_seek_is_read_too()
    {
        using var file = new MemoryStream();
        Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml)).SaveRuntimeModel(file);
        file.Position = 0;
        using var packed = new System.IO.Compression.BrotliStream(Packed(file), System.IO.Compression.CompressionMode.Decompress);
        Assert.That(SequenceModel.Load(packed).Outputs, Is.EqualTo(3));
    }

    // ---- damaged files ----

    [Test]
    public void A_file_that_is_no_model_is_refused()
    {
        Refused.Format(() => SequenceModel.Load(new MemoryStream([1, 2, 3])), "The model file's part 'scorer' is truncated");
        Refused.Format(
            () => SequenceModel.Load(new MemoryStream(new byte[500])),
            "The model file's part 'scorer' does not begin as RnnMlNet writes it"
        );
        Refused.Format(
            () => SequenceModel.Load(new MemoryStream("PK\u0003\u0004 and no more"u8.ToArray())),
            "The file is a damaged zip file"
        );
    }

    [Test]
    public void A_file_of_ML_NET_without_a_recurrent_network_or_with_two_is_refused()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer other = _ml.Transforms.CopyColumns("Copy", "Flat").Fit(data);
        Refused.Format(
            () => OfMlNetFile(other, data.Schema),
            "There is no recurrent classifier, regression or tagger of RnnMlNet in the file"
        );
        ITransformer two = Tiny.Binary(_ml).Append(_ml.Transforms.CopyColumns("First", "Score")).Append(Tiny.Regression(_ml)).Fit(data);
        Refused.Format(() => OfMlNetFile(two, data.Schema), "There are 2 recurrent networks in the file");
    }

    [Test]
    public void Whatever_byte_is_changed_the_file_is_refused()
    {
        using var file = new MemoryStream();
        Tiny.Multiclass(_ml).Fit(TinyData.Load(_ml)).SaveRuntimeModel(file);
        byte[] bytes = file.ToArray();
        for (int at = 0; at < bytes.Length; at += 7)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x41;
            Assert.Throws<FormatException>(() => SequenceModel.Load(new MemoryStream(changed)), $"byte {at}");
        }
        for (int length = 0; length < bytes.Length; length += 11)
            Assert.Throws<FormatException>(() => SequenceModel.Load(new MemoryStream(bytes[..length])), $"{length} bytes");
    }

    internal static SequenceModel OfRuntimeFile(ITransformer model)
    {
        using var file = new MemoryStream();
        model.SaveRuntimeModel(file);
        file.Position = 0;
        return SequenceModel.Load(file);
    }

    private SequenceModel OfMlNetFile(ITransformer model, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, schema, file);
        file.Position = 0;
        return SequenceModel.Load(file);
    }

    internal static float[] Score(SequenceModel model, SequenceRow row)
    {
        if (model.Input.Features == 0)
        {
            int[] tokens = [.. row.RaggedTokens.Select(key => (int)key - 1)];
            var ofTokens = new float[model.ScoreLength(tokens.Length)];
            model.Score(tokens, ofTokens);
            return ofTokens;
        }
        var scores = new float[model.ScoreLength(row.Ragged.Length / SequenceRow.Features)];
        model.Score(row.Ragged, scores);
        return scores;
    }

    private static float[][] Batch(SequenceModel model, SequenceRow[] rows)
    {
        SequenceBatch batch = model.CreateBatch();
        foreach (SequenceRow row in rows)
            if (model.Input.Features == 0)
                batch.Add([.. row.RaggedTokens.Select(key => (int)key - 1)]);
            else
                batch.Add(row.Ragged);
        Assert.That((batch.Count, batch.TotalSteps), Is.EqualTo((rows.Length, rows.Sum(row => row.RaggedTokens.Length))));
        var scores = new float[rows.Sum(row => model.ScoreLength(row.RaggedTokens.Length))];
        model.ScoreBatch(batch, scores);
        int at = 0;
        return [.. rows.Select(row => scores[at..(at += model.ScoreLength(row.RaggedTokens.Length))])];
    }

    // As a PredictionEngine scores them.
    private static float[][] RowByRow(ITransformer model, IDataView data)
    {
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        DataViewSchema.Column score = mapper.OutputSchema["Score"];
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        DataViewRow row = mapper.GetRow(cursor, [score]);
        var scores = new List<float[]>();
        while (cursor.MoveNext())
            scores.Add(Score(row, score));
        return [.. scores];
    }

    private static float[] Score(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            float score = 0;
            row.GetGetter<float>(column)(ref score);
            return [score];
        }
        VBuffer<float> scores = default;
        row.GetGetter<VBuffer<float>>(column)(ref scores);
        return [.. scores.DenseValues()];
    }

    private static MemoryStream Packed(MemoryStream file)
    {
        var packed = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            file.CopyTo(brotli);
        packed.Position = 0;
        return packed;
    }

    private static void Throws<T>(Action action, string text)
        where T : Exception => Assert.That(Assert.Throws<T>(action)!.Message, Does.Contain(text));
}
