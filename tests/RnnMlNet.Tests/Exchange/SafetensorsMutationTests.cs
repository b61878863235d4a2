using NUnit.Framework;
using RnnMlNet.Exchange;

namespace RnnMlNet.Tests.Exchange;

/// <summary>
/// Files with any byte changed or any end missing: a <see cref="FormatException"/> with a sentence, or a network that can be one; never
/// another exception.
/// </summary>
[TestFixture]
public class SafetensorsMutationTests
{
    private const long LargestAllocation = 4 << 20;

    [Test]
    public void A_changed_file_is_refused_or_a_network([Values] SafetensorsSample sample)
    {
        byte[] file = sample.Bytes();
        var random = new Random(5);
        int read = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. file];
            string what = "";
            // Half of the changes in the header, some files with several.
            for (int change = 0; change <= i % 3; change++)
            {
                int at = random.Next(i % 2 == 0 ? file.Length : Math.Min(file.Length, 600));
                changed[at] = i % 5 == 0 ? (byte)random.Next(256) : (byte)"0123456789-[]{},:\"eE. "[random.Next(22)];
                what += $" byte {at} became {changed[at]}";
            }
            if (Import(sample, changed, what))
                read++;
        }
        Assert.That(
            read,
            Is.InRange(100, 2900),
            "Changes of values and of unknown metadata are not seen; those of names, sizes and offsets are."
        );
    }

    [Test]
    public void A_missing_end_is_found([Values] SafetensorsSample sample)
    {
        byte[] file = sample.Bytes();
        for (int length = 0; length < file.Length; length++)
            Assert.That(
                () => sample.Import(file[..length]),
                Throws.InstanceOf<FormatException>().With.Message.StartsWith("The safetensors file is "),
                $"The first {length} of {file.Length} bytes"
            );
    }

    [Test]
    public void More_bytes_are_found([Values] SafetensorsSample sample) =>
        Assert.That(
            () => sample.Import([.. sample.Bytes(), 0]),
            Throws.InstanceOf<FormatException>().With.Message.StartsWith("The safetensors file is damaged: its tensors end at byte ")
        );

    private static bool Import(SafetensorsSample sample, byte[] bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isRead = false;
        try
        {
            Assert.That(sample.Import(bytes).Weights.FirstNonFinite(), Is.Null, what);
            isRead = true;
        }
        catch (FormatException exception)
        {
            Assert.That(
                exception.Message,
                Does.StartWith("The safetensors file")
                    .Or.StartsWith("The model's network states sizes beyond")
                    .Or.StartsWith("The model's network is impossible"),
                what
            );
        }
        catch (Exception exception) when (exception is not AssertionException)
        {
            Assert.Fail($"{what}: {exception}");
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation), what);
        return isRead;
    }
}
