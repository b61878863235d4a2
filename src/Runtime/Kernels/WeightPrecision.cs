namespace RnnMlNet;

/// <summary>Precision of weights in scoring.</summary>
public enum WeightPrecision
{
    /// <summary>Full precision: 24 significant bits.</summary>
    Full,

    /// <summary>Rounded to bfloat16, 8 significant bits: half the memory to read.</summary>
    BFloat16,
}
