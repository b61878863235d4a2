using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Label columns with several labels at every step: their types, and the values of rows.</summary>
[TestFixture]
public class StepLabelsTests
{
    private static readonly VectorDataViewType VariableFlags = new(BooleanDataViewType.Instance);

    private readonly TestHost _test = new();

    private LabelBinding Bind(MemoryView data, int? labels = null, string[]? names = null) =>
        LabelBinding.Bind(_test.Host, data.Schema, "Label", LabelKind.LabelSetPerStep, new StepLabels(labels, names));

    private static MemoryView Of(VectorDataViewType type) =>
        type.ItemType is BooleanDataViewType
            ? new MemoryView().Vector<bool>("Label", type, [])
            : new MemoryView().Vector<float>("Label", type, []);

    private List<(float[] Label, bool IsThere)> Read(MemoryView data, int labels, params int[] steps)
    {
        LabelBinding binding = Bind(data, labels);
        using DataViewRowCursor cursor = data.GetRowCursor([binding.Column]);
        LabelReader reader = binding.Open(cursor);
        var rows = new List<(float[], bool)>();
        for (int row = 0; cursor.MoveNext(); row++)
        {
            var label = new float[steps[row] * labels];
            bool isThere = reader.TryRead(label);
            rows.Add((label, isThere));
        }
        return rows;
    }

