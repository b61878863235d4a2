using NUnit.Framework;
using Orleans;
using Orleans.TestingHost;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Distributed.Tests.Support;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Tests;

/// <summary>
/// Executor, queue and workers on a silo of the test's own process; each test has a queue of its own. How long a thing takes is not
/// asserted: a wait that does not end fails.
/// </summary>
[CancelAfter(120_000)]
public class OrleansTrialExecutorTests
{
    private InProcessTestCluster _cluster = null!;
    private ListProgress _progress = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = new InProcessTestClusterBuilder(1).Build();
        await _cluster.DeployAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [SetUp]
    public void Forget() => _progress = new ListProgress();

    [Test]
    public async Task Tasks_and_outcomes_arrive_as_they_were_made(CancellationToken end)
    {
        TrialTask task = Tasked.Task(4) with { State = [.. Enumerable.Range(0, 300).Select(number => (byte)number)] };
        var outcome = new TrialOutcome
        {
            Trial = 4,
            Fold = 1,
            Epochs = 3,
            EpochsDone = 2,
            IsDone = true,
            BestEpoch = 1,
            ValidationLoss = double.NaN,
            Seconds = Math.PI,
            Error = "diverged",
            Scores = [1, 2],
            State = [3, 4, 5],
        };
        var runner = new ScriptedRunner((_, _) => outcome);
        await using TestWorker worker = await WorkerAsync("ada", runner);
        TrialOutcome arrived = await Executor().RunAsync(task, end);

        TrialTask given = runner.Tasks.Single();
        Assert.That(
            (given.Experiment, given.Trial, given.Fold, given.Epochs),
            Is.EqualTo((task.Experiment, task.Trial, task.Fold, task.Epochs))
        );
        Assert.That(given.Parameters, Is.EqualTo(task.Parameters));
        Assert.That(given.State, Is.EqualTo(task.State));
        Assert.That(arrived with { Scores = outcome.Scores, State = outcome.State }, Is.EqualTo(outcome));
        Assert.That((arrived.Scores, arrived.State), Is.EqualTo((outcome.Scores, outcome.State)));
    }

    [Test]
    public async Task A_task_without_a_state_has_none_at_the_worker(CancellationToken end)
    {
        ScriptedRunner runner = ScriptedRunner.Quick();
        await using TestWorker worker = await WorkerAsync("ada", runner);
        await Executor().RunAsync(Tasked.Task(4) with { State = null }, end);
        Assert.That(runner.Tasks.Single().State, Is.Null);
    }

    [Test]
    public async Task Slots_are_those_of_the_workers_and_1_without_any(CancellationToken end)
    {
        OrleansTrialExecutor executor = Executor();
        Assert.That(executor.Slots, Is.EqualTo(1));
        await using (TestWorker ada = await WorkerAsync("ada", ScriptedRunner.Quick(), slots: 3))
        await using (TestWorker bob = await WorkerAsync("bob", ScriptedRunner.Quick(), slots: 2))
        {
            while ((await executor.GetWorkersAsync(end)).Count < 2)
                await Task.Delay(20, end);
            Assert.That(
                await executor.GetWorkersAsync(end),
                Is.EquivalentTo(new[] { new TrialWorkerInfo("ada", 3), new TrialWorkerInfo("bob", 2) })
            );
            await executor.RunAsync(Tasked.Task(4), end);
            Assert.That(executor.Slots, Is.EqualTo(5));
        }
        Assert.That(await executor.GetWorkersAsync(end), Is.Empty);
    }

