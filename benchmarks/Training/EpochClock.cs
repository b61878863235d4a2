using System.Diagnostics;
using RnnMlNet;
using RnnMlNet.Training;

namespace Training;

/// <summary>
/// Hears of each epoch's end, and so measures epochs whole: from one such moment to the next, whatever Fit does in between.
/// </summary>
internal sealed class EpochClock : IProgress<EpochReport>
{
    private readonly List<double> _losses = [];
    private long _first,
        _last;

    /// <summary>The epochs' mean losses.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>Microseconds from the end of the first epoch to that of the last.</summary>
    public double MicrosecondsAfterFirst => Stopwatch.GetElapsedTime(_first, _last).TotalMicroseconds;

    public void Report(EpochReport value)
    {
        _last = Stopwatch.GetTimestamp();
        if (_losses.Count == 0)
            _first = _last;
        _losses.Add(value.TrainingLoss);
    }
}
