using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace TorchSharpHost;

/// <summary>A series, which is a sine or a square wave.</summary>
internal sealed class Wave
{
    public string Shape { get; set; } = "";

    [VectorType]
    public float[] Series { get; set; } = [];
}

/// <summary>A classifier that is quickly trained on either engine.</summary>
internal static class Waves
{
    /// <summary>Trains, and returns the engine and the accuracy as text.</summary>
    public static string Train(MLContext ml, EngineKind engine)
    {
        var random = new Random(1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(i => Draw(random, i % 2 == 0)).ToArray());
        var options = new RnnMulticlassTrainer.Options
        {
            FeatureColumnName = nameof(Wave.Series),
            FeaturesPerStep = 1,
            HiddenSize = 8,
            EnsembleSize = 1,
            MaxEpochs = 15,
            BatchSize = 8,
            LearningRate = 2e-2f,
            ValidationFraction = 0,
            Device = "cpu",
            Engine = engine,
        };
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(Wave.Shape))
            .Append(ml.MulticlassClassification.Trainers.Rnn(options));
        var model = pipeline.Fit(data);
        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy;
        return $"RnnMlNet on {engine}: {(accuracy > 0.9 ? "learnt" : $"accuracy {accuracy}")}";
    }

    private static Wave Draw(Random random, bool isSine)
    {
        double phase = 6 * random.NextDouble();
        IEnumerable<double> series = Enumerable.Range(0, random.Next(10, 30)).Select(t => Math.Sin(t / 3.0 + phase));
        return new Wave
        {
            Shape = isSine ? "sine" : "square",
            Series = [.. series.Select(value => (float)(isSine ? value : Math.Sign(value)))],
        };
    }
}
