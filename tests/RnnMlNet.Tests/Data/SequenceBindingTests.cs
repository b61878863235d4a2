using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class SequenceBindingTests
{
    private readonly TestHost _test = new();

    private static SequenceColumns One(int? features = null, SequenceLayout layout = SequenceLayout.StepMajor) =>
        new(["X"], AreChannels: false, features, layout);

    private static SequenceColumns Channels(params string[] names) =>
        new(names, AreChannels: true, FeaturesPerStep: null, SequenceLayout.StepMajor);

    private SequenceBinding Bind(MemoryView data, SequenceColumns columns) => SequenceBinding.Bind(_test.Host, data.Schema, columns);

    private string BindError(MemoryView data, SequenceColumns columns) => ProperFailure.Of("Bind", () => Bind(data, columns)).Message;

    private string ShapeError(MemoryView data, SequenceColumns columns) =>
        ProperFailure.Of("CheckShape", () => SequenceBinding.CheckShape(_test.Host, SchemaShape.Create(data.Schema), columns)).Message;

    private static MemoryView Vectors(VectorDataViewType type) => new MemoryView().Vector<float>("X", type, Array.Empty<float[]>());

    private static MemoryView Tokens<TKey>(VectorDataViewType type) => new MemoryView().Vector<TKey>("X", type, Array.Empty<TKey[]>());

    private static object[][] NumberColumns() =>
        [
            // type, FeaturesPerStep, F, T
            [MemoryView.Singles(5, 3), null!, 3, 5],
            [MemoryView.Singles(5, 3), 3, 3, 5],
            [MemoryView.Singles(0, 3), null!, 3, null!],
            [MemoryView.Singles(12), 3, 3, 4],
            [MemoryView.Singles(12), 1, 1, 12],
            [MemoryView.VariableSingles, 2, 2, null!],
        ];

    [TestCaseSource(nameof(NumberColumns))]
    public void Bind_reads_the_features_and_the_length_off_a_column_of_numbers(
        VectorDataViewType type,
        int? asked,
        int features,
        int? length
    )
    {
        SequenceBinding binding = Bind(Vectors(type), One(asked));

        Assert.That((binding.Features, binding.Vocabulary, binding.FixedLength), Is.EqualTo((features, 0, length)));
        Assert.That(binding.Columns.Select(column => column.Name), Is.EqualTo(new[] { "X" }));
        Assert.That(() => SequenceBinding.CheckShape(_test.Host, SchemaShape.Create(Vectors(type).Schema), One(asked)), Throws.Nothing);
    }

    [Test]
    public void Bind_takes_keys_of_every_raw_type_as_tokens()
    {
        (MemoryView Data, int? Length)[] columns =
        [
            (Tokens<byte>(MemoryView.Keys<byte>(7)), null),
            (Tokens<ushort>(MemoryView.Keys<ushort>(7)), null),
            (Tokens<uint>(MemoryView.Keys<uint>(7, size: 4)), 4),
            (Tokens<ulong>(MemoryView.Keys<ulong>(7)), null),
        ];
        foreach (var (data, length) in columns)
        {
            SequenceBinding binding = Bind(data, One());
            Assert.That((binding.Features, binding.Vocabulary, binding.FixedLength), Is.EqualTo((0, 7, length)));
            Assert.That(() => SequenceBinding.CheckShape(_test.Host, SchemaShape.Create(data.Schema), One()), Throws.Nothing);
        }
    }

    [Test]
    public void Bind_counts_channels_as_features()
    {
        MemoryView data = new MemoryView()
            .Vector<float>("A", MemoryView.Singles(6), Array.Empty<float[]>())
            .Vector<float>("B", MemoryView.VariableSingles, Array.Empty<float[]>())
            .Vector<float>("C", MemoryView.Singles(6, 1), Array.Empty<float[]>());

        SequenceBinding binding = Bind(data, Channels("C", "B", "A"));

        Assert.That((binding.Features, binding.FixedLength), Is.EqualTo((3, (int?)6)));
        Assert.That(binding.Columns.Select(column => column.Name), Is.EqualTo(new[] { "C", "B", "A" }));
        Assert.That(Bind(data, Channels("B")).FixedLength, Is.Null);
    }

    [Test]
    public void A_missing_column_is_named()
    {
        var data = new MemoryView().Scalar<float>("Other", NumberDataViewType.Single);

        Assert.That(BindError(data, One()), Does.StartWith("Could not find feature column 'X'"));
        Assert.That(ShapeError(data, One()), Does.StartWith("Could not find feature column 'X'"));
        Assert.That(BindError(data, Channels("X")), Does.StartWith("Could not find feature column 'X'"));
    }

    private static DataViewType[] NotSequences() =>
        [
            NumberDataViewType.Single,
            TextDataViewType.Instance,
            new KeyDataViewType(typeof(uint), 5),
            new VectorDataViewType(NumberDataViewType.Double, 6),
            new VectorDataViewType(TextDataViewType.Instance),
        ];

    [TestCaseSource(nameof(NotSequences))]
    public void A_column_that_is_no_sequence_is_refused_with_both_types(DataViewType type)
    {
        var data = new MemoryView().Scalar<int>("X", type);

        string hint =
            type.GetItemType() == NumberDataViewType.Double
                ? " (make it with mlContext.Transforms.Conversion.ConvertType(\"X\", outputKind: DataKind.Single))"
                : "";
        string ofOne =
            type.GetItemType() is TextDataViewType
                ? " (cut texts into words with "
                    + "mlContext.Transforms.Text.TokenizeIntoWords(\"X\"), "
                    + "and make keys of the words with mlContext.Transforms.Conversion.MapValueToKey(\"X\"))"
                : hint;
        string ofSeveral = type is VectorDataViewType { ItemType: TextDataViewType }
            ? " (make keys of texts with mlContext.Transforms.Conversion.MapValueToKey(\"X\"))"
            : hint;
        Assert.That(
            BindError(data, One(1)),
            Does.StartWith($"Schema mismatch for feature column 'X': expected a vector of Single or of " + $"keys{ofOne}, got {type}")
        );
        Assert.That(
            ShapeError(data, One(1)),
            Does.StartWith($"Schema mismatch for feature column 'X': expected a vector of Single or of " + $"keys{ofOne}, got ")
        );
        Assert.That(
            BindError(data, Channels("X")),
            Does.StartWith($"Schema mismatch for feature column 'X': expected {ExpectedOfSeveral}{ofSeveral}, got {type}")
        );
        Assert.That(
            ShapeError(data, Channels("X")),
            Does.StartWith($"Schema mismatch for feature column 'X': expected {ExpectedOfSeveral}{ofSeveral}, got ")
        );
    }

    [Test]
    public void A_flat_column_without_FeaturesPerStep_says_what_to_set()
    {
        Assert.That(
            BindError(Vectors(MemoryView.Singles(12)), One()),
            Does.Contain("FeaturesPerStep is not set").And.Contain("'X'").And.Contain("set FeaturesPerStep (1 for a single series)")
        );
        Assert.That(BindError(Vectors(MemoryView.VariableSingles), One()), Does.Contain("set FeaturesPerStep (1 for a single series)"));
    }

    [Test]
    public void A_FeaturesPerStep_that_does_not_divide_is_refused_with_both_numbers() =>
        Assert.That(
            BindError(Vectors(MemoryView.Singles(8)), One(3)),
            Does.StartWith(
                "Schema mismatch for feature column 'X': expected a size that is a multiple of FeaturesPerStep, 3, got a vector of 8 values"
            )
        );

    [Test]
    public void A_FeaturesPerStep_that_contradicts_the_column_is_refused_with_both_numbers() =>
        Assert.That(
            BindError(Vectors(MemoryView.Singles(8, 3)), One(4)),
            Does.StartWith("FeaturesPerStep is 4, but column 'X' of type ").And.Contain("has 3 values per step.")
        );

    [Test]
    public void A_column_of_three_dimensions_is_refused() =>
        Assert.That(
            BindError(Vectors(MemoryView.Singles(4, 3, 2)), One()),
            Does.Contain("expected a vector of one dimension, or of two [steps, features], got ")
        );

    [Test]
    public void FeatureMajor_does_not_go_with_a_column_that_is_steps_by_features() =>
        Assert.That(
            BindError(Vectors(MemoryView.Singles(4, 3)), One(layout: SequenceLayout.FeatureMajor)),
            Does.StartWith("Layout is FeatureMajor, but column 'X'")
        );

    [Test]
    public void Tokens_refuse_FeaturesPerStep_in_both_checks()
    {
        MemoryView data = Tokens<uint>(MemoryView.Keys<uint>(7));
        const string Expected = "FeaturesPerStep is 1, but column 'X' holds tokens, one a step: leave FeaturesPerStep null.";

        Assert.That(BindError(data, One(1)), Does.StartWith(Expected));
        Assert.That(ShapeError(data, One(1)), Does.StartWith(Expected));
    }

    [Test]
    public void Tokens_of_two_dimensions_are_refused() =>
        Assert.That(
            BindError(Tokens<uint>(new VectorDataViewType(new KeyDataViewType(typeof(uint), 7), 3, 2)), One()),
            Does.Contain("expected a vector of keys of one dimension, got ")
        );

    /// <summary>Beside numbers of any width, in the order numbers, then keys.</summary>
    [Test]
    public void Step_columns_may_be_keys_and_matrices()
    {
        MemoryView data = new MemoryView()
            .Vector<uint>("K", MemoryView.Keys<uint>(7), Array.Empty<uint[]>())
            .Vector<float>("M", MemoryView.Singles(6, 2), Array.Empty<float[]>())
            .Vector<float>("N", MemoryView.Singles(6), Array.Empty<float[]>());

        SequenceBinding binding = Bind(data, Channels("K", "M", "N"));

        Assert.That((binding.Features, binding.Vocabulary, binding.FixedLength), Is.EqualTo((4, 0, 6)));
        Assert.That((binding.PlaceOf("M"), binding.PlaceOf("N"), binding.PlaceOf("K")), Is.EqualTo((0, 2, 3)));
        Assert.That(binding.Describe(), Is.EqualTo("4 features per step (keys with 7 values among them)"));
    }

    [Test]
    public void Tokens_of_too_many_kinds_are_refused() =>
        Assert.That(
            BindError(Tokens<ulong>(new VectorDataViewType(new KeyDataViewType(typeof(ulong), 1UL << 40))), One()),
            Does.Contain("expected keys of a known count below 2,147,483,648, got ")
        );

    [Test]
    public void Channels_of_different_fixed_lengths_are_refused()
    {
        MemoryView data = new MemoryView()
            .Vector<float>("A", MemoryView.Singles(6), Array.Empty<float[]>())
            .Vector<float>("B", MemoryView.VariableSingles, Array.Empty<float[]>())
            .Vector<float>("C", MemoryView.Singles(5), Array.Empty<float[]>());

        Assert.That(
            BindError(data, Channels("A", "B", "C")),
            Does.StartWith("Schema mismatch for feature column 'C': expected 6 values, as the other channels have, got ")
        );
    }

    [Test]
    public void A_step_column_of_three_dimensions_is_refused() =>
        Assert.That(BindError(Vectors(MemoryView.Singles(6, 2, 2)), Channels("X")), Does.Contain($"expected {ExpectedOfSeveral}, got "));

    private const string ExpectedOfSeveral = "a vector of Single, one value a step or [steps, features], or a vector of keys";
}
