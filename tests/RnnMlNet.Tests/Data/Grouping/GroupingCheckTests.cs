using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Peer;

namespace RnnMlNet.Tests.Data.Grouping;

/// <summary>A definition that cannot be is an error when the estimator is created.</summary>
[TestFixture]
public class GroupingCheckTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly TestCaseData[] _wrong =
    [
        Case("no columns", o => o.Columns = [], "Columns has no element; name at least one column of sequences to make."),
        Case("a null column", o => o.Columns = [null!], "An element of Columns is null."),
        Case(
            "no step columns",
            o => o.Columns = [new("Features")],
            "The column of sequences 'Features' has no step columns; name the columns that a time step consists of."
        ),
        Case(
            "a blank step column",
            o => o.Columns = [new("Features", " ")],
            "A name among the step columns of 'Features' is blank; it must be the name of a column."
        ),
        Case(
            "a step column twice",
            o => o.Columns = [new("Features", "A", "A")],
            "The column 'A' is named twice among the step columns of 'Features': name it once."
        ),
        Case("null keys", o => o.KeyColumnNames = null!, "KeyColumnNames is null; it must be an array, empty for none."),
        Case("a key twice", o => o.KeyColumnNames = ["K", "K"], "The column 'K' is named twice among KeyColumnNames: name it once."),
        Case(
            "a static key",
            o => o.StaticColumnNames = ["Unit"],
            "The column 'Unit' is named among KeyColumnNames and StaticColumnNames: key columns are carried over anyway. Name it among "
                + "KeyColumnNames only."
        ),
        Case("a blank order", o => o.OrderColumnName = "", "OrderColumnName is blank; it must be the name of a column."),
        Case("null labels", o => o.Labels = null!, "Labels is null; it must be an array, empty for none."),
        Case("a cap of 0", o => o.Labels = [SequenceLabel.RemainingSteps(0)], "The cap of RemainingSteps is 0; it must be 1 or more."),
        Case(
            "a label without a column",
            o => o.Labels = [SequenceLabel.Last(" ")],
            "A name of a label column is blank; it must be the name of a column."
        ),
        Case(
            "one name for two columns",
            o => o.Labels = [SequenceLabel.Last("Y", "Features")],
            "Two output columns would have the name 'Features': the key, static, sequence, label and time columns need different names. "
                + "Give one of them another name."
        ),
        Case("null windows", o => o.Windows = null!, "Windows is null; it must be SequenceWindows.Whole, Last(...) or Sliding(...)."),
        Case("windows of 0", o => o.Windows = SequenceWindows.Last(0), "The length of a window is 0; it must be 1 or more."),
        Case("a stride of 0", o => o.Windows = SequenceWindows.Sliding(2, 0), "The stride of windows is 0; it must be 1 or more."),
        Case(
            "a minimum of 0",
            o => o.Windows = SequenceWindows.WholeOfAtLeast(0),
            "The minimum length of windows is 0; it must be 1 or more."
        ),
        Case(
            "a minimum above the length",
            o => o.Windows = SequenceWindows.Last(3, 4),
            "The minimum length of windows is 4, which is more than their length, 3: no window would be left. Give a minimum of 3 or less."
        ),
        Case(
            "no time step",
            o => o.Gaps = SequenceGaps.Fill("often"),
            "The time step of Gaps is 'often', which is none: give a number and a unit, such as \"10 minutes\", \"1 hour\", \"day\" or "
                + "\"month\", a TimeSpan such as \"00:05:00\", a duration such as \"PT15M\", or a whole number where times are numbers."
        ),
        Case(
            "gaps without an order",
            o => (o.OrderColumnName, o.Gaps) = (null, SequenceGaps.Fill("1")),
            "Gaps is set, but there is no OrderColumnName whose times could have gaps: set it too."
        ),
        Case("no filled steps", o => o.Gaps = SequenceGaps.Mask("1", 0), "maxFilledSteps of Gaps is 0; it must be 1 or more."),
        Case(
            "a negative limit",
            o => o.StoreMemoryLimit = -1,
            "StoreMemoryLimit is -1; it must be 0 or more bytes, or null for a quarter of the memory there is."
        ),
        Case(
            "no folder",
            o => o.StoreDirectory = "nowhere",
            "StoreDirectory is 'nowhere', and there is no such folder; make it, or leave it null for the system's folder for temporary "
                + "files."
        ),
    ];

    [TestCaseSource(nameof(_wrong))]
    public void A_wrong_option_is_an_error_in_words(Action<SequenceGroupingOptions> change, string message)
    {
        var options = new SequenceGroupingOptions
        {
            Columns = [new("Features", "A")],
            KeyColumnNames = ["Unit"],
            OrderColumnName = "Time",
        };
        change(options);
        Exception failure = ProperFailure.Of("the estimator", () => _ml.Transforms.GroupIntoSequences(options));
        Assert.That(failure.Message, Does.StartWith(message));
    }

    [Test]
    public void Later_changes_of_the_options_have_no_effect()
    {
        var options = new SequenceGroupingOptions { Columns = [new("Features", "A")], KeyColumnNames = ["Unit"] };
        SequenceGroupingEstimator estimator = _ml.Transforms.GroupIntoSequences(options);
        options.KeyColumnNames[0] = "Other";
        IDataView table = _ml.Data.LoadFromEnumerable([new { Unit = "a", A = 1f }]);
        Assert.That(estimator.Fit(table).GetOutputSchema(table.Schema).Select(column => column.Name), Is.EqualTo(["Unit", "Features"]));
    }

    private static TestCaseData Case(string name, Action<SequenceGroupingOptions> change, string message) =>
        new TestCaseData(change, message).SetArgDisplayNames(name);
}
