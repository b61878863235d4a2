using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>
/// Reading reports its progress every five seconds, on the log and on the progress channel, and at its end where the rows are stored.
/// </summary>
[TestFixture]
public class ReadingProgressTests
{
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private readonly Clock _clock = new();

    // Three times some rows, two seconds apart.
    private (string[] Log, ProgressReporting.ProgressEntry[] Checkpoints) Tell(long? totalRows)
    {
        var ml = new MLContext();
        var log = new LogCapture(ml);
        IHost host = ((IHostEnvironment)ml).Register("test");
        using SequenceStore store = Stores.OfLengths(1, 100, 200);
        using (IChannel channel = host.Start("Reading"))
        using (var progress = new ReadingProgress(host, channel, store, totalRows, _clock))
        {
            foreach (int rows in (int[])[10, 20, 30])
            {
                _clock.Now += TimeSpan.FromSeconds(2);
                progress.RowsRead(rows);
            }
            progress.Done(35);
        }
        var checkpoints = ProgressEvents
            .Of(ml, "Reading sequences")
            .Where(e => e.Kind == ProgressReporting.ProgressEvent.EventKind.Progress)
            .Select(e => e.ProgressEntry);
        return ([.. log.Messages.Where(message => message.Contains("rows", StringComparison.Ordinal))], [.. checkpoints]);
    }

    [Test]
    public void Rows_of_known_number()
    {
        var (log, checkpoints) = Tell(totalRows: 40);

        // 300 steps, and weight and label of two rows; the index's chunks of 128 KiB beside them.
        const long Bytes = (300 + 4) * 4 + (128 << 10);
        Assert.That(log.Select(AfterChannel), Is.EqualTo(new[] { "Read 30 of 40 rows, 129.2 KiB." }), "So few rows need no thought.");
        Assert.That(checkpoints[0].Header.UnitNames, Is.EqualTo(new[] { "rows", "bytes" }));
        Assert.That(checkpoints.Select(c => c.Progress), Is.EqualTo(new double?[][] { [30, Bytes], [35, Bytes] }));
        Assert.That(checkpoints.Select(c => c.ProgressLim[0]), Has.All.EqualTo(40.0));
    }

    [Test]
    public void Rows_of_unknown_number()
    {
        var (log, checkpoints) = Tell(totalRows: null);

        Assert.That(AfterChannel(log[0]), Is.EqualTo("Read 30 rows, 129.2 KiB."));
        Assert.That(
            checkpoints.Select(c => (c.Progress[0], c.ProgressLim[0])),
            Is.EqualTo(new (double?, double?)[] { (30, null), (35, null) })
        );
    }

    private static string AfterChannel(string message) =>
        message[(message.IndexOf("] ", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..];
}
