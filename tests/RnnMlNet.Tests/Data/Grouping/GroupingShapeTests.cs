using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Grouping;

/// <summary>A column that is missing or of another type is an error before any row is read.</summary>
[TestFixture]
public class GroupingShapeTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly TestCaseData[] _wrong =
    [
        Case("a missing key", o => o.KeyColumnNames = ["Machine"], "Could not find key column 'Machine'"),
        Case("a missing time", o => o.OrderColumnName = "Clock", "Could not find order column 'Clock'"),
        Case("a missing step", o => o.Columns = [new("X", "A", "Z")], "Could not find step column 'Z'"),
        Case("a missing static", o => o.StaticColumnNames = ["Z"], "Could not find static column 'Z'"),
        Case("a missing label", o => o.Labels = [SequenceLabel.Last("Z")], "Could not find label column 'Z'"),
        Case(
            "a fraction as key",
            o => o.KeyColumnNames = ["A"],
            "Schema mismatch for key column 'A': expected Text, a key, an integer, Boolean, DateTime, DateTimeOffset or TimeSpan (make "
                + "whole numbers of it with mlContext.Transforms.Conversion.ConvertType(\"A\", outputKind: DataKind.Int32)), got Single"
        ),
        Case(
            "text as time",
            o => o.OrderColumnName = "Site",
            "Schema mismatch for order column 'Site': expected DateTime, DateTimeOffset or a number (parse it with "
                + "mlContext.Transforms.Conversion.ConvertType(\"Site\", outputKind: DataKind.DateTime), or DateTimeOffset), got String"
        ),
        Case(
            "text among numbers",
            o => o.Columns = [new("X", "A", "Word")],
            "Schema mismatch for step column 'Word': expected numbers or Booleans, scalars or known-size vectors (one-hot encode it with "
                + "mlContext.Transforms.Categorical.OneHotEncoding(\"Word\"), or give it a column of sequences of its own), got String"
        ),
        Case(
            "times as steps",
            o => o.Columns = [new("X", "Time")],
            "Schema mismatch for step column 'Time': expected numbers or Booleans, scalars or known-size vectors, or a scalar key or Text, "
                + "got DateTime"
        ),
        Case(
            "the largest text",
            o => o.Labels = [SequenceLabel.Maximum("Word")],
            "Schema mismatch for label column 'Word': expected Boolean or a number, as Maximum needs, got String"
        ),
        Case(
            "a time at every step",
            o => o.Labels = [SequenceLabel.EveryStep("Time", "Label")],
            "Schema mismatch for label column 'Time': expected a key, Text, Boolean or a number, or a known-size vector of Boolean or "
                + "numbers, as EveryStep needs, got DateTime"
        ),
        Case(
            "Booleans at filled steps",
            o => (o.Labels, o.Gaps) = ([SequenceLabel.EveryStep("Failed")], SequenceGaps.Fill("1")),
            "Schema mismatch for label column 'Failed': expected a key, Text, Single or Double, as Gaps fills steps, whose label at every "
                + "step is missing, got Boolean"
        ),
        Case(
            "a number as time step of times",
            o => (o.OrderColumnName, o.Gaps) = ("Time", SequenceGaps.Fill("1")),
            "The time step of Gaps is '1', but the order column 'Time' is DateTime: give a time, such as \"1 hour\"."
        ),
        Case(
            "a time as time step of numbers",
            o => o.Gaps = SequenceGaps.Fill("1 hour"),
            "The time step of Gaps is '1 hour', but the order column 'Cycle' is Int32: give the difference of two numbers, such as \"1\"."
        ),
    ];

    [TestCaseSource(nameof(_wrong))]
    public void A_wrong_column_is_an_error_in_words(Action<SequenceGroupingOptions> change, string message)
    {
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Features", nameof(LongRow.A))],
            KeyColumnNames = [nameof(LongRow.Unit)],
            OrderColumnName = nameof(LongRow.Cycle),
        };
        change(options);
        SequenceGroupingEstimator estimator = _ml.Transforms.GroupIntoSequences(options);
        IDataView table = _ml.Data.LoadFromEnumerable(Array.Empty<LongRow>());
        foreach (
            Action failing in (Action[])[() => estimator.Fit(table), () => estimator.GetOutputSchema(SchemaShape.Create(table.Schema))]
        )
            Assert.That(ProperFailure.Of("the column", failing).Message, Does.StartWith(message));
    }

    [Test]
    public void A_step_of_another_number_of_values_than_in_Fit_is_an_error()
    {
        IDataView table = _ml.Data.LoadFromEnumerable([new { Unit = "a", V = 1f }]),
            wider = _ml.Data.LoadFromEnumerable([new LongRow()]);
        SequenceGroupingTransformer model = _ml.Transforms.GroupIntoSequences("Features", ["Unit"], null, ["V"]).Fit(table);
        Assert.That(
            ProperFailure.Of("the wider step", () => model.Transform(wider)).Message,
            Does.StartWith(
                "Schema mismatch for step column 'V': expected 1 values for each time step, as in Fit, got 2 values for each time step"
            )
        );
    }

    [Test]
    public void Text_where_Fit_had_keys_is_an_error()
    {
        IDataView text = _ml.Data.LoadFromEnumerable([new LongRow { Unit = "a", Word = "w" }]);
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey(nameof(LongRow.Word)).Fit(text).Transform(text);
        SequenceGroupingTransformer model = _ml.Transforms.GroupIntoSequences("Words", ["Unit"], null, ["Word"]).Fit(keys);
        Assert.That(
            ProperFailure.Of("text", () => model.Transform(text)).Message,
            Does.StartWith("Schema mismatch for step column 'Word': expected a column of the type in Fit, got String")
        );
    }

    private static TestCaseData Case(string name, Action<SequenceGroupingOptions> change, string message) =>
        new TestCaseData(change, message).SetArgDisplayNames(name);
}
