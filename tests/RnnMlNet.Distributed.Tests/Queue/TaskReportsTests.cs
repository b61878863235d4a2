using NUnit.Framework;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Distributed.Tests.Support;

namespace RnnMlNet.Distributed.Tests.Queue;

public class TaskReportsTests
{
    [Test]
    public void Each_thing_that_happens_is_told_once()
    {
        Assert.That(
            Told(
                new TicketState(1, TicketPhase.Waiting, [], 0),
                new TicketState(2, TicketPhase.Given, ["ada"], 1),
                new TicketState(2, TicketPhase.Given, ["ada"], 2),
                new TicketState(3, TicketPhase.Waiting, ["ada"], 1),
                new TicketState(4, TicketPhase.Given, ["ada", "bob"], 1),
                new TicketState(5, TicketPhase.Done, ["ada", "bob"], 1) { DoneBy = "bob" }
            ),
            Is.EqualTo(new[] { "Given ada 1", "Lost ada 1", "Given bob 2", "Done bob 2" })
        );
    }

    [Test]
    public void What_happened_between_two_questions_is_told_too()
    {
        Assert.That(
            Told(new TicketState(5, TicketPhase.Failed, ["ada", "bob"], 1) { Error = "other rows" }),
            Is.EqualTo(new[] { "Given ada 1", "Lost ada 1", "Given bob 2", "Failed bob 2" })
        );
    }

    [Test]
    public void A_queue_that_was_started_anew_begins_anew()
    {
        Assert.That(
            Told(
                new TicketState(2, TicketPhase.Given, ["ada"], 1),
                new TicketState(0, TicketPhase.Unknown, [], 1),
                new TicketState(2, TicketPhase.Given, ["bob"], 1)
            ),
            Is.EqualTo(new[] { "Given ada 1", "Given bob 1" })
        );
    }

    [Test]
    public void A_report_is_a_sentence()
    {
        Assert.That(
            new TrialTaskReport(TrialTaskProgress.Lost, 3, 1, 9, "ada/4711", 1).ToString(),
            Is.EqualTo("trial 3, fold 1, up to epoch 9: lost by ada/4711")
        );
    }

    private static IEnumerable<string> Told(params TicketState[] states)
    {
        var told = new ListProgress();
        var reports = new TaskReports(Tasked.Task(4), told);
        foreach (TicketState state in states)
            reports.Take(state);
        return told.Reports.Select(report => $"{report.Progress} {report.Worker} {report.Attempt}");
    }
}
