using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>One training of a network, on sequences or on windows of series: the plan, and the engine.</summary>
/// <param name="shape">The network's sizes.</param>
/// <param name="plan">The training options.</param>
/// <param name="engine">Computes the steps; disposed with it.</param>
/// <param name="training">Rows to train on.</param>
/// <param name="validation">Rows to validate on; null for none.</param>
/// <param name="cancellation">Ends it at its next batch.</param>
internal sealed class NetworkTraining(
    NetworkShape shape,
    TrainingPlan plan,
    ITrainingEngine engine,
    RowSet training,
    RowSet? validation,
    CancellationToken cancellation
) : IDisposable
{
    public NetworkShape Shape => shape;

    public TrainingPlan Plan => plan;

    public ITrainingEngine Engine => engine;

    public RowSet? Validation => validation;

    /// <summary>The kind of network, for the progress channel.</summary>
    public required string Kind { get; init; }

    /// <summary>The purpose of a member's further training, as text after a blank; empty for the first.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>Number of rows and device, for the log.</summary>
    public required string Detail { get; init; }

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Observes the training.</param>
    /// <param name="checkpoints">Stores its state; null for none.</param>
    /// <param name="pauseAfter">The epoch after which it pauses; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(engine, plan, shape.Outputs, training, validation, observer, cancellation)
        {
            Checkpoints = checkpoints,
            PauseAfter = pauseAfter,
        };

    /// <summary>A learning rate range test instead: the same steps at rising rates.</summary>
    /// <param name="range">The rates.</param>
    /// <param name="observer">Receives each step.</param>
    public LearningRateCurve TestRates(LearningRateRange range, ITrainingObserver observer)
    {
        using var steps = new TrainingSteps(engine, plan, training);
        return new LearningRateRangeTest(steps, range, observer, cancellation).Run();
    }

    public void Dispose() => engine.Dispose();
}
