using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Models;

namespace RnnMlNet.Tests.Models;

/// <summary>The round trip of each of ML.NET's primitive types.</summary>
[TestFixture]
public class PrimitiveFormatTests
{
    private static IEnumerable<TestCaseData> Values()
    {
        yield return Case(TextDataViewType.Instance, "".AsMemory(), "grün\n字".AsMemory());
        yield return Case(BooleanDataViewType.Instance, true, false);
        yield return Case(NumberDataViewType.SByte, sbyte.MinValue, sbyte.MaxValue);
        yield return Case(NumberDataViewType.Byte, byte.MinValue, byte.MaxValue);
        yield return Case(NumberDataViewType.Int16, short.MinValue, short.MaxValue);
        yield return Case(NumberDataViewType.UInt16, ushort.MinValue, ushort.MaxValue);
        yield return Case(NumberDataViewType.Int32, int.MinValue, int.MaxValue);
        yield return Case(NumberDataViewType.UInt32, uint.MinValue, uint.MaxValue);
        yield return Case(NumberDataViewType.Int64, long.MinValue, long.MaxValue);
        yield return Case(NumberDataViewType.UInt64, ulong.MinValue, ulong.MaxValue);
        yield return Case(NumberDataViewType.Single, -0f, float.Epsilon, float.NegativeInfinity);
        yield return Case(NumberDataViewType.Double, -0.0, double.Epsilon, double.PositiveInfinity);
        yield return Case(TimeSpanDataViewType.Instance, TimeSpan.MinValue, TimeSpan.MaxValue);
        yield return Case(DateTimeDataViewType.Instance, DateTime.MinValue, new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        yield return Case(DateTimeOffsetDataViewType.Instance, new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(-3)));
        yield return Case(RowIdDataViewType.Instance, new DataViewRowId(1, ulong.MaxValue));

        static TestCaseData Case<T>(PrimitiveDataViewType type, params T[] values) =>
            new TestCaseData(type, values).SetArgDisplayNames(type.ToString()!);
    }

    [TestCaseSource(nameof(Values))]
    public void What_was_written_is_read<T>(PrimitiveDataViewType type, T[] values)
    {
        var memory = new MemoryStream();
        var written = (PrimitiveFormat<T>)PrimitiveFormat.Of(type)!;
        using (var writer = new BinaryWriter(memory))
        {
            written.WriteCode(writer);
            foreach (T value in values)
                written.Write(writer, value);
        }

        using var reader = new BinaryReader(new MemoryStream(memory.ToArray()));
        var read = (PrimitiveFormat<T>)PrimitiveFormat.ReadCode(reader, "values");

        Assert.That(read, Is.SameAs(written));
        Assert.That(values.Select(_ => Text(read.Read(reader))), Is.EqualTo(values.Select(Text)));
        Assert.That(reader.BaseStream.Position, Is.EqualTo(reader.BaseStream.Length));
    }

    // A date's kind, a moment's offset and a zero's sign count too.
    private static string Text<T>(T value) => value is DateTime or DateTimeOffset ? $"{value:O}" : $"{value}";

    [Test]
    public void Keys_have_no_format() => Assert.That(PrimitiveFormat.Of(new KeyDataViewType(typeof(uint), 3)), Is.Null);

    [Test]
    public void An_unknown_code()
    {
        using var reader = new BinaryReader(new MemoryStream([200]));
        var exception = Assert.Throws<FormatException>(() => PrimitiveFormat.ReadCode(reader, "class names"))!;
        Assert.That(exception.Message, Is.EqualTo("The model's class names are of an unknown type, 200."));
    }
}
