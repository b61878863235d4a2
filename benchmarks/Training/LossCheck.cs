using RnnMlNet.Training;

namespace Training;

internal static class LossCheck
{
    /// <summary>That two train the same.</summary>
    /// <param name="what">What they train.</param>
    /// <param name="ours">Our mean losses, epoch by epoch.</param>
    /// <param name="theirs">Libtorch's.</param>
    /// <param name="variant">Which of libtorch's; empty where there is one.</param>
    /// <exception cref="InvalidOperationException">They differ by more than <see cref="Bars.Losses"/>.</exception>
    public static void Require(string what, IReadOnlyList<double> ours, IReadOnlyList<double> theirs, string variant = "")
    {
        if (Difference(ours, theirs) > Bars.Losses)
            throw new InvalidOperationException(
                $"{what}: the two do not train the same, so their times say nothing. Mean losses of the epochs: ours "
                    + $"{string.Join(", ", ours)}; "
                    + $"libtorch's{variant} {string.Join(", ", theirs)}; they may differ by {Bars.Losses} of themselves."
            );
    }

    /// <summary>
    /// How far two trainings' losses are apart at most, relative to the second's. Infinite where they are not as many, or no numbers.
    /// </summary>
    public static double Difference(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        if (ours.Count != theirs.Count)
            return double.PositiveInfinity;
        double largest = ours.Zip(theirs, (a, b) => Math.Abs(a - b) / Math.Abs(b)).Max();
        return double.IsNaN(largest) ? double.PositiveInfinity : largest;
    }
}
