namespace RnnMlNet.Tests.Support;

/// <summary>
/// Is told of each epoch at its end, by the thread that trains; <see cref="Progress{T}"/> would be told by another, some time later.
/// </summary>
internal sealed class OnEpoch(Action<EpochReport> told) : IProgress<EpochReport>
{
    /// <summary>Acts at the end of one epoch alone.</summary>
    public OnEpoch(int epoch, Action action)
        : this(report =>
        {
            if (report.Epoch == epoch)
                action();
        }) { }

    /// <summary>Has a Fit cancelled after some epochs, those of all its networks counted.</summary>
    public static void CancelAfter(RnnTrainingOptions options, int epochs)
    {
        var cancel = new CancellationTokenSource();
        options.CancellationToken = cancel.Token;
        options.Progress = new OnEpoch(_ =>
        {
            if (--epochs == 0)
                cancel.Cancel();
        });
    }

    public void Report(EpochReport value) => told(value);
}
