// An experiment: searches options and keeps the best model.
//
//     dotnet run samples/lessons/experiment.cs
//
// The notebook samples/notebooks/experiment.ipynb has the same lines, with more explanation.
// Outside this repository, replace the line #:project by #:package RnnMlNet@0.1.0
#:project ../../src/Extension/RnnMlNet.csproj
// Single-file programs default to native compilation, and ML.NET generates code at run time.
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;
using RnnMlNet.Experiments;

// 1. Images of 8 x 8 pixels, labelled with their digit. A fifth of them is the test set, which the search never uses.
string samples = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".", "..");
var ml = new MLContext(seed: 1);
IDataView images = ml.Data.LoadFromTextFile<DigitImage>(Path.Combine(samples, "Quickstart", "data", "digits.csv"), separatorChar: ',');
var split = ml.Data.TrainTestSplit(images, testFraction: 0.2, seed: 1);

// 2. The search space. Options outside it are chosen from the images, as without a search.
// The first trial is the trainer without a search.
var settings = new MulticlassExperimentSettings
{
    MaxModels = 36,
    Seed = 1,
    SearchSpace = new SearchSpace()
        .Choice("Cell", CellKind.Gru, CellKind.Lstm)
        .Range("HiddenSize", 8, 64, isLogarithmic: true, step: 8)
        .Choice("Bidirectional", false, true)
        .Choice("Pooling", Pooling.Last, Pooling.Max, Pooling.Last | Pooling.Mean | Pooling.Max)
        .Range("HeadDropout", 0, 0.5, step: 0.1)
        .Range("LearningRate", 1e-3, 3e-2, isLogarithmic: true)
        .Choice("BatchSize", 16, 32, 64),
};
settings.Options.FeatureColumnName = "Pixels";
settings.Options.FeaturesPerStep = 8;

// 3. Search. Many trials train for a few of the epochs on the first of five folds; the better third continues to three times as many,
// and the best of those to the end of all folds.
var experiment = ml.Rnn().CreateMulticlassExperiment(settings);
ExperimentResult<MulticlassClassificationMetrics> result = experiment.Execute(
    split.TrainSet,
    preFeaturizer: ml.Transforms.Conversion.MapValueToKey("Label", "Digit")
);
Console.WriteLine(result.Plot());

// 4. The best trial, and its metrics on the held-out rows.
RunDetail<MulticlassClassificationMetrics> best = result.BestRun;
var chosen = ((IEnumerable<ITransformer>)best.Model!).OfType<RnnMulticlassTransformer>().Single().Model.History.Options;
Console.WriteLine($"{result.RunDetails.Count} trials; the best is trial {best.Trial}");
Console.WriteLine($"its network has {chosen["HiddenSize"]} units and a learning rate of {chosen["LearningRate"]}");
RunDetail<MulticlassClassificationMetrics> defaults = result.RunDetails[0];
Console.WriteLine($"held out: {best.ValidationMetrics!.MicroAccuracy:0.000} after {best.Epochs} epochs");
Console.WriteLine($"the defaults came to {defaults.ValidationMetrics!.MicroAccuracy:0.000} after {defaults.Epochs}");

// 5. Its model, an ensemble with its options, on the test set.
MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(best.Model!.Transform(split.TestSet));
Console.WriteLine($"accuracy on the test images: {metrics.MicroAccuracy:0.000}");

class DigitImage
{
    [LoadColumn(0, 63), VectorType(64)]
    public float[] Pixels { get; set; } = [];

    [LoadColumn(64)]
    public int Digit { get; set; }
}
