using RnnMlNet.Models;

namespace RnnMlNet;

/// <summary>Model parameters of every recurrent model, whatever its task.</summary>
public interface IRnnModelParameters
{
    /// <summary>Training history by epoch.</summary>
    TrainingHistory History { get; }

    internal TrainedNetwork Network { get; }

    /// <summary>
    /// What the classes are called, in the outputs' order; null where they have no names. The transformer, which saves them, says it.
    /// </summary>
    internal IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Fingerprint of the values behind the tokens' keys; null where there are none. Saved with the transformer.</summary>
    internal string? Vocabulary { get; set; }
}
