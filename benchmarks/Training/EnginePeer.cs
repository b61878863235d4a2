using System.Diagnostics;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;

namespace Training;

/// <summary>The engine alone, on batches that lie ready: what Fit's epochs could be at best.</summary>
internal sealed class EnginePeer(TrainingSet set, int threads) : IDisposable
{
    private const float LearningRate = 1e-3f;

    private readonly ITrainingEngine _engine = EngineFactory.Create(EngineKind.Simd, set.Engine(threads), out _);
    private readonly IReadOnlyList<SequenceBatch> _batches = set.Batches(epoch: 1);

    /// <summary>Trains epochs until they have taken so long; microseconds a row. One batch before is not timed.</summary>
    public double Turn(double milliseconds)
    {
        _engine.TrainStep(_batches[0], LearningRate);
        long rows = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            foreach (SequenceBatch batch in _batches)
                _engine.TrainStep(batch, LearningRate);
            rows += set.Rows.Count;
        }
        while (clock.Elapsed.TotalMilliseconds < milliseconds);
        return clock.Elapsed.TotalMicroseconds / rows;
    }

    public void Dispose() => _engine.Dispose();
}
