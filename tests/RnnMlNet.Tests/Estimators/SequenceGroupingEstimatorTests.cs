using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Long tables as users have them, through grouping and a trainer.</summary>
[TestFixture]
public class SequenceGroupingEstimatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_data_frame_is_a_long_table()
    {
        LongRow[] rows = LongTable.Shuffled(LongTable.Draw(4, units: 10), 4);
        var frame = new DataFrame(
            new StringDataFrameColumn("Unit", rows.Select(row => row.Unit)),
            new Int32DataFrameColumn("Cycle", rows.Select(row => row.Cycle)),
            new DateTimeDataFrameColumn("Time", rows.Select(row => row.Time)),
            new SingleDataFrameColumn("A", rows.Select(row => row.A)),
            new DoubleDataFrameColumn("B", rows.Select(row => row.B)),
            new BooleanDataFrameColumn("C", rows.Select(row => row.C)),
            new StringDataFrameColumn("Word", rows.Select(row => row.Word))
        );
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Features", "A", "B", "C"), new("Words", "Word")],
            KeyColumnNames = ["Unit"],
            OrderColumnName = "Time",
            Labels = [SequenceLabel.Last("Cycle", "Label")],
        };
        Assert.That(
            LongTable.Lines(_ml.Data.GroupIntoSequences(frame, options)),
            Is.EqualTo(LongTable.Lines(_ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(rows), options)))
        );
    }

    [Test]
    public void A_tagger_trains_on_text_at_every_step()
    {
        IDataView table = _ml.Data.LoadFromEnumerable(LongTable.Draw(5, units: 20));
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Tokens", "Word")],
            KeyColumnNames = ["Unit"],
            OrderColumnName = "Time",
            Labels = [SequenceLabel.EveryStep("Word", "Tags")],
        };
        var trainer = _ml.MulticlassClassification.Trainers.RnnSequenceTagger(
            new RnnSequenceTaggerTrainer.Options
            {
                LabelColumnName = "Tags",
                FeatureColumnName = "Tokens",
                EmbeddingSize = 3,
                HiddenSize = 2,
                MaxEpochs = 1,
            }
        );
        ITransformer model = _ml.Transforms.GroupIntoSequences(options).Append(trainer).Fit(table);
        DataViewSchema schema = model.Transform(_ml.Transforms.CopyColumns("Other", "Word").Fit(table).Transform(table)).Schema;
        Assert.That(schema["PredictedLabel"].Type.GetItemType(), Is.EqualTo(schema["Tags"].Type.GetItemType()));
    }

    [Test]
    public void Engines_of_C_MAPSS_from_the_raw_file_through_one_pipeline()
    {
        string trainFile = SharedData.Require("CMAPSS_FD001/train_FD001.txt"),
            testFile = SharedData.Require("CMAPSS_FD001/test_FD001.txt");
        IDataView train = CmapssTable(trainFile),
            test = CmapssTable(testFile);
        EstimatorChain<RnnRegressionTransformer> pipeline = _ml
            .Transforms.GroupIntoSequences(
                "Features",
                keyColumnNames: ["Unit"],
                orderColumnName: "Cycle",
                stepColumnNames: ["Settings", "Sensors"],
                label: SequenceLabel.RemainingSteps(cap: 125),
                windows: SequenceWindows.Sliding(length: 30, stride: 20)
            )
            .Append(
                _ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        FeaturesPerStep = 24,
                        HiddenSize = 4,
                        MaxEpochs = 2,
                        LearningRate = 1e-2f,
                        Engine = EngineKind.Simd,
                    }
                )
            );
        TransformerChain<RnnRegressionTransformer> model = pipeline.Fit(train);
        IDataView grouped = model.OfType<SequenceGroupingTransformer>().Single().Transform(train);
        CheckAgainstFile(grouped, trainFile);

        model.OfType<SequenceGroupingTransformer>().Single().Windows = SequenceWindows.Last(30);
        float[] scores = Scores(model.Transform(test));
        Assert.That(scores, Has.Length.EqualTo(100).And.All.InRange(-50f, 200f));
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, train.Schema), out _);
        Assert.That(Scores(loaded.Transform(test)), Is.EqualTo(scores));
    }

    // Number and labels of the windows, and the values of one, from the file's lines.
    private static void CheckAgainstFile(IDataView grouped, string file)
    {
        float[][] lines =
        [
            .. File.ReadLines(file)
                .Select(line =>
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))
                        .ToArray()
                ),
        ];
        var units = lines.GroupBy(cells => (int)cells[0]).Select(unit => unit.ToArray()).ToArray();
        float[] labels = [.. grouped.GetColumn<float>("Label")];
        Assert.That(
            labels,
            Is.EqualTo(
                units.SelectMany(unit =>
                    Enumerable
                        .Range(1, unit.Length)
                        .Where(end => end >= 30 && (unit.Length - end) % 20 == 0)
                        .Select(end => (float)Math.Min(125, unit.Length - end))
                )
            )
        );
        Assert.That(
            grouped.GetColumn<float[]>("Features").First(),
            Is.EqualTo(units[0].Skip((units[0].Length - 30) % 20).Take(30).SelectMany(cells => cells.Skip(2)))
        );
    }

    private IDataView CmapssTable(string file) =>
        _ml.Data.LoadFromTextFile(
            file,
            [
                new TextLoader.Column("Unit", DataKind.Int32, 0),
                new TextLoader.Column("Cycle", DataKind.Int32, 1),
                new TextLoader.Column("Settings", DataKind.Single, 2, 4),
                new TextLoader.Column("Sensors", DataKind.Single, 5, 25),
            ],
            separatorChar: ' '
        );

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float>("Score")];
}
