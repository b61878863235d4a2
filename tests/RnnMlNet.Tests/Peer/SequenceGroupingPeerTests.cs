using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Peer;

/// <summary>Grouping, in all its shapes, is one of ML.NET's own estimators.</summary>
[TestFixture]
public class SequenceGroupingPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    [Pairwise]
    public void Grouping_passes([Values] SequenceLabelRule rule, [Values] bool isGrouped, [Values] bool isOfWords)
    {
        string label = rule == SequenceLabelRule.EveryStep ? nameof(LongRow.Tag) : nameof(LongRow.Y);
        var options = new SequenceGroupingOptions
        {
            Columns = isOfWords
                ? [new("Words", nameof(LongRow.Word))]
                : [new("Features", nameof(LongRow.A), nameof(LongRow.V)), new("More", nameof(LongRow.B))],
            KeyColumnNames = [nameof(LongRow.Unit), nameof(LongRow.Run)],
            OrderColumnName = nameof(LongRow.Time),
            StaticColumnNames = [nameof(LongRow.Site), "Hot"],
            Labels =
            [
                rule == SequenceLabelRule.RemainingSteps ? SequenceLabel.RemainingSteps(3) : SequenceLabel.Of(rule, label, label, null),
            ],
            Windows = SequenceWindows.Sliding(4, minimumLength: 1),
            Gaps = SequenceGaps.NewSequence("2 hours"),
            IsGrouped = isGrouped,
        };
        IEnumerable<string> needed =
        [
            .. options.KeyColumnNames,
            nameof(LongRow.Time),
            .. options.StaticColumnNames,
            .. options.Columns.SelectMany(columns => columns.StepColumnNames),
        ];
        IDataView data = Load(isGrouped);
        EstimatorPeerTest.Run(
            _ml,
            _ml.Transforms.GroupIntoSequences(options),
            new PeerInputs
            {
                Data = data,
                LabelColumn = rule == SequenceLabelRule.RemainingSteps ? null : label,
                Invalid = [.. needed.Distinct().Select(column => Without(data, column))],
                FitOnly = isOfWords ? [] : [Wider(data)],
            }
        );
    }

    [Test]
    public void Grouping_passes_with_a_vector_of_labels_at_every_step([Values] bool isFilled)
    {
        IDataView data = Load(isGrouped: false);
        data = _ml.Transforms.Concatenate("Flags", nameof(LongRow.C), nameof(LongRow.Failed)).Fit(data).Transform(data);
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Features", nameof(LongRow.A))],
            KeyColumnNames = [nameof(LongRow.Unit)],
            OrderColumnName = nameof(LongRow.Time),
            Labels = [SequenceLabel.EveryStep("Flags")],
            Gaps = isFilled ? SequenceGaps.Fill("1 hour") : null,
        };
        EstimatorPeerTest.Run(_ml, _ml.Transforms.GroupIntoSequences(options), new PeerInputs { Data = data, LabelColumn = "Flags" });
        IDataView grouped = _ml.Transforms.GroupIntoSequences(options).Fit(data).Transform(data);
        Assert.That(grouped.Schema["Flags"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 0, 2)));
        VBuffer<ReadOnlyMemory<char>> names = default;
        grouped.Schema["Flags"].GetSlotNames(ref names);
        Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EqualTo(new[] { "C", "Failed" }));
    }

    [Test]
    public void A_text_label_needs_no_column_when_it_scores()
    {
        IDataView data = Load(isGrouped: false);
        EstimatorPeerTest.Run(
            _ml,
            _ml.Transforms.GroupIntoSequences(
                "Features",
                [nameof(LongRow.Unit)],
                nameof(LongRow.Cycle),
                [nameof(LongRow.A)],
                SequenceLabel.Last(nameof(LongRow.Word))
            ),
            new PeerInputs
            {
                Data = data,
                LabelColumn = nameof(LongRow.Word),
                Invalid = [Without(data, nameof(LongRow.Unit))],
            }
        );
    }

    private IDataView Load(bool isGrouped)
    {
        LongRow[] rows = LongTable.Draw(7, units: 9);
        IDataView data = _ml.Data.LoadFromEnumerable(isGrouped ? rows : LongTable.Shuffled(rows, 3));
        return _ml.Transforms.Categorical.OneHotEncoding("Hot", nameof(LongRow.Site)).Fit(data).Transform(data);
    }

    private IDataView Without(IDataView data, string column) => _ml.Transforms.DropColumns(column).Fit(data).Transform(data);

    // A time step of more values.
    private IDataView Wider(IDataView data) =>
        _ml.Transforms.Concatenate(nameof(LongRow.V), nameof(LongRow.V), nameof(LongRow.A)).Fit(data).Transform(data);
}
