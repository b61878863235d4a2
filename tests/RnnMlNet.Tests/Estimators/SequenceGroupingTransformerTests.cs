using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Grouping as a part of pipelines: before a trainer, saved and loaded, with long tables in scoring too.</summary>
[TestFixture]
public class SequenceGroupingTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_fresh_process_groups_and_scores_the_same()
    {
        IDataView table = Table(seed: 1);
        ITransformer model = Pipeline(SequenceWindows.Sliding(4, minimumLength: 2)).Fit(table);
        string[] expected = [.. ScoreText.Lines(model.Transform(table))];
        Assert.That(expected, Has.Length.GreaterThan(50));

        using var folder = new TemporaryFolder();
        string modelFile = folder.PathOf("model.zip"),
            rowsFile = folder.PathOf("rows.idv"),
            scoresFile = folder.PathOf("scores.txt");
        _ml.Model.Save(model, table.Schema, modelFile);
        using (FileStream rows = File.Create(rowsFile))
            _ml.Data.SaveAsBinary(table, rows);
        ChildProcess.RunWell(TestPaths.ScoringHost, "score", modelFile, rowsFile, scoresFile);
        Assert.That(File.ReadAllLines(scoresFile), Is.EqualTo(expected));
    }

    [Test]
    public void A_loaded_model_saves_to_the_same_bytes_with_all_of_its_definition()
    {
        IDataView table = Table(seed: 2);
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Features", "A", "V"), new("Words", "Word")],
            KeyColumnNames = ["Unit", "Run"],
            OrderColumnName = "Time",
            StaticColumnNames = ["Site"],
            Labels = [SequenceLabel.RemainingSteps(7), SequenceLabel.EveryStep("Y"), SequenceLabel.Maximum("B", "Most")],
            Windows = SequenceWindows.Sliding(5, 2, 3, SequenceWindowAlignment.Start),
            Gaps = SequenceGaps.Mask("1 hour", 9),
            FirstTimeColumnName = null,
            LastTimeColumnName = "End",
        };
        ITransformer fitted = _ml.Transforms.GroupIntoSequences(options).Fit(table);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, table.Schema), out _);
        Assert.That(SavedModel.Entries(_ml, loaded, table.Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, table.Schema)));
        Assert.That(LongTable.Lines(loaded.Transform(table)), Is.EqualTo(LongTable.Lines(fitted.Transform(table))));
    }

    [Test]
    public void A_damaged_definition_is_an_error_in_words()
    {
        IDataView table = Table(seed: 2);
        byte[] file = SavedModel.Bytes(
            _ml,
            _ml.Transforms.GroupIntoSequences("Features", ["Unit"], "Time", ["A"]).Fit(table),
            table.Schema
        );
        byte[] damaged = SavedModel.With(
            file,
            "Model.key",
            bytes =>
            {
                // A letter of the column's name.
                bytes[bytes.AsSpan().IndexOf("Features"u8)] ^= 1;
                return bytes;
            }
        );
        Exception? failure = Assert.Catch(() => SavedModel.Load(_ml, damaged, out _))?.GetBaseException();
        Assert.That(
            failure,
            Is.InstanceOf<FormatException>()
                .With.Message.EqualTo("The model file's part 'sequence grouping' is damaged or was altered: its checksum does not match.")
        );
    }

    [Test]
    public void A_model_of_sliding_windows_scores_the_last_window_of_each_sequence()
    {
        IDataView table = Table(seed: 3);
        TransformerChain<RnnRegressionTransformer> model = Pipeline(SequenceWindows.Sliding(4, minimumLength: 1)).Fit(table);
        float[] all = Scores(model.Transform(table));
        float[] units = Grouped(model.Transform(table)).Select(unit => unit.Last().Score).ToArray();

        SequenceGroupingTransformer grouping = model.OfType<SequenceGroupingTransformer>().Single();
        grouping.Windows = SequenceWindows.Last(4);
        Assert.That(Scores(model.Transform(table)), Is.EqualTo(units).And.Length.LessThan(all.Length));
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, table.Schema), out _);
        Assert.That(Scores(loaded.Transform(table)), Is.EqualTo(units));
    }

    [Test]
    public void Properties_are_checked_and_leave_earlier_views_as_they_are()
    {
        IDataView table = Table(seed: 3);
        SequenceGroupingTransformer model = _ml.Transforms.GroupIntoSequences("Features", ["Unit"], "Time", ["A"]).Fit(table);
        IDataView before = model.Transform(table);
        string[] lines = LongTable.Lines(before);
        model.Windows = SequenceWindows.Sliding(1);
        model.IsGrouped = true;
        model.StoreMemoryLimit = 0;
        Assert.That(LongTable.Lines(before), Is.EqualTo(lines));
        Assert.That(
            ProperFailure.Of("windows", () => model.Windows = SequenceWindows.Last(-1)).Message,
            Does.StartWith("The length of a window is -1; it must be 1 or more.")
        );
        Assert.That(
            ProperFailure.Of("a folder", () => model.StoreDirectory = "nowhere").Message,
            Does.StartWith("StoreDirectory is 'nowhere', and there is no such folder")
        );
        Assert.That((model.Windows.Length, model.StoreDirectory), Is.EqualTo(((int?)1, (string?)null)));
        Assert.That(
            ProperFailure.Of("a row mapper", () => ((ITransformer)model).GetRowToRowMapper(table.Schema)).Message,
            Is.EqualTo(
                "A sequence consists of several rows, so a PredictionEngine cannot group a single one: use Transform, or give the rest of "
                    + "the chain whole sequences."
            )
        );
    }

    [Test]
    public void ConvertToOnnx_exports_what_follows_the_grouping()
    {
        IDataView table = Table(seed: 1);
        // ONNX has no dates.
        ITransformer model = Pipeline(SequenceWindows.Whole, nameof(LongRow.Cycle)).Fit(table);
        using var file = new MemoryStream();
        _ml.Model.ConvertToOnnx(model, table, file);
        // The inputs are columns of sequences.
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(file.ToArray());
        Assert.That(session.InputNames, Does.Contain("Features").And.None.EqualTo("A"));
    }

    private EstimatorChain<RnnRegressionTransformer> Pipeline(SequenceWindows windows, string time = nameof(LongRow.Time)) =>
        _ml
            .Transforms.NormalizeMinMax(nameof(LongRow.A))
            .Append(
                _ml.Transforms.GroupIntoSequences(
                    "Features",
                    [nameof(LongRow.Unit)],
                    time,
                    [nameof(LongRow.A), nameof(LongRow.B), nameof(LongRow.V)],
                    SequenceLabel.Last(nameof(LongRow.Y), "Label"),
                    windows
                )
            )
            .Append(
                _ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        FeaturesPerStep = 4,
                        HiddenSize = 3,
                        MaxEpochs = 1,
                        Engine = EngineKind.Simd,
                    }
                )
            );

    private IDataView Table(int seed) => _ml.Data.LoadFromEnumerable(LongTable.Shuffled(LongTable.Draw(seed, units: 20), seed));

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float>("Score")];

    private static IEnumerable<IGrouping<string, (string Unit, float Score)>> Grouped(IDataView scored) =>
        scored.GetColumn<string>("Unit").Zip(scored.GetColumn<float>("Score")).GroupBy(row => row.First);
}
