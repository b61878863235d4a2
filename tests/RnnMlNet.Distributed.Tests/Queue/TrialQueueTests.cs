using NUnit.Framework;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Distributed.Tests.Support;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Tests.Queue;

public class TrialQueueTests
{
    private readonly WorkerCard _ada = Card("ada"),
        _bob = Card("bob", slots: 2);
    private readonly Guid _first = Guid.NewGuid(),
        _second = Guid.NewGuid();
    private ManualTime _time = null!;
    private TrialQueue _queue = null!;

    [SetUp]
    public void Open()
    {
        _time = new ManualTime();
        _queue = new TrialQueue(_time);
    }

    [Test]
    public void Tasks_are_given_in_the_order_in_which_they_came_each_to_one_worker()
    {
        Submit(_first, _second);
        Assert.That(_queue.Take(_bob)!.Ticket, Is.EqualTo(_first));
        Assert.That(_queue.Take(_ada)!.Ticket, Is.EqualTo(_second));
        Assert.That(_queue.Take(_bob), Is.Null);
        Assert.That(_queue.Ask(_first).Workers, Is.EqualTo(new[] { "bob" }));
    }

    [Test]
    public void A_task_put_in_twice_is_there_once()
    {
        Submit(_first, _first);
        Assert.That(_queue.Take(_ada)!.Ticket, Is.EqualTo(_first));
        Assert.That(_queue.Take(_bob), Is.Null);
    }

    [Test]
    public void A_task_whose_worker_is_silent_for_a_lease_is_anothers_and_comes_before_later_ones()
    {
        Submit(_first);
        _queue.Take(_ada);
        Submit(_second);
        _time.Pass(10);
        Assert.That(_queue.Ask(_first).Phase, Is.EqualTo(TicketPhase.Given));
        _time.Pass(0.1);
        Assert.That(_queue.Ask(_first).Phase, Is.EqualTo(TicketPhase.Waiting));
        Assert.That(_queue.Take(_bob)!.Ticket, Is.EqualTo(_first));
        Assert.That(_queue.Ask(_first).Workers, Is.EqualTo(new[] { "ada", "bob" }));
    }

    [Test]
    public void A_beat_begins_the_lease_anew()
    {
        Submit(_first);
        _queue.Take(_ada);
        for (int beat = 0; beat < 5; beat++)
        {
            _time.Pass(9);
            Assert.That(_queue.Beat(_ada, [_first]).Kept, Is.EqualTo(new[] { _first }));
        }
        Assert.That(_queue.Ask(_first).Workers, Is.EqualTo(new[] { "ada" }));
    }

    [Test]
    public void A_beat_that_does_not_name_a_task_leaves_its_lease_as_it_is()
    {
        Submit(_first);
        _queue.Take(_ada);
        _time.Pass(6);
        _queue.Beat(_ada, []);
        _time.Pass(6);
        Assert.That(_queue.Take(_bob)!.Ticket, Is.EqualTo(_first));
    }

    [Test]
    public void A_worker_that_was_thought_lost_keeps_its_task_where_nobody_else_has_it()
    {
        Submit(_first);
        _queue.Take(_ada);
        _time.Pass(11);
        Assert.That(_queue.Ask(_first).Phase, Is.EqualTo(TicketPhase.Waiting));
        Assert.That(_queue.Beat(_ada, [_first]).Kept, Is.EqualTo(new[] { _first }));
        Assert.That(_queue.Take(_bob), Is.Null);
    }

    [Test]
    public void A_worker_that_was_thought_lost_is_told_to_stop_where_another_has_its_task()
    {
        Submit(_first);
        _queue.Take(_ada);
        _time.Pass(11);
        _queue.Take(_bob);
        Assert.That(_queue.Beat(_ada, [_first]).Stopped, Is.EqualTo(new[] { _first }));
        Assert.That(_queue.Beat(_bob, [_first]).Kept, Is.EqualTo(new[] { _first }));
    }

