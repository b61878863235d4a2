namespace RnnMlNet.Training;

/// <summary>Stores the state of a training, so that an interrupted one can be resumed.</summary>
internal interface ICheckpoints
{
    /// <summary>Whether the next checkpoint is due; checked after every batch and epoch.</summary>
    bool IsDue { get; }

    /// <summary>Saves a state, replacing the one before.</summary>
    void Save(TrainingState state);
}
