using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class LabelBindingTests
{
    private static readonly KeyDataViewType FiveClasses = new(typeof(uint), 5);

    private readonly TestHost _test = new();

    private LabelBinding Bind(MemoryView data, LabelKind kind) => LabelBinding.Bind(_test.Host, data.Schema, "Label", kind);

    private void CheckShape(MemoryView data, LabelKind kind) =>
        LabelBinding.CheckShape(_test.Host, SchemaShape.Create(data.Schema), "Label", kind);

    private List<(float[] Label, bool IsThere)> Read(MemoryView data, LabelKind kind)
    {
        LabelBinding binding = Bind(data, kind);
        using DataViewRowCursor cursor = data.GetRowCursor([binding.Column]);
        LabelReader reader = binding.Open(cursor);
        var rows = new List<(float[], bool)>();
        while (cursor.MoveNext())
        {
            var label = new float[binding.Width];
            bool isThere = reader.TryRead(label);
            rows.Add((label, isThere));
        }
        return rows;
    }

    [Test]
    public void A_key_is_a_class_from_0_and_a_missing_one_or_one_beyond_the_count_is_none()
    {
        var data = new MemoryView().Scalar("Label", FiveClasses, 1u, 5u, 0u, 6u);

        LabelBinding binding = Bind(data, LabelKind.Key);
        Assert.That((binding.Width, binding.Classes), Is.EqualTo((1, 5)));
        Assert.That(() => CheckShape(data, LabelKind.Key), Throws.Nothing);
        var rows = Read(data, LabelKind.Key);
        Assert.That(rows.Select(row => row.IsThere), Is.EqualTo(new[] { true, true, false, false }));
        Assert.That(rows.Take(2).Select(row => row.Label[0]), Is.EqualTo(new[] { 0f, 4f }));
    }

    [Test]
    public void A_Boolean_is_0_or_1()
    {
        var data = new MemoryView().Scalar("Label", BooleanDataViewType.Instance, true, false);

        LabelBinding binding = Bind(data, LabelKind.Boolean);
        Assert.That((binding.Width, binding.Classes), Is.EqualTo((1, 2)));
        Assert.That(() => CheckShape(data, LabelKind.Boolean), Throws.Nothing);
        Assert.That(Read(data, LabelKind.Boolean), Is.EqualTo(new[] { (new float[] { 1 }, true), (new float[] { 0 }, true) }));
    }

    [Test]
    public void A_number_is_itself_and_none_when_it_is_not_finite()
    {
        var data = new MemoryView().Scalar("Label", NumberDataViewType.Single, 2.5f, float.NaN, float.PositiveInfinity);

        LabelBinding binding = Bind(data, LabelKind.Numbers);
        Assert.That((binding.Width, binding.Classes), Is.EqualTo((1, 0)));
        Assert.That(() => CheckShape(data, LabelKind.Numbers), Throws.Nothing);
        var rows = Read(data, LabelKind.Numbers);
        Assert.That(rows.Select(row => row.IsThere), Is.EqualTo(new[] { true, false, false }));
        Assert.That(rows[0].Label, Is.EqualTo(new[] { 2.5f }));
    }

    [Test]
    public void A_vector_of_numbers_is_its_targets_dense_or_sparse()
    {
        var data = new MemoryView().Buffers(
            "Label",
            MemoryView.Singles(3),
            new VBuffer<float>(3, [1f, 2f, 3f]),
            new VBuffer<float>(3, 1, [7f], [1]),
            new VBuffer<float>(3, [1f, float.NaN, 3f])
        );

        Assert.That(Bind(data, LabelKind.Numbers).Width, Is.EqualTo(3));
        Assert.That(() => CheckShape(data, LabelKind.Numbers), Throws.Nothing);
        var rows = Read(data, LabelKind.Numbers);
        Assert.That(rows.Select(row => row.IsThere), Is.EqualTo(new[] { true, true, false }));
        Assert.That(rows[0].Label, Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(rows[1].Label, Is.EqualTo(new float[] { 0, 7, 0 }));
    }

    [Test]
    public void A_missing_label_column_is_named([Values("Key", "Boolean", "Numbers")] string kind)
    {
        var data = new MemoryView().Scalar("Other", NumberDataViewType.Single, 1f);

        Assert.That(
            ProperFailure.Of("Bind", () => Bind(data, Enum.Parse<LabelKind>(kind))).Message,
            Does.StartWith("Could not find label column 'Label'")
        );
        Assert.That(
            ProperFailure.Of("CheckShape", () => CheckShape(data, Enum.Parse<LabelKind>(kind))).Message,
            Does.StartWith("Could not find label column 'Label'")
        );
    }

    private static object[][] WrongTypes() =>
        [
            ["Key", NumberDataViewType.Single, "Key<UInt32> of known count (make one with MapValueToKey), got Single"],
            ["Key", TextDataViewType.Instance, "Key<UInt32> of known count (make one with MapValueToKey), got String"],
            ["Key", new KeyDataViewType(typeof(byte), 5), "Key<UInt32> of known count (make one with MapValueToKey), got Key<Byte, 0-4>"],
            [
                "Key",
                new VectorDataViewType(FiveClasses, 2),
                "Key<UInt32> of known count (make one with MapValueToKey), got Vector<Key<UInt32, 0-4>, 2>",
            ],
            [
                "Boolean",
                NumberDataViewType.Single,
                "Boolean (make it with mlContext.Transforms.Conversion.ConvertType(\"Label\", outputKind: DataKind.Boolean)), got Single",
            ],
            ["Boolean", new VectorDataViewType(BooleanDataViewType.Instance, 2), "Boolean, got Vector<Boolean, 2>"],
            ["Numbers", FiveClasses, "Single, or a known-size vector of Single, got Key<UInt32, 0-4>"],
            [
                "Numbers",
                NumberDataViewType.Double,
                "Single, or a known-size vector of Single (make it with mlContext.Transforms.Conversion.ConvertType(\"Label\", "
                    + "outputKind: DataKind.Single)), got Double",
            ],
            ["Numbers", MemoryView.VariableSingles, "Single, or a known-size vector of Single, got Vector<Single>"],
        ];

    [TestCaseSource(nameof(WrongTypes))]
    public void A_label_of_another_type_is_refused_with_both_types(string kind, DataViewType type, string expected)
    {
        var data = new MemoryView().Scalar<int>("Label", type);

        Assert.That(
            ProperFailure.Of("Bind", () => Bind(data, Enum.Parse<LabelKind>(kind))).Message,
            Does.StartWith($"Schema mismatch for label column 'Label': expected {expected}")
        );
        Assert.That(
            ProperFailure.Of("CheckShape", () => CheckShape(data, Enum.Parse<LabelKind>(kind))).Message,
            Does.StartWith(
                $"Schema mismatch for label column 'Label': expected "
                    + $"{expected[..expected.IndexOf(", got", StringComparison.Ordinal)]}, got "
            )
        );
    }

    [Test]
    public void A_weight_is_a_Single()
    {
        var good = new MemoryView().Scalar("W", NumberDataViewType.Single, 1f);
        Assert.That(WeightColumn.Bind(_test.Host, good.Schema, "W").Name, Is.EqualTo("W"));
        Assert.That(() => WeightColumn.CheckShape(_test.Host, SchemaShape.Create(good.Schema), "W"), Throws.Nothing);

        var wrong = new MemoryView().Scalar("W", NumberDataViewType.Double, 1d);
        const string Mismatch =
                "Schema mismatch for weight column 'W': expected Single (make it with mlContext.Transforms.Conversion.ConvertType(\"W\", "
                + "outputKind: DataKind.Single)), got Double",
            Missing = "Could not find weight column 'V'";
        Assert.That(ProperFailure.Of("Bind", () => WeightColumn.Bind(_test.Host, wrong.Schema, "W")).Message, Does.StartWith(Mismatch));
        Assert.That(
            ProperFailure.Of("CheckShape", () => WeightColumn.CheckShape(_test.Host, SchemaShape.Create(wrong.Schema), "W")).Message,
            Does.StartWith(Mismatch)
        );
        Assert.That(ProperFailure.Of("Bind", () => WeightColumn.Bind(_test.Host, good.Schema, "V")).Message, Does.StartWith(Missing));
        Assert.That(
            ProperFailure.Of("CheckShape", () => WeightColumn.CheckShape(_test.Host, SchemaShape.Create(good.Schema), "V")).Message,
            Does.StartWith(Missing)
        );
    }
}
