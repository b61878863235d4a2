using Microsoft.ML.Runtime;

namespace RnnMlNet.Training;

/// <summary>
/// A learning rate range test: training steps whose rate rises exponentially, until the last one or until the loss diverges. See Leslie N.
/// Smith, arXiv 1506.01186.
/// </summary>
/// <param name="steps">Runs the steps; their rows are drawn as in training.</param>
/// <param name="range">The rates.</param>
/// <param name="observer">Receives each step, as if all were of one epoch.</param>
/// <param name="cancellation">Ends the test.</param>
internal sealed class LearningRateRangeTest(
    TrainingSteps steps,
    LearningRateRange range,
    ITrainingObserver observer,
    CancellationToken cancellation
)
{
    private const double Smoothing = 0.98;
    private const double DivergedAt = 4;

    private readonly List<LearningRatePoint> _points = [];
    private double _average,
        _bias = 1,
        _lowest = double.PositiveInfinity;
    private bool _hasDiverged;

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LearningRateCurve Run()
    {
        for (int epoch = 1; !IsDone; epoch++)
            RunEpoch(epoch);
        return new LearningRateCurve(_points, _hasDiverged);
    }

    private bool IsDone => _hasDiverged || _points.Count == range.Steps;

    private void RunEpoch(int epoch)
    {
        EpochSteps epochSteps = steps.Epoch(epoch);
        while (!IsDone && !epochSteps.IsDone)
        {
            observer.CheckAlive();
            cancellation.ThrowIfCancellationRequested();
            float rate = range.At(_points.Count);
            StepLosses losses = epochSteps.Next(rate).Read();
            // Without a row of weight above 0 there was no update.
            if (losses.WeightSum > 0)
                Add(rate, losses.Mean);
        }
    }

    private void Add(float rate, double loss)
    {
        if (!double.IsFinite(loss))
        {
            _hasDiverged = true;
            return;
        }
        _average = Smoothing * _average + (1 - Smoothing) * loss;
        _bias *= Smoothing;
        double smoothed = _average / (1 - _bias);
        _points.Add(new LearningRatePoint(rate, loss, smoothed));
        _lowest = Math.Min(_lowest, smoothed);
        _hasDiverged = smoothed > DivergedAt * _lowest;
        observer.StepDone(1, _points.Count, range.Steps, loss);
    }
}

/// <summary>The rates of a range test: exponentially from the lowest to the highest.</summary>
internal sealed record LearningRateRange(float Lowest, float Highest, int Steps)
{
    /// <summary>A curve of fewer points is meaningless.</summary>
    public const int FewestSteps = 20;

    /// <summary>Checks the arguments of a range test.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="minLearningRate">The first step's rate.</param>
    /// <param name="maxLearningRate">The last step's rate.</param>
    /// <param name="steps">Number of steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate or the number of steps is out of its range.</exception>
    public static LearningRateRange Checked(IExceptionContext ectx, float minLearningRate, float maxLearningRate, int steps)
    {
        if (!(minLearningRate > 0) || !float.IsFinite(minLearningRate))
            throw ectx.ExceptUserArg(nameof(minLearningRate), $"minLearningRate is {minLearningRate}; it must be above 0.");
        if (!(maxLearningRate > minLearningRate) || !float.IsFinite(maxLearningRate))
            throw ectx.ExceptUserArg(
                nameof(maxLearningRate),
                $"maxLearningRate is {maxLearningRate}; it must be above minLearningRate, which is {minLearningRate}."
            );
        if (steps < FewestSteps)
            throw ectx.ExceptUserArg(
                nameof(steps),
                $"steps is {steps}; it must be at least {FewestSteps}, because the first ten are ignored."
            );
        return new LearningRateRange(minLearningRate, maxLearningRate, steps);
    }

    /// <summary>The rate of a step, 0 for the first. The first and the last have exactly the lowest and the highest rate.</summary>
    public float At(int step) =>
        step == Steps - 1 ? Highest : (float)(Lowest * Math.Pow((double)Highest / Lowest, (double)step / (Steps - 1)));
}
