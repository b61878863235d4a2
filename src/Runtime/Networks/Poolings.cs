namespace RnnMlNet.Runtime.Networks;

/// <summary>What there is of <see cref="Pooling"/>.</summary>
internal static class Poolings
{
    public const Pooling All = Pooling.Last | Pooling.Mean | Pooling.Max | Pooling.Attention;
}
