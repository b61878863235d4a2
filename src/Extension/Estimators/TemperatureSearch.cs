namespace RnnMlNet.Estimators;

/// <summary>The search for the temperature with the lowest log-loss on held-out rows.</summary>
internal static class TemperatureSearch
{
    /// <summary>Least number of labels for a temperature; with fewer, it would be mostly chance.</summary>
    public const int FewestLabels = 20;

    // A Gaussian prior on log T, worth a few labels, keeps T near 1 with few held-out rows; T stays in a range that real networks need.
    private const double PriorDeviation = 0.7,
        LowestLog = -0.7,
        HighestLog = 2.3;
    private const int Sections = 60;

    /// <summary>The temperature with the lowest loss; null where there are too few labels.</summary>
    /// <param name="labels">Number of labels.</param>
    /// <param name="loss">The sum of their losses, by 1 / T.</param>
    public static double? Find(long labels, Func<double, double> loss) =>
        labels < FewestLabels ? null : Math.Exp(Lowest(log => loss(Math.Exp(-log)) + log * log / (2 * PriorDeviation * PriorDeviation)));

    // Golden-section search of log T: the log-loss of logits is convex in 1 / T.
    private static double Lowest(Func<double, double> lossAt)
    {
        double shrink = (Math.Sqrt(5) - 1) / 2,
            low = LowestLog,
            high = HighestLog;
        double left = high - shrink * (high - low),
            right = low + shrink * (high - low);
        double leftLoss = lossAt(left),
            rightLoss = lossAt(right);
        for (int section = 0; section < Sections && high - low > 1e-4; section++)
            if (leftLoss < rightLoss)
            {
                (high, right, rightLoss) = (right, left, leftLoss);
                left = high - shrink * (high - low);
                leftLoss = lossAt(left);
            }
            else
            {
                (low, left, leftLoss) = (left, right, rightLoss);
                right = low + shrink * (high - low);
                rightLoss = lossAt(right);
            }
        return (low + high) / 2;
    }
}
