using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Verification;

/// <summary>
/// The difference of scores from the expected ones: |a - b| / max(u, |a|), where a was expected and u is 1, or the label's standard
/// deviation where the network scores in units of it. So a score near 0 is measured relative to the range of scores, and a large one
/// relative to its own size.
/// </summary>
/// <param name="width">Outputs per row, or per step.</param>
/// <param name="labels">Converts the network's outputs to the label's units; null where they are unscaled.</param>
internal sealed class DifferenceMeter(int width, FeatureScaling? labels)
{
    /// <summary>Rows measured.</summary>
    public long Rows { get; private set; }

    /// <summary>The largest |a - b|.</summary>
    public double Largest { get; private set; }

    /// <summary>The largest |a - b| / max(u, |a|).</summary>
    public double LargestRelative { get; private set; }

    /// <summary>The row, counted from 0, of the largest relative difference; null if there is no difference.</summary>
    public long? Row { get; private set; }

    /// <summary>Measures a further row.</summary>
    /// <param name="expected">[width], or [steps, width].</param>
    /// <param name="actual">As many.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
            if (!expected[i].Equals(actual[i]))
                Add(Rows, i % width, expected[i], actual[i]);
        Rows++;
    }

    private void Add(long row, int output, double expected, double actual)
    {
        // A NaN or an infinity on one side only is the largest difference.
        double difference = double.IsFinite(expected) && double.IsFinite(actual) ? Math.Abs(expected - actual) : double.PositiveInfinity;
        double relative = double.IsFinite(difference)
            ? difference / Math.Max(labels?.Deviation[output] ?? 1, Math.Abs(expected))
            : difference;
        Largest = Math.Max(Largest, difference);
        if (relative > LargestRelative)
            (LargestRelative, Row) = (relative, row);
    }
}
