namespace RnnMlNet.Training;

/// <summary>Where the state of a training is kept, so that one that was cut off goes on later.</summary>
internal interface ICheckpoints
{
    /// <summary>Whether the next one is due; asked after every batch and epoch.</summary>
    bool IsDue { get; }

    /// <summary>Keeps a state in place of the one before.</summary>
    void Save(TrainingState state);
}
