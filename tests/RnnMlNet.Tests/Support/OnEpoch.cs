namespace RnnMlNet.Tests.Support;

/// <summary>Is told of each epoch in Fit's own thread, at its end; <see cref="Progress{T}"/> would be told on another, some time later.</summary>
internal sealed class OnEpoch(Action<EpochReport> told) : IProgress<EpochReport>
{
    /// <summary>Acts at the end of one epoch alone.</summary>
    public OnEpoch(int epoch, Action action)
        : this(report =>
        {
            if (report.Epoch == epoch)
                action();
        })
    {
    }

    public void Report(EpochReport value) => told(value);
}
