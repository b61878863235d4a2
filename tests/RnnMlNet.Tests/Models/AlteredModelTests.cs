using NUnit.Framework;
using RnnMlNet.Models;

namespace RnnMlNet.Tests.Models;

/// <summary>Whatever happens to a model file, reading it gives the model or a sentence.</summary>
public sealed class AlteredModelTests
{
    private static readonly byte[] Block = SealedBytes.Of(Networks.Small);

    // Places in the payload of the small network: cell, "" and then ints.
    private const int Layers = 18, HeadLayers = 24, WeightTensors = 36;

    [Test]
    public void AnAlteredByte_IsNoticed()
    {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++)
        {
            byte[] altered = [.. Block];
            int place = random.Next(altered.Length);
            altered[place] = (byte)random.Next(256);
            AssertEqualOrRefused(altered, $"byte {place} is {altered[place]} instead of {Block[place]}");
        }
    }

    [Test]
    public void EveryTruncation_IsNoticed()
    {
        for (int length = 0; length < Block.Length; length++)
            Assert.That(() => SealedBytes.Read(Block[..length]), Throws.TypeOf<FormatException>().With.Message.EqualTo("The model file's part 'network' is truncated: the file ends before it does."),
                $"{length} bytes");
    }

    [Test]
    public void ANewerVersion_IsTold()
    {
        byte[] newer = [.. Block];
        newer[4] = ModelFormat.Version + 1;

        AssertRefused(newer, $"The model file's part 'network' has format version {ModelFormat.Version + 1}, but this RnnMlNet knows versions up to {ModelFormat.Version}: update RnnMlNet.");
    }

    [Test]
    public void AnAlteredWeight_DoesNotMatchTheChecksum()
    {
        byte[] altered = [.. Block];
        altered[^200] ^= 1;

        AssertRefused(altered, "The model file's part 'network' is damaged or was altered: its checksum does not match.");
    }

    [Test]
    public void SomethingElse_IsTold() => AssertRefused([.. "PK and so on, long enough to be a header of a block"u8],
        "The model file's part 'network' does not begin as RnnMlNet writes it: it is damaged or was not written by RnnMlNet.");

    [Test]
    public void AnImpossibleHeader_IsTold()
    {
        byte[] noVersion = [.. Block], negative = [.. Block];
        noVersion[4] = 0;
        negative[11] = 0xFF;

        AssertRefused(noVersion, $"The model file's part 'network' is damaged: version 0, length {Block.Length - SealedBytes.HeaderBytes}.");
        Assert.That(() => SealedBytes.Read(negative), Throws.TypeOf<FormatException>().With.Message.StartsWith("The model file's part 'network' is damaged: version 1, length -"));
    }

    [Test]
    public void ALengthFarBeyondTheFile_AllocatesLittle()
    {
        byte[] longer = [.. Block];
        longer[11] = 0x7F;

        AssertAllocatesLittle(() => Assert.That(() => SealedBytes.Read(longer), Throws.TypeOf<FormatException>()), "length");
    }

    [Test]
    public void BytesAfterTheNetwork_AreTold() => AssertRefused(SealedBytes.WithPayload(Block, [.. Block[SealedBytes.HeaderBytes..], 0, 0]),
        "The model file's part 'network' is damaged: 2 bytes follow where it should end.");

    /// <summary>With a checksum that fits, the sizes within are believed no more than before.</summary>
    [Test]
    public void LyingCounts_AreTold()
    {
        int payload = Block.Length - SealedBytes.HeaderBytes;

        AssertRefused(SealedBytes.WithInt(Block, HeadLayers, 1_000_000),
            $"The model file's part 'network' is damaged: it states 1000000 hidden head layers, but only {payload - HeadLayers - 4} bytes are left.");
        AssertRefused(SealedBytes.WithInt(Block, WeightTensors, int.MaxValue),
            $"The model file's part 'network' is damaged: it states {int.MaxValue} weight tensors, but only {payload - WeightTensors - 4} bytes are left.");
        AssertRefused(SealedBytes.WithInt(Block, WeightTensors, -1),
            $"The model file's part 'network' is damaged: it states -1 weight tensors, but only {payload - WeightTensors - 4} bytes are left.");
        AssertRefused(SealedBytes.WithInt(Block, WeightTensors + 4, -1), "The model file's part 'network' is damaged: the length of a text is none.");
        AssertRefused(SealedBytes.WithInt(Block, Layers, 65_536), "The model's weights do not fit its network: 8 weights for 65536 layers.");
    }

    /// <summary>The first weight's name, "rnn.weight_ih_l0", and its shape, [6, 2].</summary>
    [Test]
    public void LyingShapes_AreTold()
    {
        const int Dimensions = WeightTensors + 4 + 17, Rows = Dimensions + 4, Columns = Rows + 4;
        int left = Block.Length - SealedBytes.HeaderBytes - Columns - 4;

        AssertRefused(SealedBytes.WithInt(Block, Dimensions, 1 << 30),
            $"The model file's part 'network' is damaged: it states {1 << 30} dimensions of 'rnn.weight_ih_l0', but only {left + 8} bytes are left.");
        AssertRefused(SealedBytes.WithInt(Block, Rows, 0), "The model's weight 'rnn.weight_ih_l0' is damaged: a side of 0.");
        AssertRefused(SealedBytes.WithInt(Block, Rows, 1 << 28),
            $"The model file's part 'network' is damaged: weight 'rnn.weight_ih_l0' [{1 << 28}, 2] needs {1 << 29} numbers, but only {left} bytes are left.");
        byte[] overflowing = SealedBytes.WithInt(SealedBytes.WithInt(Block, Rows, int.MaxValue), Columns, int.MaxValue);
        Assert.That(() => SealedBytes.Read(overflowing), Throws.TypeOf<FormatException>().With.Message.Contains("bytes are left"));
    }

    /// <summary>Any four bytes of the payload replaced, and the checksum made to fit.</summary>
    [Test]
    public void AnyLyingNumber_EndsInAModelOrASentence([Values(-1, 0, 1, 65_536, 1 << 26, int.MaxValue)] int lie)
    {
        for (int place = 0; place <= Block.Length - SealedBytes.HeaderBytes - 4; place++)
        {
            byte[] altered = SealedBytes.WithInt(Block, place, lie);
            AssertAllocatesLittle(() => AssertReadOrRefused(altered, $"{lie} at {place}"), $"{lie} at {place}");
        }
    }

    private static void AssertAllocatesLittle(Action action, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8_000_000), what);
    }

    private static void AssertRefused(byte[] bytes, string message) =>
        Assert.That(() => SealedBytes.Read(bytes), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    private static void AssertEqualOrRefused(byte[] bytes, string what)
    {
        if (AssertReadOrRefused(bytes, what) is TrainedNetwork network)
            Assert.That(SealedBytes.Of(network), Is.EqualTo(Block), what);
    }

    private static TrainedNetwork? AssertReadOrRefused(byte[] bytes, string what)
    {
        try
        {
            return SealedBytes.Read(bytes);
        }
        catch (FormatException e)
        {
            Assert.That(e.Message, Does.StartWith("The model"), what);
            return null;
        }
    }
}
