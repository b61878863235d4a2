using RnnMlNet.Engines;
using RnnMlNet.Models;

namespace RnnMlNet.Scoring;

/// <summary>A network's scorers on devices other than the CPU, each made when it is first asked for and kept, because views may still use it.</summary>
internal sealed class DeviceScorers(TrainedNetwork network) : IDisposable
{
    private readonly Dictionary<DeviceName, ISequenceScorer> _scorers = [];

    /// <exception cref="InvalidOperationException">The device is not there, or native torch is not.</exception>
    public ISequenceScorer On(DeviceName device)
    {
        lock (_scorers)
        {
            if (!_scorers.TryGetValue(device, out ISequenceScorer? scorer))
                _scorers[device] = scorer = ScorerFactory.CreateOn(device.ToString(), network);
            return scorer;
        }
    }

    public void Dispose()
    {
        lock (_scorers)
        {
            foreach (ISequenceScorer scorer in _scorers.Values)
                scorer.Dispose();
            _scorers.Clear();
        }
    }
}
