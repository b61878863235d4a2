namespace RnnMlNet;

/// <summary>With which numbers a training step computes.</summary>
public enum TrainingPrecision
{
    /// <summary>32-bit numbers throughout (on a GPU as <c>AllowTensorFloat32</c> says).</summary>
    Full,

    /// <summary>
    /// The recurrent layers compute in bfloat16 (8 significant bits), forwards and backwards, from weights that are rounded before each
    /// step; the weights that are kept and updated, the optimiser, the embedding, pooling, head and loss have 32 bits, and so has
    /// validation. On torch only.
    /// </summary>
    BFloat16,
}
