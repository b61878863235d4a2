using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Streaming;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>
/// A checkpoint that is damaged, truncated or has wrong sizes is an error with an explanation, before memory of any stated size is
/// allocated.
/// </summary>
[TestFixture]
public class CheckpointFileTests
{
    private const long LargestAllocation = 4 << 20;
    private const int HeaderBytes = Blocks.HeaderBytes;

    private static readonly TrainedNetwork _network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm));

    // In the first block, the length of the network's description and its text, 32 bytes of fingerprint, the number of series.
    private static readonly int _totalAt = 1 + NetworkFingerprint.Of(_network).Description.Length + 32;

    private TemporaryFolder _folder = null!;
    private byte[] _file = [];
    private byte[] _header = [],
        _series = [];

    private string Path => _folder.PathOf("series.rnn");

    private string What => $"The checkpoint '{Path}'";

    [OneTimeSetUp]
    public void Write()
    {
        _folder = new TemporaryFolder();
        Checkpoint(_network).Write(Path, [Series("a", 3), Series("bc", 4)]);
        _file = File.ReadAllBytes(Path);
        int header = HeaderBytes + BitConverter.ToInt32(_file, 8);
        (_header, _series) = (Blocks.Payload(_file[..header]), Blocks.Payload(_file[header..]));
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void What_was_written_is_read()
    {
        List<Series> read = Read(_file)!;
        Assert.That(read.Select(series => (series.Key, series.State.Steps)), Is.EqualTo(new[] { ("a", 3L), ("bc", 4L) }));
        Assert.That(read[1].State.Members[0].Numbers, Is.EqualTo(Series("bc", 4).State.Members[0].Numbers));
        Assert.That(read[1].State.Members[0].Sums, Is.EqualTo(Series("bc", 4).State.Members[0].Sums));
    }

    /// <summary>Every byte, changed in one bit and in all.</summary>
    [Test]
    public void A_changed_byte_is_found([Values(1, 0x80, 0xFF)] int bits)
    {
        for (int at = 0; at < _file.Length; at++)
        {
            byte[] changed = [.. _file];
            changed[at] ^= (byte)bits;
            Assert.That(Read(changed, $"byte {at}"), Is.Null, $"byte {at}");
        }
    }

    [Test]
    public void A_missing_end_is_found()
    {
        for (int length = 0; length < _file.Length; length++)
            Assert.That(
                Refused(_file[..length]),
                Is.EqualTo($"{What} is truncated: the file ends before it does."),
                $"The first {length} of {_file.Length} bytes"
            );
    }

    [Test]
    public void A_longer_file() =>
        Assert.That(Refused([.. _file, 0, 0]), Is.EqualTo($"{What} is damaged: 2 bytes follow where it should end."));

    [Test]
    public void A_newer_version() =>
        Assert.That(
            Refused([.. Blocks.Seal(_header, version: 2), .. Blocks.Seal(_series)]),
            Is.EqualTo($"{What} has format version 2, but this RnnMlNet reads versions up to 1: update RnnMlNet.")
        );

    [Test]
    public void A_file_of_another_kind() =>
        Assert.That(
            Refused("PK\u0003\u0004 is how a zip begins"u8.ToArray()),
            Is.EqualTo($"{What} does not begin as RnnMlNet writes it: it is damaged or was not written by RnnMlNet.")
        );

    /// <summary>Behind a checksum that is right, each number of the file stated otherwise.</summary>
    [Test]
    public void A_number_of_series_that_lies([Values(int.MinValue, -1, 0, 1, 3, 1 << 30, int.MaxValue)] int total)
    {
        string sentence = Refused(Sealed(Blocks.With(_header, _totalAt, total), _series));
        Assert.That(
            sentence,
            Does.StartWith(
                total switch
                {
                    < 0 => $"{What} is damaged: it states {total} series.",
                    0 => $"{What} is damaged: {HeaderBytes + _series.Length} bytes follow where it should end.",
                    1 => $"{What} is damaged: a block of 2 series where 1 are left.",
                    _ => $"{What} is truncated: the file ends before it does.",
                }
            )
        );
    }

    [Test]
    public void A_number_of_series_of_a_block_that_lies([Values(int.MinValue, -1, 0, 1, 3, 1 << 30, int.MaxValue)] int count) =>
        Assert.That(Refused(Sealed(_header, Blocks.With(_series, 0, count))), Does.StartWith($"{What} is damaged: "));

    [Test]
    public void A_length_of_a_key_that_lies([Values(int.MinValue, -1, 0, 2, 100, 1 << 30, int.MaxValue)] int length) =>
        Assert.That(Refused(Sealed(_header, Blocks.With(_series, 4, length))), Does.StartWith($"{What} is damaged: "));

    [Test]
    public void Steps_below_none() =>
        Assert.That(
            Refused(Sealed(_header, Blocks.With(_series, 4 + 4 + 2 + 4, -1))),
            Does.Match("is damaged: a series of -[0-9]+ steps\\.$")
        );

    [Test]
    public void A_series_that_stands_twice()
    {
        Checkpoint(_network).Write(Path, [Series("a", 3), Series("b", 4), Series("a", 3)]);
        Assert.That(Refused(File.ReadAllBytes(Path)), Is.EqualTo($"{What} is damaged: a series occurs in it twice."));
    }

    [Test]
    public void Members_of_an_ensemble_have_had_the_same_steps()
    {
        TrainedNetwork ensemble = TrainedNetworks.Average(_network.Shape, 2);
        var file = Checkpoint(ensemble);
        file.Write(Path, [new Series("a", new EnsembleState([State("a", 3), State("bc", 3)]))]);
        EnsembleState read = file.Read(Path).Single().State;
        Assert.That(read.Members.Select(member => member.Numbers), Is.EqualTo(new[] { State("a", 3).Numbers, State("bc", 3).Numbers }));

        file.Write(Path, [new Series("a", new EnsembleState([State("a", 3), State("bc", 4)]))]);
        Support.Refused.Format(
            () => file.Read(Path),
            $"{What} is damaged: a series of 3 steps in the first network, and of 4 in network 2."
        );
        Support.Refused.Argument(() => Checkpoint(_network).Read(Path), "was written with another model: its network is 2 networks, Lstm");
    }

    /// <summary>The last row of a series, where the model groups rows.</summary>
    [Test]
    public void A_last_row_that_lies()
    {
        var file = new CheckpointFile(
            () => NetworkFingerprint.Of(_network),
            () => new Series("", new EnsembleState(_network.Shape, 1), new StreamedKey())
        );
        StreamedKey Row(long steps, long all, MonthDay day, long last = 8)
        {
            var row = new StreamedKey
            {
                Key = [1, 2, 3],
                Statics = [4],
                Place = new SequencePlace(new RowOrder(7, 1), new RowOrder(last, 2), new TimeOrigin(6, day), steps),
                Steps = all,
            };
            row.SetLast([0.5f, 0.25f]);
            return row;
        }
        StreamedKey Read(StreamedKey row)
        {
            file.Write(Path, [new Series("a", new EnsembleState([State("a", 3)]), row)]);
            return file.Read(Path).Single().Rows!;
        }
        StreamedKey read = Read(Row(2, 5, new MonthDay(28, 31)));
        Assert.That((read.Place, read.Steps), Is.EqualTo((Row(2, 5, new MonthDay(28, 31)).Place, 5L)));
        Assert.That((read.Key, read.Statics, read.Last), Is.EqualTo((new byte[] { 1, 2, 3 }, new byte[] { 4 }, new[] { 0.5f, 0.25f })));
        foreach (StreamedKey row in (StreamedKey[])[Row(0, 5, default), Row(2, 1, default), Row(2, 5, default, last: 6)])
            Support.Refused.Format(
                () => Read(row),
                $"{What} is damaged: a series of {row.Steps} steps, {row.Place.Steps} of them in its sequence."
            );
        foreach (MonthDay day in (MonthDay[])[new(0, 31), new(1, 32), new(5, 4)])
            Support.Refused.Format(
                () => Read(Row(2, 5, day)),
                $"{What} is damaged: a series whose day of the month is {day.Least} to {day.Most}."
            );
    }

    [Test]
    public void A_payload_sealed_again_is_refused_or_one_of_states()
    {
        var random = new Random(5);
        int read = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. _series];
            int at = random.Next(changed.Length);
            changed[at] ^= (byte)random.Next(1, 256);
            if (Read(Sealed(_header, changed), $"byte {at}") is List<Series> series)
            {
                read++;
                Assert.That(series.Select(one => one.State.Members[0].Numbers.Length), Is.EqualTo(new[] { 12, 12 }));
            }
        }
        Assert.That(read, Is.InRange(1000, 1950), "Most of a file are the states' own numbers; the others are refused.");
    }

    private string Refused(byte[] file)
    {
        File.WriteAllBytes(Path, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<FormatException>(() => Checkpoint(_network).Read(Path))!;
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation));
        Assert.That(exception.IsMarked(), Is.True, "ML.NET knows its own exceptions by their mark.");
        return exception.Message;
    }

    /// <summary>The series, or null where the file is refused as it should be.</summary>
    private List<Series>? Read(byte[] file, string what = "")
    {
        File.WriteAllBytes(Path, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        List<Series>? series = null;
        try
        {
            series = Checkpoint(_network).Read(Path);
        }
        catch (FormatException exception)
        {
            Assert.That(exception.Message, Does.StartWith(What), what);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation), what);
        return series;
    }

    private static CheckpointFile Checkpoint(TrainedNetwork network) =>
        new(() => NetworkFingerprint.Of(network.Members), () => new Series("", new EnsembleState(network.Shape, network.Members.Count)));

    private static byte[] Sealed(byte[] header, byte[] series) => [.. Blocks.Seal(header), .. Blocks.Seal(series)];

    private static Series Series(string key, long steps) => new(key, new EnsembleState([State(key, steps)]));

    private static SeriesState State(string key, long steps)
    {
        float[] numbers = RandomNetwork.Uniform(new Random(key.Length), 12, 1);
        return SeriesState.Of(steps, [], [], [], numbers, [.. numbers.Take(10).Select(number => (double)number)]);
    }
}
