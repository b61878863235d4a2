using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Scoring;

/// <summary>Which threads score, and that none does after a cursor is disposed.</summary>
[TestFixture]
public class LookAheadThreadsTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void One_thread_is_the_consumers_own()
    {
        var scorer = new ProbeScorer();
        IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(1000), scorer, threads: 1);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        while (cursor.MoveNext())
            Assert.That(scorer.AtWork, Is.Zero);
        Assert.That((scorer.Threads, scorer.MostAtWork, scorer.SessionsOpened), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public void As_many_as_asked_for_score_at_once([Values(2, 3, 8)] int threads)
    {
        var scorer = new ProbeScorer();
        scorer.Gate.Reset();
        IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(20_000), scorer, threads);
        Task<float[]> reading = Start(() => ScoringRig.Scores(scored));
        Assert.That(
            SpinWait.SpinUntil(() => scorer.AtWork == 2, _longest),
            Is.True,
            "The consumer and a worker are at the first two blocks."
        );
        scorer.Gate.Set();

        Assert.That(reading.Result, Is.EqualTo(Enumerable.Range(0, 20_000).Select(ScoringRig.Sum)));
        Assert.That(scorer.MostAtWork, Is.InRange(2, threads));
        Assert.That(scorer.SessionsOpened, Is.InRange(2, threads));
        Assert.That(scorer.SessionsClosed, Is.EqualTo(scorer.SessionsOpened));
    }

    [Test]
    public void With_no_thread_to_spare_in_the_pool_the_consumer_scores_all()
    {
        ThreadPool.GetMinThreads(out int workers, out _);
        using var release = new ManualResetEventSlim();
        // More waiting work than the pool has threads; it adds one or two a second.
        Task[] hogs = [.. Enumerable.Range(0, 4 * workers + 16).Select(_ => Task.Run(release.Wait))];
        try
        {
            var scorer = new ProbeScorer();
            IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(3000), scorer, threads: 4);
            Task<float[]> reading = Start(() => ScoringRig.Scores(scored));
            Assert.That(reading.Wait(_longest), Is.True);
            Assert.That(reading.Result, Is.EqualTo(Enumerable.Range(0, 3000).Select(ScoringRig.Sum)));
        }
        finally
        {
            release.Set();
            Task.WaitAll(hogs);
        }
    }

    [Test]
    public void Disposing_early_waits_for_what_is_being_scored_and_ends_the_rest()
    {
        var scorer = new ProbeScorer();
        ProbeView data = ScoringRig.SequenceOnly(rows: null);
        IDataView scored = ScoringRig.View(_ml, data, scorer, threads: 4);
        DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        for (int row = 0; row < 3000; row++)
            cursor.MoveNext();
        Assert.That(
            SpinWait.SpinUntil(() => scorer.RowsScored == data.Moved && scorer.AtWork == 0, _longest),
            Is.True,
            "All that was read is scored."
        );
        scorer.Gate.Reset();
        // Rows of further blocks, which workers take up at once and stop at.
        for (int row = 0; row < 600; row++)
            cursor.MoveNext();
        Assert.That(SpinWait.SpinUntil(() => scorer.AtWork > 0, _longest), Is.True);

        Task disposing = Start(() =>
        {
            cursor.Dispose();
            return 0;
        });
        Assert.That(disposing.Wait(100), Is.False, "Dispose must wait for the blocks in hand.");
        scorer.Gate.Set();
        Assert.That(disposing.Wait(_longest), Is.True);

        long rows = scorer.RowsScored;
        Assert.That((scorer.AtWork, scorer.SessionsClosed, data.Disposed), Is.EqualTo((0, scorer.SessionsOpened, 1)));
        cursor.Dispose();
        Assert.That((scorer.RowsScored, scorer.SessionsClosed, data.Disposed), Is.EqualTo((rows, scorer.SessionsOpened, 1)));
        Assert.That(cursor.MoveNext(), Is.False);
    }

    [Test]
    public void Reading_to_the_end_disposes_upstream_once()
    {
        ProbeView data = ScoringRig.SequenceOnly(100);
        ScoringRig.Scores(ScoringRig.View(_ml, data, new ProbeScorer(), threads: 2));
        Assert.That(data.Disposed, Is.EqualTo(1));
    }

    [Test]
    public void A_cursor_may_go_from_thread_to_thread()
    {
        IDataView scored = ScoringRig.View(_ml, ScoringRig.SequenceOnly(2000), new ProbeScorer(), threads: 3);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<float> getter = cursor.GetGetter<float>(scored.Schema["Score"]);
        float score = 0;
        for (int row = 0; row < 2000; row += 100)
            Start(() =>
                {
                    for (int i = row; i < row + 100; i++)
                    {
                        Assert.That(cursor.MoveNext(), Is.True);
                        getter(ref score);
                        Assert.That(score, Is.EqualTo(ScoringRig.Sum(i)));
                    }
                    return 0;
                })
                .GetAwaiter()
                .GetResult();
    }

    [Test]
    public void Several_cursors_at_once_from_one_view()
    {
        const int Cursors = 8;
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 3);
        IDataView scored = model.Transform(ScoringRig.SequenceOnly(1500));
        float[] expected = ScoringRig.Scores(scored);
        using var start = new Barrier(Cursors);
        Task<float[]>[] readers =
        [
            .. Enumerable
                .Range(0, Cursors)
                .Select(_ =>
                    Start(() =>
                    {
                        start.SignalAndWait();
                        return ScoringRig.Scores(scored);
                    })
                ),
        ];

        foreach (Task<float[]> reader in readers)
            Assert.That(reader.Result, Is.EqualTo(expected));
    }

    [Test]
    public void Two_cursors_of_one_thread_do_not_disturb_each_other()
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 2);
        IDataView scored = model.Transform(ScoringRig.SequenceOnly(700));
        float[] expected = ScoringRig.Scores(scored);
        using DataViewRowCursor slow = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<float> getter = slow.GetGetter<float>(scored.Schema["Score"]);
        float score = 0;
        for (int row = 0; slow.MoveNext(); row++)
        {
            if (row % 100 == 50)
                Assert.That(ScoringRig.Scores(scored), Is.EqualTo(expected));
            getter(ref score);
            Assert.That(score, Is.EqualTo(expected[row]));
        }
    }

    /// <summary>Cursors of any size of block and number of threads, some read to the end, some left early, several at once.</summary>
    [Test]
    public void Stress()
    {
        long end = Environment.TickCount64 + 2000;
        Task[] users =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(seed =>
                    Start(() =>
                    {
                        var random = new Random(seed);
                        while (Environment.TickCount64 < end)
                            ReadSome(random);
                        return 0;
                    })
                ),
        ];
        Task.WaitAll(users);
    }

    private void ReadSome(Random random)
    {
        int rows = random.Next(3000),
            last = random.Next(2) == 0 ? rows : random.Next(rows + 1);
        int? bad = random.Next(4) == 0 ? random.Next(rows + 1) : null;
        var scorer = new ProbeScorer();
        ProbeView data = ScoringRig.AddSequence(new ProbeView { Rows = rows, FailsAt = bad });
        var limits = new BlockLimits(1 + random.Next(100), 1 + random.Next(500), 1 + random.Next(2000));
        IDataView scored = ScoringRig.View(_ml, data, scorer, 1 + random.Next(9), limits);
        int read = 0;
        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]))
        {
            ValueGetter<float> getter = cursor.GetGetter<float>(scored.Schema["Score"]);
            float score = 0;
            try
            {
                for (; read < last && cursor.MoveNext(); read++)
                {
                    getter(ref score);
                    if (score != ScoringRig.Sum(read))
                        Assert.Fail($"Row {read} of {rows} scores {score}, expected {ScoringRig.Sum(read)}.");
                }
            }
            catch (InvalidDataException e) when (e == data.Failure)
            {
                Assert.That(read, Is.EqualTo(bad));
            }
        }
        Assert.That(read, Is.EqualTo(Math.Min(last, bad ?? rows)));
        Assert.That((scorer.AtWork, scorer.SessionsClosed, data.Opened, data.Disposed), Is.EqualTo((0, scorer.SessionsOpened, 1, 1)));
    }

    // On a thread of its own, not the pool's, which the cursor's workers come from.
    private static Task<T> Start<T>(Func<T> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