    [Test]
    public void The_first_outcome_counts_whoever_brings_it_and_the_other_worker_is_told_to_stop()
    {
        Submit(_first);
        _queue.Take(_ada);
        _time.Pass(11);
        _queue.Take(_bob);
        _queue.Complete(_ada, _first, Outcome(seconds: 1));
        _queue.Complete(_bob, _first, Outcome(seconds: 2));
        TicketState state = _queue.Ask(_first);
        Assert.That((state.Phase, state.DoneBy, state.Outcome!.Seconds), Is.EqualTo((TicketPhase.Done, "ada", 1.0)));
        Assert.That(_queue.Beat(_bob, [_first]).Stopped, Is.EqualTo(new[] { _first }));
    }

    [Test]
    public void What_is_done_is_given_to_nobody()
    {
        Submit(_first);
        _queue.Take(_ada);
        _queue.Complete(_ada, _first, Outcome());
        _time.Pass(11);
        Assert.That(_queue.Take(_bob), Is.Null);
    }

    [Test]
    public void The_worker_of_a_task_that_is_not_waited_for_any_more_is_told_to_stop_and_its_outcome_is_ignored()
    {
        Submit(_first);
        _queue.Take(_ada);
        _queue.Forget(_first);
        Assert.That(_queue.Beat(_ada, [_first]).Stopped, Is.EqualTo(new[] { _first }));
        _queue.Complete(_ada, _first, Outcome());
        Assert.That(_queue.Ask(_first).Phase, Is.EqualTo(TicketPhase.Unknown));
    }

    [Test]
    public void A_task_whose_executor_is_silent_is_dropped()
    {
        Submit(_first);
        _queue.Take(_ada);
        _time.Pass(TrialQueue.ExecutorPatience.TotalSeconds - 1);
        Assert.That(_queue.Ask(_first).Phase, Is.Not.EqualTo(TicketPhase.Unknown));
        _time.Pass(TrialQueue.ExecutorPatience.TotalSeconds + 1);
        Assert.That(_queue.Take(_bob), Is.Null);
        Assert.That(_queue.Beat(_ada, [_first]).Stopped, Is.EqualTo(new[] { _first }));
    }

    [Test]
    public void Of_a_task_that_the_queue_does_not_know_a_worker_is_told_nothing_until_it_is_put_in_again()
    {
        BeatReply reply = _queue.Beat(_ada, [_first]);
        Assert.That((reply.Kept, reply.Stopped), Is.EqualTo((Array.Empty<Guid>(), Array.Empty<Guid>())));
        Assert.That(_queue.Ask(_first).Phase, Is.EqualTo(TicketPhase.Unknown));
        Submit(_first);
        Assert.That(_queue.Beat(_ada, [_first]).Kept, Is.EqualTo(new[] { _first }));
        Assert.That(_queue.Take(_bob), Is.Null);
    }

    [Test]
    public void A_worker_that_leaves_gives_its_tasks_back_without_a_loss_and_gets_none()
    {
        _queue.Submit(_first, Tasked.Task(4), maxAttempts: 1);
        _queue.Take(_ada);
        _queue.Leave(_ada);
        Assert.That(_queue.Take(_ada), Is.Null);
        Assert.That(_queue.Take(_bob)!.Ticket, Is.EqualTo(_first));
        Assert.That(_queue.Workers().Select(worker => worker.Name), Is.EqualTo(new[] { "bob" }));
    }

    // A beat and the farewell are two calls, and the later may be heard first.
    [Test]
    public void A_beat_of_a_worker_that_left_brings_back_neither_it_nor_its_tasks()
    {
        Submit(_first);
        Submit(_second);
        _queue.Take(_ada);
        _queue.Take(_bob);
        _queue.Leave(_ada);

        BeatReply reply = _queue.Beat(_ada, [_first, _second, Guid.Empty]);

        Assert.That(reply.Kept, Is.Empty);
        Assert.That(reply.Stopped, Is.EqualTo(new[] { _first, _second, Guid.Empty }));
        Assert.That(_queue.Workers().Select(worker => worker.Name), Is.EqualTo(new[] { "bob" }));
        Assert.That((_queue.Ask(_first).Phase, _queue.Ask(_first).Slots), Is.EqualTo((TicketPhase.Waiting, 2)));
        Assert.That((_queue.Ask(_second).Phase, _queue.Take(_bob)!.Ticket), Is.EqualTo((TicketPhase.Given, _first)));
    }

