using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Training;

namespace Training;

/// <summary>What ML.NET's user calls: Fit of the public trainer on a data view. Its epochs are timed from the second one on.</summary>
/// <param name="set">What is trained.</param>
/// <param name="threads">On how many threads.</param>
/// <param name="configure">Options beyond those of the set.</param>
internal sealed class FitPeer(TrainingSet set, int threads, Action<RnnOptions>? configure = null)
{
    private readonly MLContext _ml = new(seed: 1);
    private double _rowMicroseconds = double.PositiveInfinity;

    /// <summary>Fits until its epochs have taken so long; microseconds a row.</summary>
    public double Turn(double milliseconds)
    {
        double microseconds = 0;
        long rows = 0;
        do
        {
            int timed = Math.Max(1, (int)Math.Ceiling((1000 * milliseconds - microseconds) / (_rowMicroseconds * set.Rows.Count)));
            microseconds += Fit(1 + timed).MicrosecondsAfterFirst;
            rows += (long)timed * set.Rows.Count;
            _rowMicroseconds = microseconds / rows;
        } while (microseconds < 1000 * milliseconds);
        return _rowMicroseconds;
    }

    /// <summary>The mean losses of the first epochs.</summary>
    public IReadOnlyList<double> Losses(int epochs) => Fit(epochs).Losses;

    private EpochClock Fit(int epochs)
    {
        var clock = new EpochClock();
        var options = set.Options(threads, epochs);
        options.Progress = clock;
        configure?.Invoke(options);
        using var model = _ml.MulticlassClassification.Trainers.Rnn(options).Fit(set.View(_ml));
        return clock;
    }
}
