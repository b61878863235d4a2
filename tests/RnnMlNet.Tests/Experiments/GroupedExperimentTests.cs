using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>An experiment's folds, and its held-out rows, are whole groups.</summary>
[TestFixture]
public class GroupedExperimentTests
{
    private static SequenceRow[] Rows(int units, int seed = 1)
    {
        SequenceRow[] rows = TinyData.Rows(60, seed);
        for (int row = 0; row < rows.Length; row++)
            rows[row].Name = $"unit {row / 3 % units}";
        return rows;
    }

    private static (ExperimentResult<RegressionMetrics> Result, LogCapture Log) Run(
        int units,
        Action<RegressionExperimentSettings>? change = null,
        IDataView? validation = null
    )
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        var settings = new RegressionExperimentSettings
        {
            MaxModels = 1,
            MaxEpochs = 2,
            Seed = 1,
            SearchSpace = new SearchSpace().Choice("HiddenSize", 4),
        };
        RnnRegressionTrainer.Options options = settings.Options;
        (options.FeatureColumnName, options.GroupColumnNames, options.HiddenSize, options.EnsembleSize) = (
            nameof(SequenceRow.Matrix),
            [nameof(SequenceRow.Name)],
            4,
            1
        );
        change?.Invoke(settings);
        ExperimentResult<RegressionMetrics> result = ml.Rnn()
            .CreateRegressionExperiment(settings)
            .Execute(TinyData.Load(ml, Rows(units)), validation, nameof(SequenceRow.Number));
        return (result, log);
    }

    [TestCase(20, 5, "12")]
    [TestCase(3, 3, "18 to 21")]
    public void Folds_are_whole_groups_and_no_more_than_there_are(int units, int folds, string rows)
    {
        var (result, log) = Run(units);

        Assert.That(result.BestRun.Folds, Is.EqualTo(folds));
        Assert.That(
            log.Messages,
            Has.Some.Contains(
                $"The {units} groups of column 'Name' are held out in {folds} parts of {rows} rows, as groups are not divided."
            )
        );
    }

    [Test]
    public void A_single_held_out_part_is_of_whole_groups()
    {
        var (_, log) = Run(5, settings => (settings.Folds, settings.Options.ValidationFraction) = (1, 0.3));
        Assert.That(log.Messages, Has.Some.Contains("of the 5 groups of column 'Name'").And.Some.Contains("of 60 rows, a share of 0.2"));
    }

    [Test]
    public void Too_few_groups_are_refused()
    {
        Refused.Operation(() => Run(1), "The 60 rows to train on are in 1 group of column 'Name', so no group can be held out");
        Refused.Operation(
            () => Run(3, settings => settings.Folds = 4),
            "The 60 rows are in 3 groups of column 'Name', too few for 4 folds: give rows of more groups, or use fewer folds."
        );
    }

    [Test]
    public void Groups_on_both_sides_of_given_rows_are_warned_of()
    {
        var (_, log) = Run(4, validation: TinyData.Load(new MLContext(seed: 1), Rows(6, seed: 2)));
        Assert.That(
            log.Warnings,
            Has.Some.Contains("4 of the 6 groups of column 'Name' in the validation rows are also in the training rows")
        );
    }

    [Test]
    public void A_journal_of_other_groups_is_another_experiment()
    {
        using var folder = new TemporaryFolder();
        Run(20, settings => settings.CacheDirectoryName = folder.FullName);

        Assert.That(
            () =>
                Run(
                    20,
                    settings =>
                    {
                        settings.CacheDirectoryName = folder.FullName;
                        settings.Options.GroupColumnNames = null;
                    }
                ),
            Throws.InvalidOperationException.With.Message.Contains("is of another experiment")
        );
    }
}
