using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>
/// Blocks with any byte changed or any end missing: a <see cref="FormatException"/>, never another exception and never another network.
/// </summary>
[TestFixture]
public class BlockMutationTests
{
    private const long LargestAllocation = 4 << 20;

    [Test]
    public void A_changed_byte_is_found([Values] Sample sample)
    {
        byte[] block = Blocks.Of(sample.Network());
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = Changed(block, random, out string what);
            if (Read(changed, what) is TrainedNetwork network)
                Assert.That(Blocks.Of(network), Is.EqualTo(block), what);
        }
    }

    [Test]
    public void A_missing_end_is_found([Values] Sample sample)
    {
        byte[] block = Blocks.Of(sample.Network());
        for (int length = 0; length < block.Length; length++)
            Assert.That(
                () => Blocks.Read(block[..length]),
                Throws
                    .InstanceOf<FormatException>()
                    .With.Message.EqualTo("The model file's part 'network' is truncated: the file ends before it does."),
                $"The first {length} of {block.Length} bytes"
            );
    }

    // Who changes a payload and seals it again may give another network, but nothing that is none.
    [Test]
    public void A_changed_payload_sealed_again_is_refused_or_a_network([Values] Sample sample)
    {
        byte[] block = Blocks.Of(sample.Network()),
            payload = Blocks.Payload(block);
        var random = new Random(4);
        int read = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = Changed(payload, random, out string what);
            if (i % 3 == 0)
                changed = Changed(changed, random, out what);
            if (Read([.. Blocks.Seal(changed, Blocks.VersionOf(block)), .. Blocks.Rest(block)], what) is TrainedNetwork network)
            {
                read++;
                Assert.That(network.Weights.FirstNonFinite(), Is.Null, what);
            }
        }
        Assert.That(read, Is.InRange(200, 1900), "Most changes are of a weight's value; those of sizes and names are refused.");
    }

    [Test]
    public void A_shortened_payload_sealed_again_is_refused([Values] Sample sample)
    {
        byte[] block = Blocks.Of(sample.Network()),
            payload = Blocks.Payload(block);
        for (int length = 0; length < payload.Length; length++)
            Assert.That(
                () => Blocks.Read([.. Blocks.Seal(payload[..length], Blocks.VersionOf(block)), .. Blocks.Rest(block)]),
                Throws.InstanceOf<FormatException>(),
                $"The first {length} of {payload.Length} bytes"
            );
    }

    private static TrainedNetwork? Read(byte[] block, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TrainedNetwork? network = null;
        try
        {
            network = Blocks.Read(block);
        }
        catch (FormatException exception)
        {
            Assert.That(exception.Message, Does.StartWith("The model"), what);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation), what);
        return network;
    }

    private static byte[] Changed(byte[] bytes, Random random, out string what)
    {
        byte[] changed = [.. bytes];
        int at = random.Next(bytes.Length);
        changed[at] ^= (byte)random.Next(1, 256);
        what = $"Byte {at}: {bytes[at]} became {changed[at]}";
        return changed;
    }
}
