using RnnMlNet.Distributed;

namespace Samples.DistributedExperiment;

/// <summary>Writes the worker of each task; after some tasks, kills the worker that is assigned the next.</summary>
/// <param name="workers">The workers.</param>
internal sealed class TaskLog(IReadOnlyList<WorkerProcess> workers) : IProgress<TrialTaskReport>
{
    private const int DoneBeforeKill = 4;

    private readonly List<TrialTaskReport> _reports = [];
    private string? _killed;

    /// <summary>Called from several threads.</summary>
    public void Report(TrialTaskReport value)
    {
        lock (_reports)
        {
            _reports.Add(value);
            if (value.Progress is TrialTaskProgress.Done or TrialTaskProgress.Lost)
                Console.WriteLine($"  {value}");
            if (
                _killed is null
                && value.Progress == TrialTaskProgress.Given
                && _reports.Count(report => report.Progress == TrialTaskProgress.Done) >= DoneBeforeKill
            )
                Kill(value);
        }
    }

    /// <summary>Writes the totals; false where no task of the killed worker was reassigned.</summary>
    public bool Write()
    {
        lock (_reports)
        {
            foreach (WorkerProcess worker in workers)
                Console.WriteLine(
                    $"  {worker.Name}: "
                        + $"{_reports.Count(report => report.Progress == TrialTaskProgress.Done && report.Worker == worker.Name), 2} "
                        + $"tasks{(worker.Name == _killed ? ", killed" : "")}"
                );
            foreach (TrialTaskReport lost in _reports.Where(report => report.Progress == TrialTaskProgress.Lost))
                Console.WriteLine($"  given to another after the kill: {lost}, then done by {DoneAfter(lost).Worker}");
            return _reports.Any(report => report.Progress == TrialTaskProgress.Lost && report.Worker == _killed);
        }
    }

    private void Kill(TrialTaskReport task)
    {
        WorkerProcess worker = workers.Single(worker => worker.Name == task.Worker);
        worker.Kill();
        _killed = worker.Name;
        Console.WriteLine($"  Killed {worker.Name} (process {worker.Id}), which has {task.ToString().Split(':')[0]}");
    }

    private TrialTaskReport DoneAfter(TrialTaskReport lost) =>
        _reports.Last(report =>
            report.Progress == TrialTaskProgress.Done && (report.Trial, report.Fold, report.Epochs) == (lost.Trial, lost.Fold, lost.Epochs)
        );
}
