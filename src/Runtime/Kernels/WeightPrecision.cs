namespace RnnMlNet;

/// <summary>How exactly weights are kept for scoring.</summary>
public enum WeightPrecision
{
    /// <summary>As they were trained: 24 significant bits.</summary>
    Full,

    /// <summary>Rounded to bfloat16, 8 significant bits: half the memory to read.</summary>
    BFloat16,
}
