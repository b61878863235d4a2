using System.Diagnostics;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace Training;

/// <summary>An engine alone, on batches that lie ready: what Fit's epochs could be at best.</summary>
/// <param name="kind">Which engine.</param>
/// <param name="settings">Its settings.</param>
/// <param name="batches">What it trains on.</param>
/// <param name="wait">Waits until its device has done what it was told, where the device does it in its own time.</param>
internal sealed class EnginePeer(EngineKind kind, EngineSettings settings, IReadOnlyList<MiniBatch> batches, Action? wait = null)
    : IDisposable
{
    private const float LearningRate = 1e-3f;

    private readonly ITrainingEngine _engine = EngineFactory.Create(kind, settings, out _);
    private readonly int _rows = batches.Sum(batch => batch.Count);
    private BatchLoss _before = 0;

    /// <summary>The engine that Fit trains with, on its first epoch's batches.</summary>
    public static EnginePeer OfFit(TrainingSet set, int threads) => new(EngineKind.Simd, set.Engine(threads), set.Batches(epoch: 1));

    /// <summary>Trains epochs until they have taken so long; microseconds a row. One batch before is not timed.</summary>
    public double Turn(double milliseconds)
    {
        _engine.TrainStep(batches[0], LearningRate);
        wait?.Invoke();
        long rows = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            foreach (MiniBatch batch in batches)
                Step(batch);
            rows += _rows;
        } while (clock.Elapsed.TotalMilliseconds < milliseconds);
        wait?.Invoke();
        return clock.Elapsed.TotalMicroseconds / rows;
    }

    public void Dispose() => _engine.Dispose();

    // As the training loop: the loss of a step is read after the next step is under way.
    private void Step(MiniBatch batch)
    {
        BatchLoss loss = _engine.AddGradient(batch);
        _engine.Update(LearningRate);
        _before.Read();
        _before = loss;
    }
}