    [Test]
    public async Task What_a_worker_throws_ends_the_experiment_with_its_name_and_its_words(CancellationToken end)
    {
        await using TestWorker worker = await WorkerAsync(
            "ada",
            new ScriptedRunner((_, _) => throw new InvalidOperationException("The rows here are others."))
        );
        Assert.That(
            async () => await Executor().RunAsync(Tasked.Task(4), end),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The worker ada cannot run trial 4, fold 1, up to epoch 3: The rows here are others."
            )
        );
        Assert.That(_progress.Reports[^1].Progress, Is.EqualTo(TrialTaskProgress.Failed));
    }

    [Test]
    public async Task Cancellation_reaches_the_worker_which_then_takes_the_next_task(CancellationToken end)
    {
        int began = 0;
        var runner = new ScriptedRunner(
            (task, cancellation) =>
            {
                if (Interlocked.Increment(ref began) > 1)
                    return Tasked.Outcome(task);
                cancellation.WaitHandle.WaitOne();
                throw new OperationCanceledException(cancellation);
            }
        );
        await using TestWorker worker = await WorkerAsync("ada", runner);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(end);
        Task<TrialOutcome> cancelled = Executor().RunAsync(Tasked.Task(4), cancellation.Token);
        await runner.Began.Task.WaitAsync(end);
        await cancellation.CancelAsync();
        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        await runner.Cancelled.Task.WaitAsync(end);
        Assert.That((await Executor().RunAsync(Tasked.Task(5), end)).Trial, Is.EqualTo(5));
    }

    [Test]
    public async Task The_task_of_a_worker_that_leaves_is_done_by_another(CancellationToken end)
    {
        ScriptedRunner endless = ScriptedRunner.Endless();
        Task<TrialOutcome> outcome;
        await using (TestWorker ada = await WorkerAsync("ada", endless))
        {
            outcome = Executor().RunAsync(Tasked.Task(4), end);
            await endless.Began.Task.WaitAsync(end);
        }
        Assert.That(endless.IsDisposed, Is.True);
        await using TestWorker bob = await WorkerAsync("bob", ScriptedRunner.Quick());
        Assert.That((await outcome).ValidationLoss, Is.EqualTo(7));
        Assert.That(
            _progress.Reports.Select(report => $"{report.Progress} {report.Worker} {report.Attempt}"),
            Is.EqualTo(new[] { "Given ada 1", "Lost ada 1", "Given bob 2", "Done bob 2" })
        );
    }

    [Test]
    public async Task Without_workers_a_task_waits_for_one(CancellationToken end)
    {
        Task<TrialOutcome> outcome = Executor().RunAsync(Tasked.Task(4), end);
        await Task.Delay(300, end);
        Assert.That(outcome.IsCompleted, Is.False);
        await using TestWorker worker = await WorkerAsync("ada", ScriptedRunner.Quick());
        Assert.That((await outcome).Trial, Is.EqualTo(4));
    }

    [Test]
    public async Task A_queue_that_is_started_anew_loses_nothing_and_what_is_being_done_goes_on(CancellationToken end)
    {
        using var go = new ManualResetEventSlim();
        var runner = new ScriptedRunner(
            (task, cancellation) =>
            {
                go.Wait(cancellation);
                return Tasked.Outcome(task);
            }
        );
        await using TestWorker worker = await WorkerAsync("ada", runner);
        Task<TrialOutcome> first = Executor().RunAsync(Tasked.Task(4), end);
        await runner.Began.Task.WaitAsync(end);
        // What the queue has to tell, and has not told yet, is lost with it.
        await GivenAsync(1, end);
        Task<TrialOutcome> second = Executor().RunAsync(Tasked.Task(5), end);
        await _cluster.DeactivateAsync(_cluster.Client.GetGrain<ITrialQueueGrain>(QueueName));
        await GivenAsync(2, end);
        go.Set();
        Assert.That(((await first).Trial, (await second).Trial), Is.EqualTo((4, 5)));
        Assert.That(runner.Tasks.Select(task => task.Trial), Is.EqualTo(new[] { 4, 5 }));
    }

    private async Task GivenAsync(int tasks, CancellationToken end)
    {
        while (_progress.Reports.Count(report => report.Progress == TrialTaskProgress.Given) < tasks)
            await Task.Delay(20, end);
    }

    [Test]
    public async Task An_outcome_that_is_larger_than_a_message_may_be_is_an_error_that_names_the_option(CancellationToken end)
    {
        await using TestWorker worker = await WorkerAsync(
            "ada",
            new ScriptedRunner((task, _) => Tasked.Outcome(task) with { Scores = new byte[20_000], State = new byte[30_000] })
        );
        Assert.That(
            async () => await Executor().RunAsync(Tasked.Task(4), end),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The worker ada ran trial 4, fold 1, up to epoch 3, but its scores and its state are 115536 bytes, and a message of the "
                    + "cluster may have 100000: set the MaxMessageBodySize of SiloMessagingOptions, and of "
                    + "ClientMessagingOptions where there "
                    + "are clients, higher, to the same in all processes of the cluster."
            )
        );
    }

    [Test]
    public async Task Megabytes_arrive(CancellationToken end)
    {
        var bytes = new byte[8 << 20];
        new Random(1).NextBytes(bytes);
        ScriptedRunner runner = ScriptedRunner.Quick();
        await using TestWorker worker = await WorkerAsync("ada", runner);
        await Executor().RunAsync(Tasked.Task(4) with { State = bytes }, end);
        Assert.That(runner.Tasks.Single().State.AsSpan().SequenceEqual(bytes), Is.True);
    }

    private static string QueueName => TestContext.CurrentContext.Test.Name;

    private OrleansTrialExecutor Executor() =>
        new(_cluster.Client, new OrleansTrialExecutorOptions { Queue = QueueName, Progress = _progress });

    private Task<TestWorker> WorkerAsync(string name, ScriptedRunner runner, int slots = 1) =>
        TestWorker.StartAsync(_cluster.Client, QueueName, name, runner, slots);
}
