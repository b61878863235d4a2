// Finds the faults that machines have from a table of sensor readings: a row for each machine and hour, with a regime that shifts all
// sensors, missing hours and values, and what is known of the machine itself. A machine may have several faults at a time.
//   SensorTable                what it finds
//   SensorTable plant.rnn      and the network for samples/NativeAot, with a machine's last readings in plant.csv
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using Samples.SensorTable;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);

// 1. A simulated plant (Plant.cs). Machines are numbered anew on each line; those of the test are on other lines.
Reading[] trainRows = new Plant(seed: 1).Run(["A", "B", "C"], machines: 80, hours: 60);
Reading[] testRows = new Plant(seed: 2).Run(["X", "Y"], machines: 50, hours: 60);
IDataView train = ml.Data.LoadFromEnumerable(trainRows);
IDataView test = ml.Data.LoadFromEnumerable(testRows);
Console.WriteLine(
    $"{trainRows.Length} readings of {trainRows.DistinctBy(row => row.Name).Count()} machines, "
        + $"{trainRows.Count(row => float.IsNaN(row.Vibration))} without a vibration (a made-up plant)"
);
Console.WriteLine();

// 2. The pipeline. A row of the network is the last 24 readings of a machine, every few hours, with the faults that it has at the last one.
IEstimator<ITransformer> Pipeline(string[]? normalizeBy) =>
    ml
        .Transforms.GroupIntoSequences(
            new SequenceGroupingOptions
            {
                KeyColumnNames = ["Line", "Machine"],
                OrderColumnName = "Time",
                Columns =
                [
                    new SequenceStepColumns("Sensors", "Temperature", "Vibration", "Flow"),
                    new SequenceStepColumns("Regimes", "Regime"),
                ],
                StaticColumnNames = ["Age", "Maker"],
                Labels = [SequenceLabel.Last("WornBearing"), SequenceLabel.Last("Leak")],
                Windows = SequenceWindows.Sliding(24, stride: 5, minimumLength: 6),
                StepTimesColumnName = "Times",
            }
        )
        .Append(ml.Transforms.Conversion.MapValueToKey("MakerKey", "Maker"))
        .Append(ml.Transforms.Concatenate("Label", "WornBearing", "Leak"))
        .Append(
            ml.MulticlassClassification.Trainers.RnnMultiLabel(
                new RnnMultiLabelTrainer.Options
                {
                    ChannelColumnNames = ["Sensors", "Regimes"],
                    // Each sensor is standardised within its regime: what is left is what tells of faults.
                    NormalizeBy = normalizeBy,
                    StaticColumnNames = ["Age", "MakerKey"],
                    // The network reads which vibrations are missing, and the hours since the last one, as rows may be missing too.
                    MissingValues = MissingValues.LastValue,
                    TimeColumnName = "Times",
                    // Windows of a machine are alike: all of them are validated on, or none.
                    GroupColumnNames = ["Line", "Machine"],
                    ForStreaming = true,
                    MaxEpochs = 12,
                }
            )
        );

MultiLabelMetrics Train(string[]? normalizeBy, out ITransformer model)
{
    Stopwatch clock = Stopwatch.StartNew();
    model = Pipeline(normalizeBy).Fit(train);
    Console.WriteLine($"  trained in {clock.Elapsed.TotalSeconds:0.0} s");
    return ml.MulticlassClassification.EvaluateMultiLabel(model.Transform(test));
}

// 3. With and without NormalizeBy, on other machines.
Console.WriteLine("All regimes standardised together");
MultiLabelMetrics together = Train(null, out _);
Console.WriteLine("Each regime by itself");
MultiLabelMetrics apart = Train(["Regimes"], out ITransformer model);
Console.WriteLine();
Console.WriteLine("Faults found on other machines (mean F1 of both)");
Console.WriteLine($"  {together.MacroF1:0.000}   all regimes standardised together");
Console.WriteLine($"  {apart.MacroF1:0.000}   each regime by itself");
Console.WriteLine();

// 4. Serve: the rows of a machine as they arrive. The engine finds its last readings by the row's line and machine.
using var engine = ml.Model.CreateSequencePredictionEngine<Reading, Diagnosis>(model);
Reading[] machine =
[
    .. testRows
        .GroupBy(row => row.Name)
        .First(rows => rows.Any(row => row.WornBearing && row.Leak) && rows.Any(row => !row.WornBearing && !row.Leak))
        .OrderBy(row => row.Time),
];
Console.WriteLine($"Machine {machine[0].Name}, reading by reading: ! a fault is found, ' it is there");
var found = machine.Select(row => engine.Predict(row).PredictedLabel).ToArray();
Console.WriteLine($"  worn bearing {string.Concat(machine.Select((row, i) => Sign(found[i][0], row.WornBearing)))}");
Console.WriteLine($"  leak         {string.Concat(machine.Select((row, i) => Sign(found[i][1], row.Leak)))}");

// 5. Where ML.NET does not run: the network alone, for RnnMlNet.Runtime.
if (args is [string file])
{
    model.SaveRuntimeModel(file);
    File.WriteAllLines(Path.ChangeExtension(file, ".csv"), machine[^24..].Select(row => row.Csv));
}

static string Sign(bool isFound, bool isThere) =>
    (isFound, isThere) switch
    {
        (true, _) => "!",
        (_, true) => "'",
        _ => ".",
    };
