// Getting started: a network that reads handwritten digits. Train, inspect the history, evaluate, save, load, predict.
//
//     dotnet run samples/lessons/getting-started.cs
//
// The notebook samples/notebooks/getting-started.ipynb has the same lines, with more explanation.
// Outside this repository, replace the line #:project by #:package RnnMlNet@0.1.0
#:project ../../src/Extension/RnnMlNet.csproj
// Single-file programs default to native compilation, and ML.NET generates code at run time.
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using RnnMlNet;

// 1. Images of 8 x 8 pixels, labelled with their digit. A fifth of them is the test set.
string samples = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".", "..");
var ml = new MLContext(seed: 1);
IDataView images = ml.Data.LoadFromTextFile<DigitImage>(Path.Combine(samples, "Quickstart", "data", "digits.csv"), separatorChar: ',');
var split = ml.Data.TrainTestSplit(images, testFraction: 0.2, seed: 1);

// One of them, as characters. A pixel is a number from 0 (paper) to 16 (ink).
DigitImage first = ml.Data.CreateEnumerable<DigitImage>(split.TestSet, reuseRowObject: false).First();
foreach (float[] row in first.Pixels.Chunk(8))
    Console.WriteLine(
        string.Concat(
            row.Select(ink =>
                ink > 11 ? "##"
                : ink > 5 ? "++"
                : " ."
            )
        )
    );
Console.WriteLine($"It is a {first.Digit}.");

// 2. Train. A sequence is steps of features: here 8 rows of 8 pixels. The network is one step of an ordinary ML.NET pipeline.
// Its cell, its size, its epochs and so on are chosen from the data; an option that is set takes precedence.
var pipeline = ml
    .Transforms.Conversion.MapValueToKey("Label", "Digit", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
    .Append(ml.MulticlassClassification.Trainers.Rnn(featureColumnName: "Pixels", featuresPerStep: 8))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedDigit", "PredictedLabel"));
var model = pipeline.Fit(split.TrainSet);

// 3. The chosen options and the training history. Both losses should fall.
// The model is the mean of several networks; this is the first one's history.
RnnMulticlassTransformer network = model.OfType<RnnMulticlassTransformer>().Single();
TrainingHistory history = network.Model.History;
foreach (var (option, value) in history.Options)
    Console.WriteLine($"{option, -22}{value}");
Console.WriteLine(history.Plot());

// 4. Evaluate on the test set: a line for each true digit, a column for each predicted one.
IDataView scored = model.Transform(split.TestSet);
MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
Console.WriteLine($"accuracy on the test images: {metrics.MicroAccuracy:0.000}");
Console.WriteLine(metrics.ConfusionMatrix.Plot());

// 5. Save and load. The file is all that a program needs to predict.
string modelPath = Path.Combine(Path.GetTempPath(), $"digits-{Guid.NewGuid():N}.zip");
ml.Model.Save(model, split.TrainSet.Schema, modelPath);
ITransformer loaded = ml.Model.Load(modelPath, out _);
File.Delete(modelPath);

// 6. Predict. Score holds the probability of each digit.
var engine = ml.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(loaded);
DigitPrediction prediction = engine.Predict(first);
Console.WriteLine($"The model reads a {prediction.PredictedDigit}, with probability {prediction.Score.Max():0.00}; it is a {first.Digit}.");

class DigitImage
{
    [LoadColumn(0, 63), VectorType(64)]
    public float[] Pixels { get; set; } = [];

    [LoadColumn(64)]
    public int Digit { get; set; }
}

class DigitPrediction
{
    public int PredictedDigit { get; set; }

    public float[] Score { get; set; } = [];
}
