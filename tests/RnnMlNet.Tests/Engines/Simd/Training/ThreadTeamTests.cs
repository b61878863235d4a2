using NUnit.Framework;
using RnnMlNet.Engines.Simd.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

[TestFixture]
public sealed class ThreadTeamTests
{
    [Test]
    public void Each_job_of_each_round_is_done_once([Values(1, 2, 3, 8)] int threads)
    {
        using var team = new ThreadTeam(threads);
        Assert.That(team.Threads, Is.EqualTo(threads));
        for (int round = 0; round < 2000; round++)
        {
            var done = new int[round % 7];
            team.Run(
                done.Length,
                (job, worker) =>
                {
                    Interlocked.Increment(ref done[job]);
                    Assert.That(worker, Is.InRange(0, threads - 1));
                }
            );
            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void Threads_that_sleep_are_woken([Values(2, 4)] int threads)
    {
        using var team = new ThreadTeam(threads);
        for (int round = 0; round < 5; round++)
        {
            Thread.Sleep(30);
            using var together = new CountdownEvent(2);
            // Two jobs that wait for each other need two threads.
            team.Run(
                2,
                (_, _) =>
                {
                    together.Signal();
                    Assert.That(together.Wait(TimeSpan.FromSeconds(30)), Is.True);
                }
            );
        }
    }

    [Test]
    public void What_a_job_throws_comes_out_and_the_next_round_runs([Values(1, 3)] int threads)
    {
        using var team = new ThreadTeam(threads);
        Assert.That(
            () =>
                team.Run(
                    4,
                    (job, _) =>
                    {
                        if (job == 2)
                            throw new InvalidTimeZoneException("as a test");
                    }
                ),
            Throws.TypeOf<InvalidTimeZoneException>().With.Message.EqualTo("as a test")
        );
        int done = 0;
        team.Run(4, (_, _) => Interlocked.Increment(ref done));
        Assert.That(done, Is.EqualTo(4));
    }

    [Test]
    public void It_ends_awake_and_asleep([Values(0, 30)] int milliseconds)
    {
        var team = new ThreadTeam(4);
        Thread.Sleep(milliseconds);
        team.Dispose();
        team.Dispose();
    }
}
