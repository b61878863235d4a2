using RnnMlNet.Models;

namespace RnnMlNet;

/// <summary>What every recurrent model can tell of itself, whatever its task.</summary>
public interface IRnnModelParameters
{
    /// <summary>How the training went, epoch by epoch.</summary>
    TrainingHistory History { get; }

    internal TrainedNetwork Network { get; }
}
