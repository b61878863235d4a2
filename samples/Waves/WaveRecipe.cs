using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using RnnMlNet;

namespace Samples.Waves;

/// <summary>A recording: values, and the kind of wave of each.</summary>
internal sealed class Recording
{
    [VectorType]
    public float[] Values { get; set; } = [];

    [VectorType]
    public string[] Waves { get; set; } = [];
}

/// <summary>Trains a network that classifies waves at each step of a stream.</summary>
internal static class WaveRecipe
{
    private const int Steps = 150;
    private const int ShortestPart = 25,
        LongestPart = 75;

    /// <summary>Recordings in which the wave changes every 25 to 75 steps.</summary>
    public static Recording[] Recordings(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Record(random))];
    }

    /// <summary>
    /// Keys of the waves, and the tagger. Besides the columns it sets ForStreaming, without which the network would also read backwards,
    /// and a small size, so that a step takes a browser little time.
    /// </summary>
    /// <param name="ml">The context.</param>
    /// <param name="progress">Receives each epoch.</param>
    /// <param name="maxEpochs">Maximum number of epochs; null to choose from the data.</param>
    public static IEstimator<ITransformer> Pipeline(MLContext ml, IProgress<EpochReport>? progress = null, int? maxEpochs = null) =>
        ml
            .Transforms.Conversion.MapValueToKey(
                "Label",
                nameof(Recording.Waves),
                keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue
            )
            .Append(
                ml.MulticlassClassification.Trainers.RnnSequenceTagger(
                    new RnnSequenceTaggerTrainer.Options
                    {
                        FeatureColumnName = nameof(Recording.Values),
                        FeaturesPerStep = 1,
                        ForStreaming = true,
                        HiddenSize = 24,
                        MaxEpochs = maxEpochs,
                        Progress = progress,
                    }
                )
            );

    private static Recording Record(Random random)
    {
        var source = new WaveSource(random);
        var recording = new Recording { Values = new float[Steps], Waves = new string[Steps] };
        int left = 0;
        for (int t = 0; t < Steps; t++)
        {
            if (left-- == 0)
            {
                source.Kind = (WaveKind)random.Next(Enum.GetValues<WaveKind>().Length);
                left = random.Next(ShortestPart, LongestPart);
            }
            recording.Values[t] = source.Next();
            recording.Waves[t] = source.Kind.Name();
        }
        return recording;
    }
}
