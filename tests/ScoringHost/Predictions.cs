using Microsoft.ML;
using Microsoft.ML.Data;

namespace ScoringHost;

/// <summary>Rows scored one by one, as text. Compiled into the tests as well.</summary>
internal static class Predictions
{
    public static IEnumerable<string> Lines(MLContext ml, ITransformer model, IDataView rows)
    {
        using PredictionEngine<SequenceInput, ClassPrediction> engine = ml.Model.CreatePredictionEngine<SequenceInput, ClassPrediction>(
            model
        );
        foreach (SequenceInput row in ml.Data.CreateEnumerable<SequenceInput>(rows, reuseRowObject: false))
        {
            ClassPrediction prediction = engine.Predict(row);
            yield return ScoreText.Line([ScoreText.Of(prediction.Score), ScoreText.Of(prediction.PredictedLabel)]);
        }
    }
}

internal sealed class SequenceInput
{
    [VectorType(5, 2)]
    public float[] Matrix { get; set; } = [];
}

internal sealed class ClassPrediction
{
    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }
}
