namespace RnnMlNet.Training;

/// <summary>A display of training that wants to know more than its epochs: of its steps, and of its end whichever way it comes.</summary>
internal interface ILiveProgress
{
    void StepDone(StepReport step);

    /// <summary>No epoch follows: all were run, training stopped early, was cancelled or failed.</summary>
    void Ended();
}
