namespace Training;

internal static class LossCheck
{
    /// <summary>How far two trainings' losses are apart at most, relative to the second's. Infinite where they are not as many, or no numbers.</summary>
    public static double Difference(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        if (ours.Count != theirs.Count)
            return double.PositiveInfinity;
        double largest = ours.Zip(theirs, (a, b) => Math.Abs(a - b) / Math.Abs(b)).Max();
        return double.IsNaN(largest) ? double.PositiveInfinity : largest;
    }
}
