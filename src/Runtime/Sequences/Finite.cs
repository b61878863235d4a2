namespace RnnMlNet.Runtime.Sequences;

/// <summary>Checks that values are finite.</summary>
internal static class Finite
{
    /// <summary>Whether no value is NaN or infinite. An empty span is finite.</summary>
    public static bool All(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            if (!float.IsFinite(value))
                return false;
        return true;
    }
}
