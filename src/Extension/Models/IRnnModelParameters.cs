using RnnMlNet.Models;

namespace RnnMlNet;

/// <summary>Model parameters of every recurrent model, whatever its task.</summary>
public interface IRnnModelParameters
{
    /// <summary>Training history by epoch.</summary>
    TrainingHistory History { get; }

    internal TrainedNetwork Network { get; }

    /// <summary>
    /// The class names, in the outputs' order; null where they have none. Set by the transformer, which saves them.
    /// </summary>
    internal IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>For several labels: the logit above which each is predicted; else empty. Set by the transformer, which saves
    /// them.</summary>
    internal IReadOnlyList<float> Thresholds { get; set; }

    /// <summary>Fingerprint of the values behind the tokens' keys; null where there are none. Saved with the transformer.</summary>
    internal string? Vocabulary { get; set; }
}
