namespace RnnMlNet.Training;

/// <summary>The shares of the values that a training step drops, each in [0, 1), by the place in the network.</summary>
internal sealed record DropoutRates
{
    /// <summary>Of what a recurrent layer after the first reads.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Of the state where it enters the recurrent weights, the same units at all steps of a row. For built-in cells.
    /// </summary>
    public float RecurrentDropout { get; init; }

    /// <summary>Of the steps' inputs (of embeddings, when the steps are tokens).</summary>
    public float InputDropout { get; init; }

    /// <summary>Of the pooled vector, or of a decoder's states, and of the head's hidden layers.</summary>
    public float HeadDropout { get; init; }

    /// <summary>Those that a Fit chooses from the data, by the options' names.</summary>
    public IEnumerable<(string Option, float Rate)> Chosen =>
        [(nameof(Dropout), Dropout), (nameof(InputDropout), InputDropout), (nameof(HeadDropout), HeadDropout)];

    /// <summary>What is dropped before the head's layers alone.</summary>
    public static DropoutRates OfHead(float rate) => new() { HeadDropout = rate };
}
