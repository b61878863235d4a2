using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Text;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class ByteSizeTests
{
    [TestCase(0, "0 bytes")]
    [TestCase(1023, "1023 bytes")]
    [TestCase(1024, "1.0 KiB")]
    [TestCase(1_572_864, "1.5 MiB")]
    [TestCase(3L << 30, "3.0 GiB")]
    [TestCase(5L << 50, "5120.0 TiB")]
    public void Bytes_are_told_in_the_unit_that_people_read(long bytes, string text) => Assert.That(ByteSize.Text(bytes), Is.EqualTo(text));
}
