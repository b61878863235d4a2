using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Tests.Support;

/// <summary>What was told on the progress channels of an <see cref="MLContext"/>, whose hosts all report to its one tracker.</summary>
internal static class ProgressEvents
{
    public static ProgressReporting.ProgressEvent[] Of(MLContext ml, string channel) =>
        [.. Tracker(ml).GetAllProgress().Where(e => e.Name.Contains(channel, StringComparison.Ordinal))];

    private static ProgressReporting.ProgressTracker Tracker(MLContext ml)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        IHost host = ((IHostEnvironment)ml).Register("test");
        Type type = host.GetType();
        while (type.GetField("ProgressTracker", Own) is null)
            type = type.BaseType!;
        return (ProgressReporting.ProgressTracker)type.GetField("ProgressTracker", Own)!.GetValue(host)!;
    }
}
