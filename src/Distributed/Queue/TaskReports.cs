using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>Derives reports from a ticket's states.</summary>
/// <param name="task">The ticket's task.</param>
/// <param name="progress">Receives the reports; null for none.</param>
internal sealed class TaskReports(TrialTask task, IProgress<TrialTaskReport>? progress)
{
    private int _given,
        _lost;

    public void Take(TicketState state)
    {
        if (state.Workers.Length < _given)
            // The queue was restarted, and counts anew.
            (_given, _lost) = (0, 0);
        for (int worker = 0; worker < state.Workers.Length; worker++)
        {
            if (worker >= _given)
                Report(TrialTaskProgress.Given, state.Workers[worker], worker + 1);
            if (worker >= _lost && (worker < state.Workers.Length - 1 || state.Phase == TicketPhase.Waiting))
            {
                Report(TrialTaskProgress.Lost, state.Workers[worker], worker + 1);
                _lost = worker + 1;
            }
        }
        _given = state.Workers.Length;
        if (state.Phase == TicketPhase.Done)
            Report(TrialTaskProgress.Done, state.DoneBy!, _given);
        else if (state.Phase == TicketPhase.Failed)
            Report(TrialTaskProgress.Failed, state.Workers.LastOrDefault(""), _given);
    }

    private void Report(TrialTaskProgress what, string worker, int attempt) =>
        progress?.Report(new TrialTaskReport(what, task.Trial, task.Fold, task.Epochs, worker, attempt));
}