    [Test]
    public void The_number_of_labels_is_that_of_the_type_of_the_option_or_of_the_names([Values] bool flags)
    {
        PrimitiveDataViewType item = flags ? BooleanDataViewType.Instance : NumberDataViewType.Single;
        LabelBinding[] all =
        [
            Bind(Of(new VectorDataViewType(item, 0, 3))),
            Bind(Of(new VectorDataViewType(item, 5, 3))),
            Bind(Of(new VectorDataViewType(item, 5, 3)), labels: 3),
            Bind(Of(new VectorDataViewType(item)), labels: 3),
            Bind(Of(new VectorDataViewType(item, 15)), labels: 3),
            Bind(Of(new VectorDataViewType(item)), names: ["a", "b", "c"]),
            Bind(Of(new VectorDataViewType(item, 0, 0)), labels: 3),
        ];
        Assert.That(all.Select(label => (label.Width, label.Classes, label.IsPerStep, label.IsSet)), Is.All.EqualTo((3, 3, true, true)));
        Assert.That(all[5].GivenNames, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(
            () =>
                LabelBinding.CheckShape(
                    _test.Host,
                    SchemaShape.Create(Of(new VectorDataViewType(item)).Schema),
                    "Label",
                    LabelKind.LabelSetPerStep
                ),
            Throws.Nothing
        );
    }

    private static object[][] Wrong() =>
        [
            [
                VariableFlags,
                null!,
                "LabelsPerStep is not set, and column 'Label' of type Vector<Boolean> does not state how many labels a step has: set "
                    + "LabelsPerStep or LabelNames, or give the column the type [*, labels].",
            ],
            [
                new VectorDataViewType(BooleanDataViewType.Instance, 0, 3),
                2,
                "LabelsPerStep is 2, but column 'Label' of type Vector<Boolean, *, 3> has 3 labels at each step.",
            ],
            [
                MemoryView.Singles(7),
                3,
                "Schema mismatch for label column 'Label': expected a size that is a multiple of the 3 labels of a step, got a vector of 7 "
                    + "values",
            ],
        ];

    [TestCaseSource(nameof(Wrong))]
    public void A_number_of_labels_that_does_not_fit_is_refused(VectorDataViewType type, int? labels, string expected) =>
        Assert.That(ProperFailure.Of("Bind", () => Bind(Of(type), labels)).Message, Does.StartWith(expected));

    [Test]
    public void Names_that_do_not_fit_are_refused() =>
        Assert.That(
            ProperFailure.Of("Bind", () => Bind(Of(new VectorDataViewType(BooleanDataViewType.Instance, 0, 3)), names: ["a", "b"])).Message,
            Does.StartWith("LabelNames has 2 names, but column 'Label' of type Vector<Boolean, *, 3> has 3 labels at each step.")
        );

    private static object[][] WrongTypes() =>
        [
            [BooleanDataViewType.Instance, ", got Boolean"],
            [
                new KeyDataViewType(typeof(uint), 5),
                " (for keys, one class at each step, use the trainer RnnSequenceTagger), got Key<UInt32, 0-4>",
            ],
            [
                MemoryView.Keys<uint>(5),
                " (for keys, one class at each step, use the trainer RnnSequenceTagger), got Vector<Key<UInt32, 0-4>>",
            ],
            [new VectorDataViewType(TextDataViewType.Instance), ", got Vector<String>"],
            [
                new VectorDataViewType(NumberDataViewType.Int32, 6),
                " (make it with mlContext.Transforms.Conversion.ConvertType(\"Label\", outputKind: DataKind.Single)), got Vector<Int32, 6>",
            ],
        ];

    [TestCaseSource(nameof(WrongTypes))]
    public void Another_type_is_refused(DataViewType type, string got)
    {
        var data = new MemoryView().Scalar<int>("Label", type);
        const string Expected =
            "Schema mismatch for label column 'Label': expected a vector of Boolean, or of Single 0 and 1, with a value for each label of "
            + "each step, step after step";
        Assert.That(ProperFailure.Of("Bind", () => Bind(data, labels: 3)).Message, Does.StartWith(Expected + got));
        Assert.That(
            ProperFailure
                .Of(
                    "CheckShape",
                    () => LabelBinding.CheckShape(_test.Host, SchemaShape.Create(data.Schema), "Label", LabelKind.LabelSetPerStep)
                )
                .Message,
            Does.StartWith(Expected)
        );
    }

    [Test]
    public void Booleans_are_0_or_1_dense_or_sparse()
    {
        var data = new MemoryView().Buffers(
            "Label",
            VariableFlags,
            new VBuffer<bool>(4, [true, false, true, true]),
            new VBuffer<bool>(6, 2, [true, true], [0, 5]),
            new VBuffer<bool>(0, [])
        );
        var rows = Read(data, labels: 2, steps: [2, 3, 0]);
        Assert.That(rows.Select(row => row.IsThere), Is.All.True);
        Assert.That(rows.Select(row => row.Label), Is.EqualTo(new[] { new float[] { 1, 0, 1, 1 }, new float[] { 1, 0, 0, 0, 0, 1 }, [] }));
    }

    [Test]
    public void A_step_with_a_NaN_has_no_labels_and_a_row_of_such_steps_has_none()
    {
        var data = new MemoryView().Vector<float>(
            "Label",
            MemoryView.VariableSingles,
            [1, 0, float.NaN, 1, 0, 0],
            [1, float.NaN, float.NaN, float.NaN]
        );
        var rows = Read(data, labels: 2, steps: [3, 2]);
        Assert.That(rows.Select(row => row.IsThere), Is.EqualTo(new[] { true, false }));
        Assert.That(rows[0].Label, Is.EqualTo(new float[] { 1, 0, -1, -1, 0, 0 }));
    }

    [Test]
    public void Values_of_no_label_are_refused([Values(2f, -1f, 0.5f, float.PositiveInfinity)] float wrong)
    {
        var data = new MemoryView().Vector<float>("Label", MemoryView.VariableSingles, [1, 0, 0, 1], [1, 0, 1, 1, 0, wrong]);
        Assert.That(
            ProperFailure.Of("Read", () => Read(data, labels: 2, steps: [2, 3])).Message,
            Does.StartWith(
                FormattableString.Invariant($"Row 1 of column 'Label' has the value {wrong} at step 2, label 1 (both counted from 0): a ")
                    + "label is 1 where the step has it and 0 where it has not, and NaN at a step whose labels are not known."
            )
        );
    }

    [Test]
    public void Lengths_that_do_not_fit_are_refused()
    {
        var data = new MemoryView().Vector<float>("Label", MemoryView.VariableSingles, [1, 0, 0, 1], [1, 0, 1]);
        Assert.That(
            ProperFailure.Of("Read", () => Read(data, labels: 2, steps: [3, 2])).Message,
            Does.StartWith(
                "Row 0 has 4 values in column 'Label', but its sequence has 3 steps: with 2 labels at each step there must be 6 values, "
                    + "step after step."
            )
        );
        Assert.That(
            ProperFailure.Of("Read", () => Read(data, labels: 2, steps: [2, 2])).Message,
            Does.StartWith("Row 1 of column 'Label' has 3 values, which is not a multiple of the 2 labels of a step.")
        );
    }
}
