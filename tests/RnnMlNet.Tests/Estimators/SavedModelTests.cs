using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// Models saved here and loaded elsewhere: in a fresh process that has not touched RnnMlNet and in whose folder there is no libtorch.
/// </summary>
[TestFixture]
public class SavedModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_fresh_process_scores_the_same(
        [Values] TinyTask task,
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.Tokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer model = Tiny.Trainer(_ml, task, kind).Fit(data);
        Assert.That(ScoredElsewhere("score", model, data), Is.EqualTo(ScoreText.Lines(model.Transform(data))));
    }

    [Test]
    public void A_fresh_process_predicts_the_same()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer model = Tiny.Multiclass(_ml, configure: options => (options.Cell, options.Bidirectional) = (CellKind.Gru, true))
            .Fit(data);
        Assert.That(ScoredElsewhere("predict", model, data), Is.EqualTo(Predictions.Lines(_ml, model, data)));
    }

    [Test]
    public void A_fresh_process_scores_a_whole_chain()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer chain = _ml
            .Transforms.NormalizeMinMax(nameof(SequenceRow.Flat))
            .Append(Tiny.Regression(_ml, ColumnKind.Flat))
            .Fit(data);
        Assert.That(ScoredElsewhere("score", chain, data), Is.EqualTo(ScoreText.Lines(chain.Transform(data))));
    }

    [Test]
    public void Scoring_elsewhere_needs_no_libtorch()
    {
        string[] files =
        [
            .. Directory
                .EnumerateFiles(Path.GetDirectoryName(TestPaths.ScoringHost)!, "*", SearchOption.AllDirectories)
                .Select(Path.GetFileName)!,
        ];
        Assert.That(files, Has.Some.EqualTo("RnnMlNet.dll"));
        Assert.That(files, Has.None.Match("^(lib)?(torch|c10)[._a-z]*\\.(so|dll|dylib)$"));
    }

    [Test]
    public void The_input_schema_stands_in_the_file()
    {
        IDataView data = TinyData.Load(_ml);
        byte[] file = SavedModel.Bytes(_ml, Tiny.Multiclass(_ml).Fit(data), data.Schema);
        SavedModel.Load(_ml, file, out DataViewSchema schema);
        SchemaAssert.Same(data.Schema, schema, "The schema in the file");
    }

    [Test]
    public void A_loaded_model_saves_to_the_same_bytes([Values] TinyTask task)
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer fitted = Tiny.Trainer(_ml, task).Fit(data);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(SavedModel.Entries(_ml, loaded, data.Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, data.Schema)));
    }

    [Test]
    public void A_loaded_model_does_not_depend_on_the_contexts_seed()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer fitted = Tiny.Multiclass(_ml).Fit(data);
        var other = new MLContext(seed: 99);
        ITransformer loaded = SavedModel.Load(other, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(Scores.Of(loaded, TinyData.Load(other)), Is.EqualTo(Scores.Of(fitted, data)));
    }

    private string[] ScoredElsewhere(string command, ITransformer model, IDataView data)
    {
        using var folder = new TemporaryFolder();
        string modelFile = folder.PathOf("model.zip"),
            rowsFile = folder.PathOf("rows.idv"),
            scoresFile = folder.PathOf("scores.txt");
        _ml.Model.Save(model, data.Schema, modelFile);
        using (FileStream rows = File.Create(rowsFile))
            _ml.Data.SaveAsBinary(data, rows);

        string said = ChildProcess.RunWell(TestPaths.ScoringHost, command, modelFile, rowsFile, scoresFile);
        // ML.NET looks through all types of a model's assembly, which brings in the managed half of TorchSharp; nothing native of it.
        Assert.That(
            said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(["before:", "after: RnnMlNet TorchSharp", "native:"])
        );
        return File.ReadAllLines(scoresFile);
    }
}
