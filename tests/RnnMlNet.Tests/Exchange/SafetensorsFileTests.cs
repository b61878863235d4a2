using System.Text;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Exchange;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The file format: what is read, what is written, and what is refused with which sentence.</summary>
[TestFixture]
public class SafetensorsFileTests
{
    // 1, -2, 0.5 and the largest half, 65504, in each type.
    [TestCase("F32", "0000803F 000000C0 0000003F 00E07F47")]
    [TestCase("F16", "003C 00C0 0038 FF7B")]
    [TestCase("F64", "000000000000F03F 00000000000000C0 000000000000E03F 00000000 00FCEF40")]
    public void Every_type_of_number_is_read(string type, string hex)
    {
        byte[] data = Convert.FromHexString(hex.Replace(" ", ""));
        SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(OfX(Entry(type, "2,2", $"0,{data.Length}")), data));
        Assert.That(file.ReadValues(file.Entries[0]), Is.EqualTo(new[] { 1f, -2, 0.5f, 65504 }));
    }

    // The upper halves of the floats 1, -2, 0.5 and 3.140625.
    [Test]
    public void BFloat16_is_read()
    {
        SafetensorsFile file = SafetensorsBytes.Open(
            SafetensorsBytes.Of("""{"x":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", Convert.FromHexString("803F00C0003F4940"))
        );
        Assert.That(file.ReadValues(file.Entries[0]), Is.EqualTo(new[] { 1f, -2, 0.5f, 3.140625f }));
    }

    [Test]
    public void Tensors_are_found_by_their_offsets_whatever_the_order_of_the_header()
    {
        SafetensorsFile file = SafetensorsBytes.Open(
            SafetensorsBytes.Of(
                """{"b":{"shape":[],"data_offsets":[8,12],"dtype":"F32"},"__metadata__":{"k":"v ü"}"""
                    + ""","a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}"""
                    + ""","none":{"dtype":"F16","shape":[3,0],"data_offsets":[8,8]}}   """,
                [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(2.5f), .. BitConverter.GetBytes(3.5f)]
            )
        );
        Assert.That(file.Entries.Select(entry => entry.Describe()), Is.EqualTo(new[] { "'a' [1, 2]", "'none' [3, 0]", "'b' []" }));
        Assert.That(file.Entries.Select(file.ReadValues), Is.EqualTo(new[] { new[] { 1.5f, 2.5f }, [], [3.5f] }));
        Assert.That(file.Metadata, Is.EqualTo(new Dictionary<string, string> { ["k"] = "v ü" }));
    }

    [Test]
    public void Many_values_are_read_as_they_were_written()
    {
        NamedTensor[] tensors =
        [
            SafetensorsBytes.Tensor("large", 100, 200),
            SafetensorsBytes.Tensor("one", 1),
            SafetensorsBytes.Tensor("odd", 8193),
        ];
        SafetensorsFile file = SafetensorsBytes.Open(Written(tensors));
        Assert.That(file.Entries.Select(entry => entry.Name), Is.EqualTo(new[] { "large", "one", "odd" }));
        Assert.That(file.Entries.Reverse().Select(file.ReadValues), Is.EqualTo(tensors.Reverse().Select(tensor => tensor.Values)));
    }

    // Byte for byte, by the format's description.
    [Test]
    public void A_file_is_written_as_the_format_says()
    {
        byte[] file = Written([new NamedTensor("a.weight", [1, 2], [1, -2]), new NamedTensor("b", [], [0.5f])]);
        const string Header =
            """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}"""
            + ""","b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}     """;
        Assert.That(Header, Has.Length.EqualTo(152));
        Assert.That(
            Convert.ToHexString(file),
            Is.EqualTo("9800000000000000" + Convert.ToHexString(Encoding.ASCII.GetBytes(Header)) + "0000803F" + "000000C0" + "0000003F")
        );
    }

    [Test]
    public void Values_begin_at_a_multiple_of_8_bytes()
    {
        for (int length = 1; length <= 8; length++)
        {
            byte[] file = Written([SafetensorsBytes.Tensor(new string('x', length), 2)]);
            Assert.That((file.Length - 2 * sizeof(float)) % 8, Is.Zero, $"a name of {length} characters");
        }
    }

    [Test]
    public void A_stream_may_begin_anywhere_and_need_not_seek([Values] bool seekable)
    {
        byte[] bytes = Written([SafetensorsBytes.Tensor("x", 3)]);
        using var stream = new TestStream([1, 2, 3, .. bytes], seekable);
        stream.ReadExactly(new byte[3]);
        SafetensorsFile file = SafetensorsFile.Open(stream);
        Assert.That(file.ReadValues(file.Entries[0]), Is.EqualTo(SafetensorsBytes.Tensor("x", 3).Values));
    }

    private static readonly string _fine = Entry("F32", "1", "0,4");

    private static string Entry(string type, string shape, string offsets) =>
        $"{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{offsets}]}}";

    private static string OfX(string entry) => $"{{\"x\":{entry}}}";

    private static string OfXAndY(string x, string y, string nameOfY = "y") => $"{{\"x\":{x},\"{nameOfY}\":{y}}}";

    private static IEnumerable<TestCaseData> BadHeaders()
    {
        TestCaseData Case(string name, string header, string message) => new TestCaseData(header, message).SetArgDisplayNames(name);

        yield return Case("no header", "", "The safetensors file is damaged, or is not one: its header does not begin with '{'.");
        yield return Case("an array", "[]", "The safetensors file is damaged, or is not one: its header does not begin with '{'.");
        yield return Case("cut off", """{"x":""", "The safetensors file is damaged: its header is not the expected JSON: ");
        yield return Case(
            "a name twice",
            OfXAndY(_fine, _fine, "x"),
            "The safetensors file is damaged: its header is not the expected JSON: Duplicate property 'x' encountered"
        );
        yield return Case(
            "the same name in other letters",
            OfXAndY(_fine, _fine, @"\u0078"),
            "The safetensors file is damaged: its header is not the expected JSON: Duplicate property 'x' encountered"
        );
        yield return Case(
            "a type twice",
            OfX("{\"dtype\":\"F32\"," + _fine[1..]),
            "The safetensors file is damaged: its header is not the expected JSON: Duplicate property 'dtype' encountered"
        );
        yield return Case(
            "half a surrogate",
            OfXAndY(_fine, _fine, @"\ud800"),
            "The safetensors file is damaged: its header is not the expected JSON: "
        );
        yield return Case(
            "metadata of numbers",
            """{"__metadata__":{"a":1}}""",
            "The safetensors file is damaged: __metadata__ is not an object of strings."
        );
        yield return Case(
            "metadata of no object",
            """{"__metadata__":"a"}""",
            "The safetensors file is damaged: __metadata__ is not an object of strings."
        );
        foreach (
            string entry in new[]
            {
                "3",
                "{}",
                """{"shape":[1],"data_offsets":[0,4]}""",
                """{"dtype":7,"shape":[1],"data_offsets":[0,4]}""",
                """{"dtype":"F32","shape":1,"data_offsets":[0,4]}""",
                """{"dtype":"F32","shape":[1],"data_offsets":"0-4"}""",
                """{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}""",
            }
        )
            yield return Case(
                entry,
                OfX(entry),
                "The safetensors file is damaged: tensor 'x' is not described by dtype (a string), shape and data_offsets (arrays) and "
                    + "nothing else."
            );
        foreach (string side in new[] { "-1", "1.5", "1e30", "9223372036854775808", "\"1\"", "null" })
            yield return Case(
                $"a side of {side}",
                OfX(Entry("F32", side, "0,4")),
                $"The safetensors file is damaged: tensor 'x' has the shape [{side}], which are not whole numbers from 0 to "
                    + $"9223372036854775807."
            );
        yield return Case(
            "a negative offset",
            OfX(Entry("F32", "1", "-4,0")),
            "The safetensors file is damaged: tensor 'x' has the data_offsets [-4,0], which are not whole numbers from 0 to "
                + "9223372036854775807."
        );
        foreach (string offsets in new[] { "0, 8", "4, 0", "0", "0, 2, 4", "", "9223372036854775804, 9223372036854775807" })
            yield return Case(
                $"offsets {offsets}",
                OfX(Entry("F32", "1", offsets)),
                $"The safetensors file is damaged: tensor 'x' has the data_offsets [{offsets}], which are no range of the 4 bytes of data."
            );
        foreach (
            string shape in new[]
            {
                "2",
                "0",
                "1, 3",
                "4611686018427387905",
                "4294967296, 4294967296, 4",
                "9223372036854775807, 9223372036854775807, 9223372036854775807",
            }
        )
            yield return Case(
                $"shape {shape}",
                OfX(Entry("F32", shape, "0,4")),
                $"The safetensors file is damaged: tensor 'x' [{shape}] of F32 does not fit the 4 bytes between its data_offsets [0, 4]."
            );
        yield return Case(
            "another type's size",
            OfX(Entry("F16", "1", "0,4")),
            "The safetensors file is damaged: tensor 'x' [1] of F16 does not fit the 4 bytes between its data_offsets [0, 4]."
        );
        yield return Case(
            "an overlap",
            OfXAndY(Entry("F16", "2", "0,4"), Entry("F16", "1", "2,4")),
            "The safetensors file is damaged: tensor 'y' begins at byte 2, where another tensor's bytes are: they end at 4."
        );
        yield return Case("the same bytes", OfXAndY(_fine, _fine), "begins at byte 0, where another tensor's bytes are: they end at 4.");
        yield return Case(
            "a hole",
            OfX(Entry("F16", "1", "2,4")),
            "The safetensors file is damaged: the bytes from 0 to 2, before tensor 'x', belong to no tensor."
        );
        yield return Case(
            "bytes left",
            OfX(Entry("F16", "1", "0,2")),
            "The safetensors file is damaged: its tensors end at byte 2 of its data, but the file has 4."
        );
    }

    [TestCaseSource(nameof(BadHeaders))]
    public void A_bad_header_is_refused(string header, string message) =>
        Assert.That(Refused(SafetensorsBytes.Of(header, new byte[4])), Does.Contain(message));

    [Test]
    public void A_header_that_is_not_UTF_8_is_refused() =>
        Assert.That(
            Refused(
                SafetensorsBytes.Of([.. "{\""u8, 0xFF, .. "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"u8], new byte[4])
            ),
            Does.StartWith("The safetensors file is damaged: its header is not the expected JSON: ")
        );

    [TestCase(0)]
    [TestCase(7)]
    public void A_file_shorter_than_its_first_number_is_refused(int length) =>
        Assert.That(
            Refused(new byte[length]),
            Is.EqualTo($"The safetensors file is truncated: it has {length} bytes, and its first 8 should be the length of its header.")
        );

    [TestCase(3ul)]
    [TestCase((ulong)int.MaxValue)]
    [TestCase((ulong)long.MaxValue)]
    [TestCase(ulong.MaxValue)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        Assert.That(
            Refused([.. BitConverter.GetBytes(length), .. "{}"u8]),
            Is.EqualTo($"The safetensors file is truncated, or is not one: it states a header of {length} bytes, but only 2 follow.")
        );

    [Test]
    public void A_header_longer_than_headers_are_is_refused()
    {
        using var stream = new EndlessStream(100_000_001);
        Assert.That(
            () => SafetensorsFile.Open(stream),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.EqualTo("The safetensors file states a header of 100000001 bytes; one of up to 100000000 can be read.")
        );
    }

    private static string Refused(byte[] bytes)
    {
        var exception = Assert.Throws<FormatException>(() => SafetensorsBytes.Open(bytes))!;
        Assert.That(exception.IsMarked(), Is.True);
        return exception.Message;
    }

    private static byte[] Written(NamedTensor[] tensors)
    {
        using var memory = new MemoryStream();
        SafetensorsWriter.Write(memory, tensors, [("format", "pt")]);
        return memory.ToArray();
    }

    private sealed class TestStream(byte[] bytes, bool seekable) : MemoryStream(bytes)
    {
        public override bool CanSeek => seekable;
    }

    /// <summary>A file of a terabyte that states a header of some length.</summary>
    private sealed class EndlessStream(long headerLength) : MemoryStream(BitConverter.GetBytes(headerLength))
    {
        public override long Length => 1L << 40;
    }
}
