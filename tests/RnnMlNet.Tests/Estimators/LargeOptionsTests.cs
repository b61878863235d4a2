using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Numbers that are far more than there is of what they count: all there is of it, and the same model.</summary>
[TestFixture]
public class LargeOptionsTests
{
    private readonly MLContext _ml = new(seed: 1);

    // What the model scores; the file names the options themselves as well.
    private float[][] Fitted(TinyTask task, Action<RnnOptions> change)
    {
        IDataView data = TinyData.Load(_ml);
        using var model = (IDisposable)
            Tiny.Trainer(
                    _ml,
                    task,
                    ColumnKind.Ragged,
                    options =>
                    {
                        (options.Seed, options.Engine) = (3, EngineKind.Simd);
                        change(options);
                    }
                )
                .Fit(data);
        return Scores.Of((ITransformer)model, data);
    }

    [Test]
    public void A_batch_of_more_rows_than_there_are(
        [Values] TinyTask task,
        [Values(1000, int.MaxValue / 50 + 1, int.MaxValue)] int batchSize
    ) => Assert.That(Fitted(task, options => options.BatchSize = batchSize), Is.EqualTo(Fitted(task, options => options.BatchSize = 48)));

    [Test]
    public void More_batches_a_step_than_there_are([Values] TinyTask task, [Values(1000, int.MaxValue)] int steps) =>
        Assert.That(
            Fitted(task, options => options.GradientAccumulationSteps = steps),
            Is.EqualTo(Fitted(task, options => options.GradientAccumulationSteps = 48))
        );

    [Test]
    public void More_threads_than_any_machine_has([Values] TinyTask task, [Values(100_000, int.MaxValue)] int threads)
    {
        Assert.That(ThreadCount.Of(threads), Is.EqualTo(ThreadCount.Most));
        Assert.That(
            Fitted(task, options => (options.Threads, options.ScoringThreads) = (threads, threads)),
            Is.EqualTo(Fitted(task, options => options.Threads = 1))
        );
    }

    [Test]
    public void A_forecaster_s_batch_and_threads()
    {
        float[][] Fitted(Action<RnnForecastingEstimator.Options> change)
        {
            IDataView data = TinySeries.Load(_ml);
            using RnnForecastingTransformer model = TinySeries.Estimator(_ml, change).Fit(data);
            return TinySeries.Vectors(model.Transform(data));
        }
        float[][] expected = Fitted(options => (options.BatchSize, options.Threads) = (1000, 1));
        Assert.That(
            Fitted(options => (options.BatchSize, options.Threads, options.ScoringThreads) = (int.MaxValue, 100_000, 100_000)),
            Is.EqualTo(expected)
        );
    }
}
