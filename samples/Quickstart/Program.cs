// Reads handwritten digits as sequences: an image of 8 x 8 pixels is 8 steps (its rows, from the top) of 8 features (the pixels of a row).
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using RnnMlNet;
using Samples;
using Samples.Quickstart;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);

// 1. Load with ML.NET's own loader, and hold out a fifth of the images as the test set.
string dataPath = Path.Combine(AppContext.BaseDirectory, "data", "digits.csv");
IDataView images = ml.Data.LoadFromTextFile<DigitImage>(dataPath, separatorChar: ',');
DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(images, testFraction: 0.2, seed: 1);

// 2. The pipeline: maps digits to keys, trains the network, and maps predicted keys back to digits.
// DigitRecipe.cs sets only the columns. Cell, size, epochs and so on are chosen from the data.
RnnMulticlassTrainer.Options options = DigitRecipe.Options();
options.Progress = new ConsoleProgress();
var pipeline = ml
    .Transforms.Conversion.MapValueToKey("Label", nameof(DigitImage.Digit), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
    .Append(ml.MulticlassClassification.Trainers.Rnn(options))
    .Append(ml.Transforms.Conversion.MapKeyToValue(nameof(DigitPrediction.PredictedDigit), "PredictedLabel"));

// 3. Train. On so few images Fit trains an ensemble, each member of which holds out another part of them. The model is their mean.
// The log and the model's History.Options, which TrainingSummary writes, list the chosen options.
Console.WriteLine("Training on rows of pixels");
Stopwatch clock = Stopwatch.StartNew();
var model = pipeline.Fit(split.TrainSet);
TrainingSummary.Write(model.OfType<RnnMulticlassTransformer>().Single().Model.Histories, clock.Elapsed);

// 4. Evaluate on the test set.
IDataView scored = model.Transform(split.TestSet);
var metrics = ml.MulticlassClassification.Evaluate(scored);
Console.WriteLine($"Test: {metrics.ConfusionMatrix.Counts.Sum(row => row.Sum())} images");
Console.WriteLine(
    $"  accuracy {metrics.MicroAccuracy:0.000}   mean accuracy of the classes {metrics.MacroAccuracy:0.000}   log-loss "
        + $"{metrics.LogLoss:0.000}"
);
Console.WriteLine();
Console.WriteLine(metrics.ConfusionMatrix.Plot());

// 5. Save, load, predict one image at a time. The model file is all that is needed, and scoring needs no libtorch.
string modelPath = Path.Combine(AppContext.BaseDirectory, "digits-model.zip");
ml.Model.Save(model, split.TrainSet.Schema, modelPath);
ITransformer loaded = ml.Model.Load(modelPath, out _);
using var engine = ml.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(loaded);
Console.WriteLine($"Saved and loaded again: {modelPath}, {new FileInfo(modelPath).Length / 1024} KiB");

// The same for RnnMlNet.Runtime, which scores without ML.NET: samples/NativeAot reads it.
string runtimePath = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "digits.rnn");
loaded.SaveRuntimeModel(runtimePath);
Console.WriteLine($"Saved for RnnMlNet.Runtime: {runtimePath}, {new FileInfo(runtimePath).Length / 1024} KiB");

DigitImage image = ml.Data.CreateEnumerable<DigitImage>(split.TestSet, reuseRowObject: false).First();
DigitPrediction prediction = engine.Predict(image);
Console.WriteLine();
foreach (string line in DigitPicture.Lines(image))
    Console.WriteLine($"  | {line} |");
Console.WriteLine($"  The model reads a {prediction.PredictedDigit} (probability {prediction.Score.Max():0.000}); it is a {image.Digit}.");
