using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The transformer's own part of a model file: columns, their type, class names.</summary>
[TestFixture]
public class TransformerPartTests
{
    private const long LargestAllocation = 4 << 20;

    public enum Part
    {
        FlatWithTextClasses,
        ChannelsWithNumberClasses,
        Tokens,
    }

    private static TransformerPart Of(Part part) =>
        part switch
        {
            Part.FlatWithTextClasses => new(
                new SequenceColumns(["steps"], false, 3, SequenceLayout.FeatureMajor),
                MemoryView.Singles(12),
                Classes(TextDataViewType.Instance, "low".AsMemory(), "middle".AsMemory(), "hügh".AsMemory())
            ),
            Part.ChannelsWithNumberClasses => new(
                new SequenceColumns(["a", "b"], true, null, SequenceLayout.StepMajor),
                MemoryView.VariableSingles,
                Classes(NumberDataViewType.Int32, 5, 7)
            ),
            _ => new(new SequenceColumns(["tokens"], false, null, SequenceLayout.StepMajor), MemoryView.Keys<uint>(9), null),
        };

    [Test]
    public void What_was_written_is_read([Values] Part part)
    {
        TransformerPart written = Of(part),
            read = Read(part, Block(written));

        Assert.That(read.Columns.Names, Is.EqualTo(written.Columns.Names));
        Assert.That(
            (read.Columns.AreChannels, read.Columns.FeaturesPerStep, read.Columns.Layout),
            Is.EqualTo((written.Columns.AreChannels, written.Columns.FeaturesPerStep, written.Columns.Layout))
        );
        Assert.That(read.FeatureColumnType, Is.EqualTo(written.FeatureColumnType));
        Assert.That(read.Classes?.Type, Is.EqualTo(written.Classes?.Type));
        Assert.That(Block(read), Is.EqualTo(Block(written)));
    }

    [Test]
    public void A_changed_byte_is_found([Values] Part part)
    {
        byte[] block = Block(Of(part));
        for (int at = 0; at < block.Length; at++)
        for (int bit = 0; bit < 8; bit++)
            Assert.That(() => Read(part, Changed(block, at, 1 << bit)), Throws.InstanceOf<FormatException>(), $"Byte {at}, bit {bit}");
    }

    [Test]
    public void A_missing_end_is_found_even_when_sealed_again([Values] Part part)
    {
        byte[] payload = Blocks.Payload(Block(Of(part)));
        for (int length = 0; length < payload.Length; length++)
            Assert.That(
                () => Read(part, Blocks.Seal(payload[..length])),
                Throws.InstanceOf<FormatException>(),
                $"The first {length} of {payload.Length} bytes"
            );
    }

    [Test]
    public void A_changed_payload_sealed_again_is_refused_or_a_part([Values] Part part)
    {
        byte[] payload = Blocks.Payload(Block(Of(part)));
        for (int at = 0; at < payload.Length; at++)
        for (int difference = 1; difference < 256; difference++)
            RefusedOrRead(
                part,
                Blocks.Seal(Changed(payload, at, difference)),
                $"Byte {at}: {payload[at]} became {payload[at] ^ difference}"
            );
    }

    [Test]
    public void Columns_of_a_network_that_reads_others()
    {
        foreach (Part part in Enum.GetValues<Part>())
        {
            byte[] block = Block(Of(part));
            foreach (
                NetworkShape shape in (NetworkShape[])
                    [
                        Shape(part) with
                        {
                            // Of several columns each may have several values, but none has none.
                            Features = part == Part.ChannelsWithNumberClasses ? 1 : 5,
                            Vocabulary = 0,
                            EmbeddingSize = 0,
                        },
                        Shape(part) with
                        {
                            Features = 0,
                            Vocabulary = 10,
                            EmbeddingSize = 2,
                        },
                    ]
            )
                Assert.That(
                    () => Read(block, shape),
                    Throws
                        .TypeOf<FormatException>()
                        .With.Message.StartsWith("The model's columns are " + "damaged: ")
                        .And.Message.Contains("for a network that reads "),
                    $"{part}, {shape}"
                );
        }
        // A tagger keeps missing keys, whose token is one more.
        byte[] tokens = Block(Of(Part.Tokens));
        Assert.That(
            () => Read(tokens, Shape(Part.Tokens) with { Pooling = 0 }),
            Throws.TypeOf<FormatException>().With.Message.EndsWith("tokens of a vocabulary of 9.")
        );
        Assert.That(Read(tokens, Shape(Part.Tokens) with { Pooling = 0, Vocabulary = 10 }).Columns.KeepsMissing, Is.True);
    }

    [Test]
    public void Columns_without_a_name_or_with_that_of_another()
    {
        TransformerPart channels = Of(Part.ChannelsWithNumberClasses);
        foreach (
            var (names, sentence) in ((string[], string)[])
                [
                    (["a", " "], "a column has no name"),
                    (["a", "a"], "a column is named " + "twice: a, a"),
                    (["a", "b", "c"], "3 columns for a network that reads steps of 2 numbers"),
                ]
        )
            Assert.That(
                () => Read(Part.ChannelsWithNumberClasses, Block(channels with { Columns = channels.Columns with { Names = names } })),
                Throws.TypeOf<FormatException>().With.Message.EqualTo($"The model's columns are damaged: {sentence}.")
            );
    }

    [Test]
    public void More_class_names_than_classes_are_refused_before_they_are_read([Values(1, 2, 4, 1000)] int classes)
    {
        byte[] block = Block(Of(Part.FlatWithTextClasses));
        Assert.That(
            () => Read(block, Shape(Part.FlatWithTextClasses) with { Outputs = classes }),
            Throws.TypeOf<FormatException>().With.Message.EqualTo($"The model names 3 classes, but its network has {classes} outputs.")
        );
    }

    private static void RefusedOrRead(Part part, byte[] block, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read(part, block);
        }
        catch (FormatException exception)
        {
            Assert.That(exception.Message, Does.StartWith("The model"), what);
        }
        catch (Exception exception)
        {
            Assert.Fail($"{what}: {exception}");
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation), what);
    }

    private static byte[] Changed(byte[] bytes, int at, int difference)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= (byte)difference;
        return changed;
    }

    private static byte[] Block(TransformerPart part) => Blocks.Written(writer => part.Write(writer));

    private static TransformerPart Read(Part part, byte[] block) => Read(block, Shape(part));

    private static TransformerPart Read(byte[] block, NetworkShape shape) =>
        TransformerPart.Read(new BinaryReader(new MemoryStream(block)), shape);

    // A network that reads such columns.
    private static NetworkShape Shape(Part part) =>
        part switch
        {
            Part.FlatWithTextClasses => new()
            {
                Features = 3,
                HiddenSize = 4,
                Outputs = 3,
            },
            Part.ChannelsWithNumberClasses => new()
            {
                Features = 2,
                HiddenSize = 4,
                Outputs = 2,
            },
            _ => new()
            {
                Vocabulary = 9,
                EmbeddingSize = 2,
                HiddenSize = 4,
                Outputs = 1,
            },
        };

    // As they come: from the key values of a label column.
    private static LabelKeyValues? Classes<T>(PrimitiveDataViewType type, params T[] values)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyValues<T>(values.Length, type, (ref VBuffer<T> names) => names = new VBuffer<T>(values.Length, values));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Label", new KeyDataViewType(typeof(uint), values.Length), annotations.ToAnnotations());
        return LabelKeyValues.Of(schema.ToSchema()["Label"]);
    }
}
