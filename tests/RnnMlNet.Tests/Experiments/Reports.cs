namespace RnnMlNet.Tests.Experiments;

/// <summary>Calls back on the thread that reports.</summary>
internal sealed class Reports<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
