using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace ScoringHost;

/// <summary>Series that are predicted step by step, as text. Compiled into the tests as well.</summary>
internal static class Streams
{
    private const int Series = 3;

    /// <summary>The answers to a few further steps of each of a checkpoint's series "series 0", "series 1", ...</summary>
    public static IEnumerable<string> Lines(MLContext ml, string modelFile, string checkPoint)
    {
        using var engine = ml.Model.OpenSequencePredictionEngine<StepInput, ClassPrediction>(ml.Model.Load(modelFile, out _), checkPoint);
        return [.. Lines(engine, first: 10, count: 5)];
    }

    /// <summary>The answers to steps of each series.</summary>
    public static IEnumerable<string> Lines(SequencePredictionEngine<StepInput, ClassPrediction> engine, int first, int count)
    {
        for (int t = first; t < first + count; t++)
        for (int i = 0; i < Series; i++)
        {
            ClassPrediction prediction = engine.Predict($"series {i}", Step(i, t));
            yield return ScoreText.Line([ScoreText.Of(prediction.Score), ScoreText.Of(prediction.PredictedLabel)]);
        }
    }

    /// <summary>Processes steps and writes checkpoints until the process is killed; prints a line after the first checkpoint.</summary>
    public static void CheckPointForever(MLContext ml, string modelFile, string checkPoint)
    {
        using var engine = ml.Model.CreateSequencePredictionEngine<StepInput, ClassPrediction>(ml.Model.Load(modelFile, out _));
        for (int t = 0; ; t++)
        {
            for (int i = 0; i < 1000; i++)
                engine.Predict($"series {i}", Step(i, t));
            engine.CheckPoint(checkPoint);
            if (t == 0)
                Console.WriteLine("written");
        }
    }

    private static StepInput Step(int series, int t) => new() { Matrix = [MathF.Sin(series + t), MathF.Cos(2 * series - t)] };
}

internal sealed class StepInput
{
    [VectorType(1, 2)]
    public float[] Matrix { get; set; } = [];
}
