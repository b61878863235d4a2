using Microsoft.ML.Runtime;

namespace RnnMlNet.Experiments;

/// <summary>
/// Checks the outcome of an executor or a worker against its task before it enters the journal: it may come from another process, or from
/// custom code.
/// </summary>
internal static class OutcomeCheck
{
    /// <param name="task">The task.</param>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="scoresProblem">The problem with the scores of the fold's rows; null for none.</param>
    /// <returns>The outcome; with scores that are not finite, that of a failed trial.</returns>
    /// <exception cref="InvalidOperationException">It is not the outcome of this task; the message states why.</exception>
    public static TrialOutcome Checked(TrialTask task, TrialOutcome? outcome, Func<TrialOutcome, ScoresProblem?> scoresProblem)
    {
        if (outcome is null)
            throw Wrong(task, "nothing was returned");
        if ((outcome.Trial, outcome.Fold, outcome.Epochs) != (task.Trial, task.Fold, task.Epochs))
            throw Wrong(task, $"it is of trial {outcome.Trial}, fold {outcome.Fold}, up to epoch {outcome.Epochs}");
        if (!(outcome.Seconds >= 0) || !double.IsFinite(outcome.Seconds))
            throw Wrong(task, $"it took {outcome.Seconds} seconds");
        if (outcome.Error is not null)
            return Failed(task, outcome, outcome.Error);
        if (outcome.EpochsDone < 1 || outcome.EpochsDone > task.Epochs || outcome.EpochsDone < task.Epochs && !outcome.IsDone)
            throw Wrong(task, $"{outcome.EpochsDone} epochs are done, and it is {(outcome.IsDone ? "" : "not ")}done");
        if (outcome.BestEpoch < 1 || outcome.BestEpoch > outcome.EpochsDone)
            throw Wrong(task, $"the best of its {outcome.EpochsDone} epochs is {outcome.BestEpoch}");
        CheckState(task, outcome.State);
        return scoresProblem(outcome) switch
        {
            null => outcome,
            { AreNoNumbers: true } problem => Failed(
                task,
                outcome,
                $"The scores of the held-out rows are not finite: " + $"{problem.Text}."
            ),
            { } problem => throw Wrong(task, problem.Text),
        };
    }

    private static TrialOutcome Failed(TrialTask task, TrialOutcome outcome, string error)
    {
        int done = Math.Clamp(outcome.EpochsDone, 0, task.Epochs);
        return outcome with
        {
            IsDone = true,
            EpochsDone = done,
            BestEpoch = Math.Clamp(outcome.BestEpoch, 0, done),
            ValidationLoss = double.NaN,
            Scores = [],
            State = [],
            Error = error,
        };
    }

    private static void CheckState(TrialTask task, byte[]? state)
    {
        if (state is null || state.Length == 0)
            throw Wrong(task, "it has no State for a later task to resume from");
        try
        {
            TrialState.Read(task, state);
        }
        catch (FormatException e)
        {
            throw Wrong(task, $"its State cannot be read. {e.Message.TrimEnd('.')}", e);
        }
    }

    private static Exception Wrong(TrialTask task, string how, Exception? inner = null)
    {
        string sentence =
            $"The executor's outcome for {task} is not that of the task: {how}. It was discarded. Return from "
            + "RunAsync the unaltered result of a worker's Run for this task.";
        return inner is null ? Contracts.Except(sentence) : Contracts.Except(inner, sentence);
    }
}

/// <summary>A problem with scores.</summary>
/// <param name="Text">Its description.</param>
/// <param name="AreNoNumbers">Whether their number is right, but some are not finite.</param>
internal sealed record ScoresProblem(string Text, bool AreNoNumbers);
