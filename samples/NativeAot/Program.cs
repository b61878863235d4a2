// Reads handwritten digits with the network that samples/Quickstart trained, without ML.NET and without .NET on the machine.
//   NativeAot digits.rnn                       the scores of one image
//   NativeAot digits.rnn images.csv            and the accuracy on a file's images (64 pixels and the digit in a line)
// and the faults of a machine with that of samples/SensorTable, from a row of numbers, times, categories and static values.
//   NativeAot plant.rnn machine.csv            the last readings of the machine (MachineReadings.cs)
using System.Diagnostics;
using System.Globalization;
using RnnMlNet;
using RnnMlNet.Runtime;
using Samples.NativeAot;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("Usage: NativeAot <model> [<images.csv>], or NativeAot <model> <machine.csv>");
    return 2;
}
SequenceModel model = SequenceModel.Load(args[0]);
if (model.Task == SequenceTask.MultiLabelClassification)
{
    MachineReadings.Diagnose(model, args[^1]);
    return 0;
}
var scores = new float[model.ScoreLength(steps: 8)];

// A zero, row by row.
float[] zero =
[
    0,
    0,
    5,
    13,
    9,
    1,
    0,
    0,
    0,
    0,
    13,
    15,
    10,
    15,
    5,
    0,
    0,
    3,
    15,
    2,
    0,
    11,
    8,
    0,
    0,
    4,
    12,
    0,
    0,
    8,
    8,
    0,
    0,
    5,
    8,
    0,
    0,
    9,
    8,
    0,
    0,
    4,
    11,
    0,
    1,
    12,
    7,
    0,
    0,
    2,
    14,
    5,
    10,
    12,
    0,
    0,
    0,
    0,
    6,
    13,
    10,
    0,
    0,
    0,
];
model.Score(zero, scores);

// Exactly, so that a test can compare them with ML.NET's scores.
Console.WriteLine($"Scores: {Bits.Of(scores)}");
Console.WriteLine($"The model reads a {model.ClassNames[model.PredictedClass(scores)]} ({model}).");
if (args.Length == 1)
    return 0;

int images = 0,
    right = 0;
Stopwatch clock = Stopwatch.StartNew();
foreach (string line in File.ReadLines(args[1]))
{
    string[] fields = line.Split(',');
    float[] pixels = [.. fields[..64].Select(field => float.Parse(field))];
    model.Score(pixels, scores);
    images++;
    if (model.ClassNames[model.PredictedClass(scores)] == fields[64])
        right++;
}
Console.WriteLine(
    $"{right} of {images} images are read rightly, {clock.Elapsed.TotalMicroseconds / images:0} microseconds each, with "
        + $"the reading of the file."
);
return 0;
