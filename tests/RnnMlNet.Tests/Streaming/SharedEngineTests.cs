using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>One engine for many threads: series in parallel, each series' steps one after the other.</summary>
[TestFixture]
public class SharedEngineTests
{
    private const int Threads = 8;
    private const int Steps = 200;
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Interleaved_series_are_each_as_alone([Values(CellKind.Lstm, CellKind.Gru)] CellKind cell)
    {
        const int SeriesPerThread = 5;
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix, cell);
        using var engine = Engine(model);
        float[][][] together = new float[Threads * SeriesPerThread][][];
        Parallel(thread =>
        {
            int[] mine = [.. Enumerable.Range(thread * SeriesPerThread, SeriesPerThread)];
            RandomSeries[] series = [.. mine.Select(i => new RandomSeries(Steps, i))];
            foreach (int i in mine)
                together[i] = new float[Steps][];
            for (int t = 0; t < Steps; t++)
            for (int i = 0; i < mine.Length; i++)
                together[mine[i]][t] = engine.Predict($"series {mine[i]}", series[i].Step(t)).Score;
        });

        Assert.That(engine.Count, Is.EqualTo(together.Length));
        for (int i = 0; i < together.Length; i++)
        {
            using var alone = Engine(model);
            var series = new RandomSeries(Steps, i);
            Assert.That(
                together[i],
                Is.EqualTo(Enumerable.Range(0, Steps).Select(t => alone.Predict(series.Step(t)).Score).ToArray()),
                $"series {i}"
            );
        }
    }

    /// <summary>All threads step one series with one and the same step: each place in the series is answered once.</summary>
    [Test]
    public void One_series_is_taken_step_after_step()
    {
        const int Many = 10_000;
        using RnnRegressionTransformer model = CountingNetwork.Model(_ml);
        using var engine = Engine(model);
        float[][] answers = new float[Threads][];
        Parallel(thread =>
            answers[thread] = [.. Enumerable.Range(0, Many).Select(_ => engine.Predict("a", CountingNetwork.Step).Score[0])]
        );
        Assert.That(answers, Has.All.Ordered.Ascending);
        Assert.That(answers.SelectMany(answer => answer).Order(), Is.EqualTo(Enumerable.Range(1, Threads * Many)));
        Assert.That(engine.StepsOf("a"), Is.EqualTo(Threads * Many));
    }

    /// <summary>Predicting, resetting, evicting, looking and writing checkpoints all at once.</summary>
    [Test]
    public void Anything_at_once()
    {
        const int Capacity = 6;
        string[] keys = [.. Enumerable.Range(0, 10).Select(i => $"series {i}")];
        using var folder = new TemporaryFolder();
        using RnnRegressionTransformer model = CountingNetwork.Model(_ml);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(
            model,
            new SequencePredictionEngineOptions { Capacity = Capacity }
        );
        Parallel(thread =>
        {
            var random = new Random(thread);
            string path = folder.PathOf($"checkpoint {thread % 2}");
            for (int i = 0; i < Steps; i++)
            {
                string key = keys[random.Next(keys.Length)];
                switch (random.Next(20))
                {
                    case 0:
                        engine.Reset(key);
                        break;
                    case 1:
                        engine.CheckPoint(path);
                        break;
                    case 2 when i % 50 == 0:
                        engine.Reset();
                        break;
                    case 3:
                        Assert.That(engine.Count, Is.LessThanOrEqualTo(Capacity));
                        engine.Contains(key);
                        break;
                    default:
                        Assert.That(engine.Predict(key, CountingNetwork.Step).Score[0], Is.InRange(1, Threads * Steps));
                        break;
                }
            }
        });
        Assert.That(engine.Count, Is.LessThanOrEqualTo(Capacity));
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(folder.PathOf("any"))!))
            AssertEachStateIsOfItsSteps(model, file, keys);
    }

    /// <summary>
    /// Each thread steps its series a, then its series b. So at any one moment b has had as many steps as a, or one less.
    /// </summary>
    [Test]
    public void A_checkpoint_is_of_one_moment()
    {
        using var folder = new TemporaryFolder();
        using RnnRegressionTransformer model = CountingNetwork.Model(_ml);
        using var engine = Engine(model);
        bool ends = false;
        int written = 0;
        Parallel(thread =>
        {
            if (thread > 0)
                while (!Volatile.Read(ref ends))
                {
                    engine.Predict($"a {thread}", CountingNetwork.Step);
                    engine.Predict($"b {thread}", CountingNetwork.Step);
                }
            else
                for (; written < 20; written++)
                {
                    engine.CheckPoint(folder.PathOf($"{written}"));
                    Volatile.Write(ref ends, written == 19);
                }
        });
        for (int i = 0; i < written; i++)
        {
            AssertEachStateIsOfItsSteps(
                model,
                folder.PathOf($"{i}"),
                Enumerable.Range(1, Threads - 1).SelectMany(thread => new[] { $"a {thread}", $"b {thread}" })
            );
            using var opened = Open(model, folder.PathOf($"{i}"));
            Assert.That(
                Enumerable.Range(1, Threads - 1).Select(thread => opened.StepsOf($"a {thread}") - opened.StepsOf($"b {thread}")),
                Has.All.InRange(0, 1)
            );
        }
    }

    [Test]
    public void Disposed_while_others_predict()
    {
        using RnnRegressionTransformer model = CountingNetwork.Model(_ml);
        var engine = Engine(model);
        int taken = 0;
        Parallel(thread =>
        {
            if (thread == 0)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref taken) > 100);
                engine.Dispose();
            }
            else
                Assert.Throws<ObjectDisposedException>(() =>
                {
                    while (true)
                    {
                        engine.Predict($"series {thread}", CountingNetwork.Step);
                        Interlocked.Increment(ref taken);
                    }
                });
        });
    }

    private void AssertEachStateIsOfItsSteps(ITransformer model, string checkPoint, IEnumerable<string> keys)
    {
        using var opened = Open(model, checkPoint);
        foreach (string key in keys.Where(opened.Contains))
        {
            long steps = opened.StepsOf(key);
            Assert.That(opened.Predict(key, CountingNetwork.Step).Score[0], Is.EqualTo(steps + 1), key);
        }
    }

    private SequencePredictionEngine<StepRow, TargetsPrediction> Open(ITransformer model, string checkPoint) =>
        _ml.Model.OpenSequencePredictionEngine<StepRow, TargetsPrediction>(model, checkPoint);

    private SequencePredictionEngine<StepRow, TargetsPrediction> Engine(ITransformer model) =>
        _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);

    private static void Parallel(Action<int> work)
    {
        using var start = new Barrier(Threads);
        Task[] threads =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(thread =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            start.SignalAndWait();
                            work(thread);
                        },
                        TaskCreationOptions.LongRunning
                    )
                ),
        ];
        Assert.That(Task.WaitAll(threads, TimeSpan.FromMinutes(2)), Is.True, "The threads did not end: they wait for each other.");
    }
}
