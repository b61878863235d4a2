namespace RnnMlNet.Distributed.Tests.Support;

/// <summary>Collects its reports.</summary>
internal sealed class ListProgress : IProgress<TrialTaskReport>
{
    private readonly List<TrialTaskReport> _reports = [];

    public IReadOnlyList<TrialTaskReport> Reports
    {
        get
        {
            lock (_reports)
                return [.. _reports];
        }
    }

    public void Report(TrialTaskReport value)
    {
        lock (_reports)
            _reports.Add(value);
    }
}
