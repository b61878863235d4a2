using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>
/// A forecaster's part of a model file, damaged: a <see cref="FormatException"/>, never another exception, and no huge allocation.
/// </summary>
[TestFixture]
public class ForecastFormatTests
{
    private const long LargestAllocation = 16 << 20;

    private byte[] _file = [];

    [OneTimeSetUp]
    public void Write()
    {
        var ml = new MLContext(seed: 1);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                ml,
                o =>
                {
                    o.TimeColumnName = nameof(SeriesStep.Time);
                    o.SeriesKeyColumnName = nameof(SeriesStep.Key);
                    o.KnownColumnNames = [nameof(SeriesStep.Known)];
                    o.HiddenSize = 2;
                }
            )
            .Fit(TinySeries.Load(ml, TinySeries.Steps(60, "a").Concat(TinySeries.Steps(50, "b"))));
        _file = Blocks.Written(writer => ForecastFormat.Write(writer, model.Trained, model.Columns, model.Outputs, model.ConfidenceLevel));
    }

    private int FirstBlock => Blocks.HeaderBytes + BitConverter.ToInt32(_file, 8);

    private byte[] Network => _file[FirstBlock..];

    private byte[] Payload => _file[Blocks.HeaderBytes..FirstBlock];

    [Test]
    public void It_reads_back_to_the_same_bytes()
    {
        var (model, columns, outputs, confidenceLevel) = ForecastFormat.Read(new BinaryReader(new MemoryStream(_file)));
        Assert.That(Blocks.Written(writer => ForecastFormat.Write(writer, model, columns, outputs, confidenceLevel)), Is.EqualTo(_file));
    }

    [Test]
    public void A_changed_byte_and_a_missing_end_are_found()
    {
        var random = new Random(5);
        for (int i = 0; i < 1000; i++)
        {
            byte[] changed = [.. _file];
            changed[random.Next(FirstBlock)] ^= (byte)random.Next(1, 256);
            Assert.That(IsRead(changed), Is.False);
        }
        for (int length = 0; length < FirstBlock; length += 7)
            Assert.That(IsRead(_file[..length]), Is.False);
    }

    [Test]
    public void An_older_version_is_refused_in_words() =>
        Assert.That(
            () => ForecastFormat.Read(new BinaryReader(new MemoryStream([.. Blocks.Seal(Payload, version: 2), .. Network]))),
            Throws
                .TypeOf<FormatException>()
                .With.Message.EqualTo(
                    "The model file's part 'forecast' has format version 2, which this "
                        + "RnnMlNet does not read any more: train the model again."
                )
        );

    // Who changes a payload and seals it again may give another forecaster, but nothing that is none.
    [Test]
    public void A_changed_payload_sealed_again_is_refused_or_a_forecaster()
    {
        var random = new Random(6);
        int read = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = Payload;
            // The sizes come first.
            changed[random.Next(i % 2 == 0 ? Math.Min(200, changed.Length) : changed.Length)] ^= (byte)random.Next(1, 256);
            read += IsRead([.. Blocks.Seal(changed, Blocks.VersionOf(_file)), .. Network]) ? 1 : 0;
        }
        Assert.That(read, Is.InRange(300, 2700));
        for (int length = 0; length < Payload.Length; length += 5)
            Assert.That(IsRead([.. Blocks.Seal(Payload[..length], Blocks.VersionOf(_file)), .. Network]), Is.False);
    }

    private static bool IsRead(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            ForecastFormat.Read(new BinaryReader(new MemoryStream(file)));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
        finally
        {
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation));
        }
    }
}
