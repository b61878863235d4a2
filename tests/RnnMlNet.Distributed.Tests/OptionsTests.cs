using NUnit.Framework;

namespace RnnMlNet.Distributed.Tests;

public class OptionsTests
{
    private static IEnumerable<TestCaseData> WrongExecutors() =>
        [
            new(
                new OrleansTrialExecutorOptions { Queue = " " },
                "Queue is empty; it must be the name that the workers' TrialWorkerOptions.Queue has, \"default\" by "
                    + "default. (Parameter 'Queue')"
            ),
            new(new OrleansTrialExecutorOptions { MaxAttempts = 0 }, "MaxAttempts is 0; it must be at least 1. (Parameter 'MaxAttempts')"),
            new(
                new OrleansTrialExecutorOptions { UnreachableTimeout = TimeSpan.Zero },
                "UnreachableTimeout is 00:00:00; it must be above 0. (Parameter 'UnreachableTimeout')"
            ),
        ];

    private static IEnumerable<TestCaseData> WrongWorkers() =>
        [
            new(
                new TrialWorkerOptions { Queue = "" },
                "Queue is empty; it must be the name that the executor's OrleansTrialExecutorOptions.Queue has, \"default\" by default. "
                    + "(Parameter 'Queue')"
            ),
            new(new TrialWorkerOptions { Name = "" }, "Name is empty; it must name the worker in reports and errors. (Parameter 'Name')"),
            new(new TrialWorkerOptions { Slots = 0 }, "Slots is 0; it must be at least 1. (Parameter 'Slots')"),
            new(
                new TrialWorkerOptions { ThreadsPerTask = 0 },
                "ThreadsPerTask is 0; it must be at least 1, or null for the cores divided among the slots. (Parameter 'ThreadsPerTask')"
            ),
            new(new TrialWorkerOptions { Heartbeat = TimeSpan.Zero }, "Heartbeat is 00:00:00; it must be above 0. (Parameter 'Heartbeat')"),
            new(
                new TrialWorkerOptions { Lease = TimeSpan.FromSeconds(2) },
                "Lease is 00:00:02, with a Heartbeat of 00:00:01; it must be at least three times as long, so that a late heartbeat "
                    + "loses nothing. (Parameter 'Lease')"
            ),
        ];

    [TestCaseSource(nameof(WrongExecutors))]
    public void An_executors_options_are_checked(OrleansTrialExecutorOptions options, string error)
    {
        Assert.That(options.Check, Throws.InstanceOf<ArgumentException>().With.Message.EqualTo(error));
    }

    [TestCaseSource(nameof(WrongWorkers))]
    public void A_workers_options_are_checked(TrialWorkerOptions options, string error)
    {
        Assert.That(options.Check, Throws.InstanceOf<ArgumentException>().With.Message.EqualTo(error));
    }

    [Test]
    public void The_defaults_are_right()
    {
        Assert.That(new OrleansTrialExecutorOptions().Check, Throws.Nothing);
        Assert.That(new TrialWorkerOptions().Check, Throws.Nothing);
        Assert.That(new TrialWorkerOptions { Slots = 2 * Environment.ProcessorCount }.Threads, Is.EqualTo(1));
        Assert.That(new TrialWorkerOptions { Slots = 1 }.Threads, Is.EqualTo(Environment.ProcessorCount));
    }
}
