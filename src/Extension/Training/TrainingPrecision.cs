namespace RnnMlNet;

/// <summary>The precision of training steps.</summary>
public enum TrainingPrecision
{
    /// <summary>32-bit floats throughout (on a GPU subject to <c>AllowTensorFloat32</c>).</summary>
    Full,

    /// <summary>
    /// The recurrent layers compute in bfloat16 (8 significant bits), in forward and backward pass, from weights that are rounded before
    /// each step; the stored and updated weights, the optimiser, the embedding, pooling, head and loss have 32 bits, and so has validation.
    /// On torch only.
    /// </summary>
    BFloat16,
}
