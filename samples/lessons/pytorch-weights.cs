// PyTorch weights: imports a network trained by torch as an ML.NET transformer.
//
//     dotnet run samples/lessons/pytorch-weights.cs
//
// The notebook samples/notebooks/pytorch-weights.ipynb has the same lines, with more explanation.
// Outside this repository, replace the line #:project by #:package RnnMlNet@0.1.0
#:project ../../src/Extension/RnnMlNet.csproj
// Single-file programs default to native compilation, and ML.NET generates code at run time.
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using RnnMlNet;

// 1. Images of handwritten digits. The network was trained on the first 1,500; the others are the test set.
string samples = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".", "..");
var ml = new MLContext(seed: 1);
IDataView images = ml.Data.LoadFromTextFile<DigitImage>(Path.Combine(samples, "Quickstart", "data", "digits.csv"), separatorChar: ',');
IDataView test = ml.Data.SkipRows(images, 1500);

// 2. Import. Sizes and the kind of cell are inferred from the weights. The options supply what no file contains: the column, the steps, the
// classes, and that in Python the pixels were divided by 16 before the network.
string data = Path.Combine(samples, "notebooks", "data");
RnnMulticlassTransformer network = ml.MulticlassClassification.LoadRnnSafetensors(
    Path.Combine(data, "digits-lstm.safetensors"),
    images.Schema,
    new RnnImportOptions
    {
        FeatureColumnName = "Pixels",
        FeaturesPerStep = 8,
        FeatureMeans = [.. Enumerable.Repeat(0f, 8)],
        FeatureDeviations = [.. Enumerable.Repeat(16f, 8)],
        ClassNames = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
    }
);
Console.WriteLine($"{network.Model.Cell}, {network.Model.HiddenSize} units, {network.Model.Layers} layer, {network.Model.Outputs} classes");

// 3. Score and evaluate. After the network, the predicted key becomes the name of its class.
var names = ml.Transforms.Conversion.MapKeyToValue("PredictedDigit", "PredictedLabel").Fit(network.Transform(test));
var model = new TransformerChain<ITransformer>(network, names);
var labels = ml
    .Transforms.Conversion.MapValueToKey("Label", "Digit", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
    .Fit(test);
IDataView scored = model.Transform(labels.Transform(test));
MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
Console.WriteLine($"accuracy on the test images: {metrics.MicroAccuracy:0.000}");

// 4. Compare with the scores of torch, which are stored beside the weights. Do the same with your own weights.
IDataView torchFile = ml.Data.LoadFromTextFile<TorchScores>(Path.Combine(data, "digits-lstm-scores.csv"), separatorChar: ',');
float[][] expected = [.. torchFile.GetColumn<float[]>("Score")],
    scores = [.. scored.GetColumn<float[]>("Score")];
float difference = scores.Zip(expected).Max(image => image.First.Zip(image.Second).Max(score => Math.Abs(score.First - score.Second)));
Console.WriteLine($"{scores.Length} images, {expected.Length} of torch; all scores within 0.00001: {difference < 1e-5f}");

// 5. Save, load, predict. The saved model needs neither the safetensors file nor the options above.
string modelPath = Path.Combine(Path.GetTempPath(), $"torch-{Guid.NewGuid():N}.zip");
ml.Model.Save(model, images.Schema, modelPath);
ITransformer loaded = ml.Model.Load(modelPath, out _);
File.Delete(modelPath);
var engine = ml.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(loaded);
foreach (DigitImage image in ml.Data.CreateEnumerable<DigitImage>(test, reuseRowObject: false).Take(4))
{
    DigitPrediction prediction = engine.Predict(image);
    Console.WriteLine(
        $"The model reads a {prediction.PredictedDigit}, with probability {prediction.Score.Max():0.00}; it is a {image.Digit}."
    );
}

class DigitImage
{
    [LoadColumn(0, 63), VectorType(64)]
    public float[] Pixels { get; set; } = [];

    [LoadColumn(64)]
    public int Digit { get; set; }
}

class TorchScores
{
    [LoadColumn(0, 9), VectorType(10)]
    public float[] Score { get; set; } = [];
}

class DigitPrediction
{
    public string PredictedDigit { get; set; } = "";

    public float[] Score { get; set; } = [];
}
