using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Runtime;

/// <summary>
/// RnnMlNet.Runtime gives a model the same scores as ML.NET's side: read from either file, row by row, in batches and as a stream. Tests of
/// the model alone are in RnnMlNet.Runtime.Tests.
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
}
