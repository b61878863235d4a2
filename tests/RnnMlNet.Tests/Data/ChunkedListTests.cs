using NUnit.Framework;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class ChunkedListTests
{
    [TestCase(0, 0)]
    [TestCase(1, 8192)]
    [TestCase(8192, 8192)]
    [TestCase(8193, 16384)]
    [TestCase(100_000, 106_496)]
    public void What_is_added_is_there_and_a_chunk_at_most_is_spare(int count, int room)
    {
        var list = new ChunkedList<long>();
        for (int i = 0; i < count; i++)
            list.Add(i * 3L);

        Assert.That((list.Count, list.Bytes), Is.EqualTo((count, 8L * room)));
        Assert.That(Enumerable.Range(0, count).All(i => list[i] == i * 3L), Is.True);
    }

    [Test]
    public void A_place_beyond_the_last_is_an_error([Values(-1, 2, 8191, 8192)] int index)
    {
        var list = new ChunkedList<int>();
        list.Add(1);
        list.Add(2);

        Assert.That(() => list[index], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
