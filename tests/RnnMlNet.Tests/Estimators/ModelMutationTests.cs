using System.IO.Compression;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// A damaged model file ends in an exception or in an equal model: never in a hang, a crash, a wrong model or a huge allocation.
/// </summary>
[TestFixture]
public class ModelMutationTests
{
    private const long LargestAllocation = 256L << 20;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_thousand_changed_bytes_of_the_file() =>
        Ends(() =>
        {
            byte[] file = Save(TinyTask.Multiclass, ColumnKind.Ragged);
            float[][] scores = Entries(file).Scores;
            var random = new Random(11);
            for (int i = 0; i < 1000; i++)
            {
                byte[] changed = [.. file];
                int position = random.Next(file.Length);
                changed[position] ^= (byte)(1 + random.Next(255));
                LoadsEquallyOrFails(changed, scores, $"byte {position} changed from {file[position]} to {changed[position]}");
            }
        });

    // The zip's own checksum finds most changes. What it leaves to us is tried with a fresh checksum around every changed byte.
    [Test]
    public void Changed_bytes_under_a_right_zip_checksum([Values] TinyTask task) =>
        Ends(() =>
        {
            var (entries, scores) = Entries(Save(task, task == TinyTask.Binary ? ColumnKind.RaggedTokens : ColumnKind.Flat));
            (string Name, byte[] Content)[] ours =
            [
                .. entries.Where(e =>
                    e.Name.Contains("Model", StringComparison.Ordinal) || e.Name.Contains("Transform", StringComparison.Ordinal)
                ),
            ];
            Assert.That(ours.Sum(entry => entry.Content.Length), Is.GreaterThan(1000));
            var random = new Random(12);
            int refused = 0;
            for (int i = 0; i < 250; i++)
            {
                var (name, content) = ours[random.Next(ours.Length)];
                if (content.Length == 0)
                    continue;
                byte[] changed = [.. content];
                changed[random.Next(changed.Length)] ^= (byte)(1 + random.Next(255));
                refused += LoadsEquallyOrFails(
                    Zip(entries.Select(entry => entry.Name == name ? (name, changed) : entry)),
                    scores,
                    $"{name}, change {i}"
                )
                    ? 0
                    : 1;
            }
            Assert.That(refused, Is.GreaterThan(100), "Most changes are found.");
        });

    [Test]
    public void A_file_cut_short()
    {
        byte[] file = Save(TinyTask.Regression, ColumnKind.Matrix);
        foreach (int length in Enumerable.Range(0, 20).Select(i => file.Length * i / 20))
            Assert.That(() => SavedModel.Load(_ml, file[..length], out _), Throws.Exception, $"The first {length} of {file.Length} bytes");
    }

    [Test]
    public void A_changed_network_is_told_by_its_checksum()
    {
        var (entries, _) = Entries(Save(TinyTask.Regression, ColumnKind.Matrix));
        var network = entries.Single(entry =>
            entry.Name.EndsWith("Model/Model.key", StringComparison.Ordinal)
            || entry.Name.EndsWith("Model\\Model.key", StringComparison.Ordinal)
        );
        byte[] changed = [.. network.Content];
        changed[^(changed.Length / 2)] ^= 1;
        Exception exception = Assert.Catch(() =>
            SavedModel.Load(_ml, Zip(entries.Select(entry => entry.Name == network.Name ? (entry.Name, changed) : entry)), out _)
        )!;
        Assert.That(
            Innermost(exception),
            Is.InstanceOf<FormatException>()
                .With.Message.Contains("The model file's part 'network' is damaged or was altered: its checksum does not match.")
        );
    }

    private static void Ends(Action body)
    {
        Task run = Task.Run(body);
        Assert.That(Task.WaitAny([run], _limit), Is.Zero, $"Loading a damaged file did not end within {_limit}.");
        run.GetAwaiter().GetResult();
    }

    private bool LoadsEquallyOrFails(byte[] file, float[][] scores, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool loaded = false;
        float[][]? got = null;
        try
        {
            ITransformer model = SavedModel.Load(_ml, file, out _);
            loaded = true;
            got = Scores.Of(model, TinyData.Load(_ml, count: 6));
        }
        catch (Exception exception)
            when (exception is not OutOfMemoryException and not NullReferenceException and not IndexOutOfRangeException)
        {
            // An exception is a proper end; those left out are not clear ones.
        }
        if (loaded)
            Assert.That(got, Is.EqualTo(scores), what);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation), $"Bytes allocated: {what}");
        return loaded;
    }

    // Without the input schema: that entry of the file is ML.NET's own, and there are changes of it, whatever the model, that ML.NET 5.0.1
    // reads without end.
    private byte[] Save(TinyTask task, ColumnKind kind) =>
        SavedModel.Bytes(_ml, Tiny.Trainer(_ml, task, kind, options => options.MaxEpochs = 1).Fit(TinyData.Load(_ml)), inputSchema: null);

    private (List<(string Name, byte[] Content)> Entries, float[][] Scores) Entries(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return (
            [.. zip.Entries.Select(entry => (entry.FullName, Read(entry)))],
            Scores.Of(SavedModel.Load(_ml, file, out _), TinyData.Load(_ml, count: 6))
        );
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] Zip(IEnumerable<(string Name, byte[] Content)> entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
                using (Stream stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open())
                    stream.Write(content);
        return memory.ToArray();
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
