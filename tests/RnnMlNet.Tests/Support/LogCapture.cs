using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Tests.Support;

/// <summary>What an <see cref="MLContext"/> logs, from when this is made.</summary>
internal sealed class LogCapture
{
    private readonly List<LoggingEventArgs> _events = [];

    public LogCapture(MLContext ml) =>
        ml.Log += (_, entry) =>
        {
            lock (_events)
                _events.Add(entry);
        };

    public string[] Messages => Texts(_ => true);

    public string[] Warnings => Texts(entry => entry.Kind == ChannelMessageKind.Warning);

    /// <summary>A message without the source and the kind that ML.NET writes before it.</summary>
    public static string Sentence(string message) => message.Split("] ", 2)[^1];

    private string[] Texts(Func<LoggingEventArgs, bool> which)
    {
        lock (_events)
            return [.. _events.Where(which).Select(entry => entry.Message)];
    }
}
