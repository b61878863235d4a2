using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>Wrong sizes under a correct checksum: an error with an explanation, before memory of that size is allocated.</summary>
[TestFixture]
public class LyingSizesTests
{
    private const long LargestAllocation = 1 << 20;

    // An Elman network of 3 features, 4 units, all poolings, one hidden head layer of 5 and 2 outputs; offsets in its payload (ModelFormat
    // has the layout).
    private static readonly byte[] _payload = Blocks.Payload(Blocks.Of(TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Elman))));

    private const int FurtherAt = 0,
        FeaturesAt = 6,
        PatchAt = 10,
        VocabularyAt = 14,
        EmbeddingAt = 18,
        HiddenAt = 22,
        LayersAt = 26;
    private const int HeadCountAt = 32,
        HeadWidthAt = 36,
        OutputsAt = 40,
        ChainedAt = 44,
        ResidualAt = 45,
        NormalizationAt = 46,
        ProjectionAt = 47,
        RowFeaturesAt = 51,
        StaticUseAt = 55;
    private const int StepCategoriesAt = 60,
        StaticCategoriesAt = 64,
        CharactersAt = 68,
        ConvolutionsAt = 72;
    private const int TensorsAt = 76,
        NameLengthAt = 80,
        DimensionsAt = 97,
        FirstSideAt = 101,
        SecondSideAt = 105;

    // Followed by no scaling of static values, and none by category.
    private static readonly int _labelWidthAt = _payload.Length - HistoryBytes - 2 - 2 * 2 * sizeof(float) - sizeof(int);
    private static readonly int _epochsAt = _payload.Length - HistoryBytes;

    // Two epochs, the first with and the second without validation; "RMSE", no unit; most, best, refit; why; three counts of rows; no
    // temperature, no options.
    private const int HistoryBytes = 4 + (8 + 9 + 9 + 8 + 1) + (8 + 1 + 1 + 8 + 1) + 5 + 1 + 4 + 4 + 4 + 1 + 3 * 8 + 1 + 4;

    private static IEnumerable<TestCaseData> Sizes() =>
        from field in new (string Name, int At)[]
        {
            ("further", FurtherAt),
            ("patch", PatchAt),
            ("projection", ProjectionAt),
            ("rowFeatures", RowFeaturesAt),
            ("stepCategories", StepCategoriesAt),
            ("staticCategories", StaticCategoriesAt),
            ("characters", CharactersAt),
            ("convolutions", ConvolutionsAt),
            ("features", FeaturesAt),
            ("vocabulary", VocabularyAt),
            ("embedding", EmbeddingAt),
            ("hidden", HiddenAt),
            ("layers", LayersAt),
            ("headCount", HeadCountAt),
            ("headWidth", HeadWidthAt),
            ("outputs", OutputsAt),
            ("tensors", TensorsAt),
            ("dimensions", DimensionsAt),
            ("side0", FirstSideAt),
            ("side1", SecondSideAt),
            ("labelWidth", _labelWidthAt),
            ("epochs", _epochsAt),
        }
        from value in new[] { int.MinValue, -1, 6, 255, 65536, 1 << 26, 1 << 28, 1 << 30, int.MaxValue }
        select new TestCaseData(field.At, value).SetArgDisplayNames(field.Name, value.ToString());

    [Test]
    public void The_offsets_are_those_of_the_fields()
    {
        int[] At(params int[] offsets) => [.. offsets.Select(offset => BitConverter.ToInt32(_payload, offset))];
        Assert.That(
            At(FurtherAt, FeaturesAt, PatchAt, VocabularyAt, EmbeddingAt, HiddenAt, LayersAt),
            Is.EqualTo(new[] { 0, 3, 1, 0, 0, 4, 1 })
        );
        Assert.That(At(HeadCountAt, HeadWidthAt, OutputsAt, ProjectionAt, RowFeaturesAt), Is.EqualTo(new[] { 1, 5, 2, 0, 0 }));
        Assert.That(At(StepCategoriesAt, StaticCategoriesAt, CharactersAt, ConvolutionsAt), Is.EqualTo(new[] { 0, 0, 0, 0 }));
        Assert.That(
            At(TensorsAt, DimensionsAt, FirstSideAt, SecondSideAt, _labelWidthAt, _epochsAt),
            Is.EqualTo(new[] { 9, 2, 4, 3, 2, 2 })
        );
        Assert.That(_payload[NameLengthAt], Is.EqualTo("rnn.weight_ih_l0".Length));
    }

    [TestCaseSource(nameof(Sizes))]
    public void A_size_that_lies(int at, int value) => Refused(Blocks.With(_payload, at, value));

    [TestCase(1)]
    [TestCase(3)]
    public void A_use_of_static_values_where_there_are_none(byte use)
    {
        byte[] payload = [.. _payload];
        payload[StaticUseAt] = use;
        Assert.That(
            Refused(payload),
            Does.StartWith("The model's network is impossible: [Elman,").And.Contains($"static use {(StaticUse)use}")
        );
    }

    [Test]
    public void Residual_connections_of_one_layer()
    {
        byte[] payload = [.. _payload];
        payload[ResidualAt] = 1;
        Assert.That(Refused(payload), Does.StartWith("The model's network is impossible: [Elman,").And.Contains("residual connections, "));
    }

    [TestCase(1, "The model's weights do not fit its network: 'norm.0.weight' [4] is missing; 'norm.0.bias' [4] is missing.")]
    [TestCase(3, "The model's network is impossible: [Elman,")]
    public void A_normalisation_that_is_not_there(byte kind, string error)
    {
        byte[] payload = [.. _payload];
        payload[NormalizationAt] = kind;
        Assert.That(Refused(payload), Does.StartWith(error));
    }

    [Test]
    public void A_conditional_random_field_over_rows()
    {
        byte[] payload = [.. _payload];
        payload[ChainedAt] = 1;
        Assert.That(
            Refused(payload),
            Does.StartWith("The model's network is impossible: a conditional random field over 2 outputs, pooling")
        );
    }

    [Test]
    public void Sides_whose_product_overflows() =>
        Assert.That(
            Refused(Blocks.With(Blocks.With(_payload, FirstSideAt, 1 << 30), SecondSideAt, 1 << 30)),
            Does.Match(
                @"^The model file's part 'network' is damaged: weight 'rnn.weight_ih_l0' \[1073741824, 1073741824\] needs \d+ numbers, "
                    + @"but only \d+ bytes are left\.$"
            )
        );

    [Test]
    public void Sides_whose_product_overflows_to_a_small_number() =>
        Refused(Blocks.With(Blocks.With(_payload, FirstSideAt, (1 << 16) + 1), SecondSideAt, 1 << 16));

    [Test]
    public void A_negative_side() =>
        Assert.That(
            Refused(Blocks.With(_payload, FirstSideAt, -4)),
            Is.EqualTo("The model's weight 'rnn.weight_ih_l0' is damaged: a dimension of -4.")
        );

    [Test]
    public void More_layers_than_weights() =>
        Assert.That(
            Refused(Blocks.With(_payload, LayersAt, 60000)),
            Is.EqualTo("The model's weights do not fit its network: 9 weights for 60000 layers.")
        );

    [Test]
    public void More_tensors_than_bytes() =>
        Assert.That(
            Refused(Blocks.With(_payload, TensorsAt, 1 << 28)),
            Is.EqualTo(
                $"The model file's part 'network' is damaged: it states 268435456 weight tensors, but only "
                    + $"{_payload.Length - TensorsAt - 4} bytes are left."
            )
        );

    [Test]
    public void More_epochs_than_bytes() =>
        Assert.That(
            Refused(Blocks.With(_payload, _epochsAt, 1 << 28)),
            Is.EqualTo(
                $"The model file's part 'network' is damaged: it states 268435456 epochs, but only {HistoryBytes - 4} bytes are left."
            )
        );

    [Test]
    public void A_hidden_size_beyond_what_can_exist() =>
        Assert.That(
            Refused(Blocks.With(_payload, HiddenAt, int.MaxValue)),
            Is.EqualTo("The model's network states sizes beyond what can exist.")
        );

    [Test]
    public void A_name_longer_than_the_file()
    {
        byte[] payload = [.. _payload[..NameLengthAt], 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. _payload[(NameLengthAt + 1)..]];
        Assert.That(Refused(payload), Does.StartWith("The model file's part 'network' is damaged: "));
    }

    [Test]
    public void A_name_that_stands_twice()
    {
        // bias_hh becomes a second bias_ih.
        byte[] payload = [.. _payload];
        int at = payload.AsSpan().IndexOf("rnn.bias_hh_l0"u8) + "rnn.bias_".Length;
        payload[at] = (byte)'i';
        Assert.That(Refused(payload), Is.EqualTo("The model's weights are damaged: a name occurs twice."));
    }

    private static string Refused(byte[] payload)
    {
        byte[] block = Blocks.Seal(payload, NetworkFormat.Version);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var exception = Assert.Throws<FormatException>(() => Blocks.Read(block))!;

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation));
        return exception.Message;
    }
}
