using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Tests.Support;

/// <summary>A host whose warnings are kept.</summary>
internal sealed class TestHost
{
    private readonly List<string> _warnings = [];

    public TestHost()
    {
        var context = new MLContext(seed: 1);
        context.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
                _warnings.Add(entry.RawMessage);
        };
        Host = ((IHostEnvironment)context).Register("test");
    }

    public IHost Host { get; }

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>As when a user cancels: <c>CheckAlive</c> throws from now on.</summary>
    public void Cancel() => ((ICancelable)Host).CancelExecution();
}
