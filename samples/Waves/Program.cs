// Classifies the wave at each step of a stream: trained for streaming, saved for RnnMlNet.Runtime, read step by step.
//   dotnet run --project samples/Waves -- waves.rnn
// samples/Browser reads the file.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Runtime;
using Samples;
using Samples.Waves;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IDataView recordings = ml.Data.LoadFromEnumerable(WaveRecipe.Recordings(count: 400, seed: 1));

// 1. Train.
Console.WriteLine("Training on recordings of waves that change");
Stopwatch clock = Stopwatch.StartNew();
ITransformer model = WaveRecipe.Pipeline(ml, new ConsoleProgress()).Fit(recordings);
TrainingSummary.Write(((IEnumerable<ITransformer>)model).OfType<RnnSequenceTaggerTransformer>().Single().Model.Histories, clock.Elapsed);

// 2. Evaluate on other recordings.
IDataView others = ml.Data.LoadFromEnumerable(WaveRecipe.Recordings(count: 100, seed: 2));
SequenceTaggingMetrics metrics = ml.MulticlassClassification.EvaluateSequenceTagging(model.Transform(others));
Console.WriteLine($"Test: accuracy {metrics.Accuracy:0.000} of all steps, those just after a change too");

// 3. Save, load without ML.NET, and read a stream step by step.
string path = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "waves.rnn");
model.SaveRuntimeModel(path);
Console.WriteLine($"Saved for RnnMlNet.Runtime: {path}, {new FileInfo(path).Length / 1024} KiB");
SequenceModel runtime = SequenceModel.Load(path);
SequenceStream stream = runtime.CreateStream();
var source = new WaveSource(new Random(3));
var scores = new float[runtime.Outputs];
foreach (WaveKind kind in Enum.GetValues<WaveKind>())
{
    source.Kind = kind;
    for (int step = 0; step < 40; step++)
        stream.Add([source.Next()], scores);
    int @class = runtime.PredictedClass(scores);
    Console.WriteLine(
        $"After 40 steps of a {kind.Name()}: {runtime.ClassNames[@class]} (probability {scores[@class]:0.000}), step " + $"{stream.Steps}"
    );
}
