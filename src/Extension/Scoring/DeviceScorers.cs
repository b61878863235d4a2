using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Training;

namespace RnnMlNet.Scoring;

/// <summary>
/// A network's scorers on devices other than the CPU, each created on first request and kept, because views may still use it.
/// </summary>
internal sealed class DeviceScorers(TrainedNetwork network) : IDisposable
{
    private readonly Dictionary<DeviceName, ISequenceScorer> _scorers = [];
    private bool _disposed;

    /// <exception cref="InvalidOperationException">The device or native torch is not available; or the model has been disposed.</exception>
    public ISequenceScorer On(DeviceName device)
    {
        lock (_scorers)
        {
            if (_disposed)
                throw new ObjectDisposedException(null, ISequenceScorer.WasDisposed);
            if (!_scorers.TryGetValue(device, out ISequenceScorer? scorer))
                _scorers[device] = scorer = ScorerFactory.CreateOn(device.ToString(), network);
            return scorer;
        }
    }

    public void Dispose()
    {
        lock (_scorers)
        {
            _disposed = true;
            foreach (ISequenceScorer scorer in _scorers.Values)
                scorer.Dispose();
            _scorers.Clear();
        }
    }
}
