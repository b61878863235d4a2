namespace Samples.TextClassification;

/// <summary>A request to a household, and the device it wants on (<c>none</c> if none).</summary>
internal sealed class Sentence
{
    public string Text { get; set; } = "";
    public string Wanted { get; set; } = "";
}

/// <summary>The prediction for a sentence.</summary>
internal sealed class SentencePrediction
{
    public string PredictedDevice { get; set; } = "";
    public float[] Score { get; set; } = [];
}
