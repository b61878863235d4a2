using Microsoft.ML.Data;

namespace Samples.Quickstart;

/// <summary>One line of data/digits.csv: 8 x 8 pixels, row by row, each 0 (paper) to 16 (ink), then the digit.</summary>
internal sealed class DigitImage
{
    [LoadColumn(0, 63), VectorType(64)]
    public float[] Pixels { get; set; } = [];

    [LoadColumn(64)]
    public int Digit { get; set; }
}

/// <summary>What the model says about an image.</summary>
internal sealed class DigitPrediction
{
    public int PredictedDigit { get; set; }

    /// <summary>The probability of each digit.</summary>
    public float[] Score { get; set; } = [];
}