    [Test]
    public void Beats_of_a_worker_that_left_change_nothing_for_as_long_as_they_come()
    {
        Submit(_first);
        _queue.Take(_ada);
        _queue.Leave(_ada);
        for (int beat = 0; beat < 5; beat++)
        {
            _time.Pass(5);
            Assert.That(_queue.Beat(_ada, [_first]).Stopped, Is.EqualTo(new[] { _first }));
            Assert.That((_queue.Workers().Count, _queue.Ask(_first).Slots, _queue.Take(_ada)), Is.EqualTo((0, 0, (TrialLease?)null)));
        }
        // Started anew it is another worker, of the same name.
        WorkerCard again = _ada with
        {
            Id = Guid.NewGuid(),
        };
        _queue.Beat(again, []);
        Assert.That(_queue.Take(again)!.Ticket, Is.EqualTo(_first));
    }

    [Test]
    public void A_task_that_loses_worker_after_worker_fails()
    {
        _queue.Submit(_first, Tasked.Task(4), maxAttempts: 2);
        _queue.Take(_ada);
        _time.Pass(11);
        _queue.Take(_bob);
        _time.Pass(11);
        TicketState state = _queue.Ask(_first);
        Assert.That(state.Phase, Is.EqualTo(TicketPhase.Failed));
        Assert.That(
            state.Error,
            Is.EqualTo(
                "trial 4, fold 1, up to epoch 3 was given to 2 workers, and each was lost with it: ada, bob. Perhaps the task itself "
                    + "ends them, for example by lack of memory. Check their last output, or raise MaxAttempts."
            )
        );
    }

    [Test]
    public void The_word_of_a_worker_that_cannot_do_it_counts_only_while_it_has_the_task()
    {
        Submit(_first);
        _queue.Take(_ada);
        _time.Pass(11);
        _queue.Take(_bob);
        _queue.Fail(_ada, _first, "late");
        Assert.That(_queue.Ask(_first).Phase, Is.EqualTo(TicketPhase.Given));
        _queue.Fail(_bob, _first, "other rows");
        Assert.That((_queue.Ask(_first).Phase, _queue.Ask(_first).Error), Is.EqualTo((TicketPhase.Failed, "other rows")));
    }

    [Test]
    public void Slots_are_those_of_the_workers_that_are_alive()
    {
        _queue.Beat(_ada, []);
        _queue.Beat(_bob, []);
        Assert.That(_queue.Ask(_first).Slots, Is.EqualTo(3));
        _time.Pass(6);
        _queue.Beat(_ada, []);
        _time.Pass(6);
        Assert.That(_queue.Ask(_first).Slots, Is.EqualTo(1));
    }

    [Test]
    public void Every_change_that_somebody_may_wait_for_is_told()
    {
        int changes = 0;
        _queue.Changed += () => changes++;
        int Of(Action change)
        {
            int before = changes;
            change();
            return changes - before;
        }
        Assert.That(Of(() => Submit(_first)), Is.EqualTo(1));
        Assert.That(Of(() => Submit(_first)), Is.Zero);
        Assert.That(Of(() => _queue.Take(_ada)), Is.EqualTo(1));
        Assert.That(Of(() => _queue.Take(_bob)), Is.Zero);
        _time.Pass(11);
        Assert.That(Of(() => _queue.Ask(_first)), Is.EqualTo(1));
        Assert.That(Of(() => _queue.Complete(_bob, _first, Outcome())), Is.EqualTo(1));
        Assert.That(Of(() => _queue.Complete(_ada, _first, Outcome())), Is.Zero);
    }

    private static WorkerCard Card(string name, int slots = 1) => new(Guid.NewGuid(), name, slots, TimeSpan.FromSeconds(10));

    private static TrialOutcome Outcome(double seconds = 0) => Tasked.Outcome(Tasked.Task(4)) with { Seconds = seconds };

    private void Submit(params Guid[] tickets)
    {
        foreach (Guid ticket in tickets)
            _queue.Submit(ticket, Tasked.Task(4), maxAttempts: 5);
    }
}
