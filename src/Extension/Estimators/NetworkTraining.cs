using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>One training of a network, on sequences or on windows of series alike: the plan, and the engine that computes it.</summary>
/// <param name="shape">The network's sizes.</param>
/// <param name="plan">How it is trained.</param>
/// <param name="engine">Who computes it; disposed with it.</param>
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

    /// <summary>What is trained, for the progress channel.</summary>
    public required string Kind { get; init; }

    /// <summary>What sets it apart from the same member's first training, in words with a blank before them; empty of the first.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>On how many rows it trains and where, for the log, behind what is trained.</summary>
    public required string Detail { get; init; }

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    /// <param name="pauseAfter">The epoch after which it ends early; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(engine, plan, shape.Outputs, training, validation, observer, cancellation)
        {
            Checkpoints = checkpoints,
            PauseAfter = pauseAfter,
        };

    /// <summary>A learning rate range test in its place: the same steps at rising rates.</summary>
    /// <param name="range">The rates.</param>
    /// <param name="observer">Is told of each step.</param>
    public LearningRateCurve TestRates(LearningRateRange range, ITrainingObserver observer)
    {
        using var steps = new TrainingSteps(engine, plan, training);
        return new LearningRateRangeTest(steps, range, observer, cancellation).Run();
    }

    public void Dispose() => engine.Dispose();
}
