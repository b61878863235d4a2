using System.Diagnostics;
using Accuracy.Defaults;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Tables;

/// <summary>A room's sensors minute by minute, with a label at every step: whether someone is in it.</summary>
/// <param name="data">The data folder.</param>
/// <param name="test">The test file: datatest or datatest2.</param>
internal sealed class OccupancyTable(string data, string test) : ITableCase
{
    // Minutes of a sequence. This and the network's sizes were chosen by holding out each third of the training file in turn.
    private const int Window = 120;

    public string Name => $"occupancy {test}";

    public string Measure => "accuracy";

    public bool LowerIsBetter => false;

    public double? Bar => 0.97;

    public Outcome Run(int seed, int threads)
    {
        var ml = new MLContext(seed);
        var clock = Stopwatch.StartNew();
        var model = ml
            .Transforms.GroupIntoSequences(
                "Features",
                keyColumnNames: [],
                orderColumnName: "Time",
                stepColumnNames: ["Temperature", "Humidity", "Light", "CO2", "HumidityRatio"],
                label: SequenceLabel.EveryStep("Occupancy", "Label"),
                windows: SequenceWindows.Sliding(Window, stride: Window)
            )
            .Append(
                ml.MulticlassClassification.Trainers.RnnSequenceTagger(
                    new RnnSequenceTaggerTrainer.Options
                    {
                        HiddenSize = 32,
                        Layers = 1,
                        Seed = seed,
                        Threads = threads,
                    }
                )
            )
            .Fit(Load(ml, "datatraining"));
        double seconds = clock.Elapsed.TotalSeconds;
        // The whole file as sequences of the length of training, each minute once.
        model.OfType<SequenceGroupingTransformer>().Single().Windows = SequenceWindows.Sliding(
            Window,
            stride: Window,
            minimumLength: 1,
            alignment: SequenceWindowAlignment.Start
        );
        long right = 0,
            steps = 0;
        foreach (Row row in ml.Data.CreateEnumerable<Row>(model.Transform(Load(ml, test)), reuseRowObject: true))
        {
            steps += row.Label.Length;
            right += row.Label.Zip(row.PredictedLabel).Count(pair => pair.First == pair.Second);
        }
        return new Outcome((double)right / steps, double.NaN, seconds);
    }

    private IDataView Load(MLContext ml, string file)
    {
        // The second test file has no name of its first column, the number of the row.
        int first = 1;
        return ml.Data.LoadFromTextFile(
            Path.Combine(data, "occupancy", $"{file}.txt"),
            new TextLoader.Options
            {
                Columns =
                [
                    new TextLoader.Column("Time", DataKind.DateTime, first),
                    new TextLoader.Column("Temperature", DataKind.Single, first + 1),
                    new TextLoader.Column("Humidity", DataKind.Single, first + 2),
                    new TextLoader.Column("Light", DataKind.Single, first + 3),
                    new TextLoader.Column("CO2", DataKind.Single, first + 4),
                    new TextLoader.Column("HumidityRatio", DataKind.Single, first + 5),
                    new TextLoader.Column("Occupancy", DataKind.String, first + 6),
                ],
                Separators = [','],
                HasHeader = true,
                AllowQuoting = true,
            }
        );
    }

    private sealed class Row
    {
        [VectorType]
        public uint[] Label { get; set; } = [];

        [VectorType]
        public uint[] PredictedLabel { get; set; } = [];
    }
}
