// Long table: from a CSV file with one row for each reading to a prediction after each new reading.
//
//     dotnet run samples/lessons/long-table.cs
//
// The notebook samples/notebooks/long-table.ipynb has the same lines, with more explanation.
// Outside this repository, replace the line #:project by #:package RnnMlNet@0.1.0
#:project ../../src/Extension/RnnMlNet.csproj
// Single-file programs default to native compilation, and ML.NET generates code at run time.
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

// 1. Readings of 60 pumps in any order: a row for each, with a time, a missing vibration here and there, and whether the pump failed
// within a day of its last one. ML.NET reads an empty number as 0 unless MissingRealsAsNaNs is set. A quarter of the pumps, with all of
// their rows, is the test set.
string samples = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".", "..");
var ml = new MLContext(seed: 1);
var csv = new TextLoader.Options
{
    Separators = [','],
    HasHeader = true,
    MissingRealsAsNaNs = true,
};
IDataView readings = ml.Data.LoadFromTextFile<Reading>(Path.Combine(samples, "notebooks", "data", "pumps.csv"), csv);
var split = ml.Data.TrainTestSplit(readings, testFraction: 0.25, samplingKeyColumnName: "Pump", seed: 1);

// 2. One pipeline: the rows of a pump become a sequence, the kind of pump a key, and the network learns from both.
var grouping = new SequenceGroupingOptions
{
    KeyColumnNames = ["Pump"],
    OrderColumnName = "Time",
    Columns = [new SequenceStepColumns("Readings", "Load", "Vibration")],
    StaticColumnNames = ["Model"],
    Labels = [SequenceLabel.Last("Failed", "Label")],
    Windows = SequenceWindows.Last(12),
    StepTimesColumnName = "Times",
};
var trainer = ml.BinaryClassification.Trainers.Rnn(
    new RnnBinaryTrainer.Options
    {
        ChannelColumnNames = ["Readings"],
        StaticColumnNames = ["ModelKey"],
        TimeColumnName = "Times",
        MissingValues = MissingValues.LastValue,
    }
);
var pipeline = ml
    .Transforms.GroupIntoSequences(grouping)
    .Append(ml.Transforms.Conversion.MapValueToKey("ModelKey", "Model"))
    .Append(trainer);
var model = pipeline.Fit(split.TrainSet);

// 3. Evaluate on the pumps that it has not seen.
var metrics = ml.BinaryClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"accuracy on the test pumps: {metrics.Accuracy:0.00}");

// 4. Save and load: the file is all that the program that serves needs.
string modelPath = Path.Combine(Path.GetTempPath(), $"pumps-{Guid.NewGuid():N}.zip");
ml.Model.Save(model, readings.Schema, modelPath);
ITransformer loaded = ml.Model.Load(modelPath, out _);
File.Delete(modelPath);

// 5. Serve: the same rows, one by one as they arrive. The engine keeps the last 12 readings of each pump.
var engine = ml.Model.CreateSequencePredictionEngine<Reading, Verdict>(loaded);
var newest = ml.Data.CreateEnumerable<Reading>(split.TestSet, reuseRowObject: false).ToArray();
Reading last = newest.Last(reading => reading.Failed);
Verdict verdict = new();
foreach (Reading reading in newest.Where(reading => reading.Pump == last.Pump))
    verdict = engine.Predict(reading.Pump, reading);
Console.WriteLine($"pump {last.Pump}: failure within a day with probability {verdict.Probability:0.00}");

class Reading
{
    [LoadColumn(0)]
    public string Pump { get; set; } = "";

    [LoadColumn(1)]
    public DateTime Time { get; set; }

    [LoadColumn(2)]
    public string Model { get; set; } = "";

    [LoadColumn(3)]
    public float Load { get; set; }

    [LoadColumn(4)]
    public float Vibration { get; set; } = float.NaN;

    [LoadColumn(5)]
    public bool Failed { get; set; }
}

class Verdict
{
    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }
}
