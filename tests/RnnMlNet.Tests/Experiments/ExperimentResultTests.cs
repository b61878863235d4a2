using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>An experiment's table: trials by their metric, whatever they were measured on.</summary>
[TestFixture]
public class ExperimentResultTests
{
    private sealed record Measured(double Value);

    [Test]
    public void A_trial_of_29_hundredths_never_stands_above_one_of_96()
    {
        // Time ended the search when the options as given had been measured on all folds, and better ones on one.
        ExperimentResult<Measured> result = Of(
            "MicroAccuracy",
            isLowerBetter: false,
            best: 0,
            Trial(0, 0.29, folds: 5, epochs: 27, isDone: true),
            Trial(1, 0.96, folds: 1, epochs: 3),
            Trial(2, 0.5, folds: 1, epochs: 9),
            Trial(3, double.NaN, folds: 1, epochs: 9)
        );

        Assert.That(Trials(result), Is.EqualTo(new[] { "1", "2", "0*", "3" }));
        Assert.That(result.ToString(), Does.StartWith("4 trials in 12.0 s, compared by MicroAccuracy (higher is better)"));
        Assert.That(
            result.ToString(),
            Does.EndWith("* the model: trials with a better metric were measured on fewer folds, or after fewer epochs")
        );
        string plot = result.Plot().ToText(120, unicode: false);
        Assert.That(plot.IndexOf("0.96", StringComparison.Ordinal), Is.LessThan(plot.LastIndexOf("0.29", StringComparison.Ordinal)));
        Assert.That(
            plot,
            Does.Contain(
                "Trials, the best first (*: the model; trials with a better metric were measured on fewer folds, or after fewer epochs)"
            )
        );
    }

    [Test]
    public void Where_lower_is_better_the_lowest_is_first()
    {
        ExperimentResult<Measured> result = Of(
            "SymmetricMeanAbsolutePercentageError",
            isLowerBetter: true,
            best: 2,
            Trial(0, 30.125, 2, 9, isDone: true),
            Trial(1, double.NaN, 2, 9, isDone: true),
            Trial(2, 7.25, 2, 9, isDone: true),
            Trial(3, 1234.56, 1, 3)
        );

        Assert.That(Trials(result), Is.EqualTo(new[] { "2*", "0", "3", "1" }));
        string[] lines = Lines(result);
        Assert.That(lines[1], Does.StartWith(" trial  SymmetricMeanAbsolutePercentageError      loss  epochs folds  seconds  options"));
        Assert.That(lines[2], Does.StartWith("     2*                               7.2500    0.5000       9     2      1.0  "));
        Assert.That(lines[4], Does.StartWith("     3                                1234.6    0.5000       3     1      1.0  "));
        Assert.That(lines[5], Does.StartWith("     1                          not a number"));
        Assert.That(lines[^1], Is.EqualTo("* the model"));
    }

    [Test]
    public void Of_equal_metrics_the_models_is_first_then_what_was_measured_on_more_then_the_lower_loss()
    {
        ExperimentResult<Measured> result = Of(
            "Accuracy",
            isLowerBetter: false,
            best: 4,
            Trial(0, 1, 1, 3, loss: 0.1),
            Trial(1, 1, 2, 9, loss: 0.3, isDone: true),
            Trial(2, 1, 2, 9, loss: 0.2, isDone: true),
            Trial(3, 1, 1, 9, loss: 0.1),
            Trial(4, 1, 2, 9, loss: 0.4, isDone: true)
        );

        Assert.That(Trials(result), Is.EqualTo(new[] { "4*", "2", "1", "3", "0" }));
    }

    [Test]
    public void One_trial_is_one_trial()
    {
        ExperimentResult<Measured> result = Of("Accuracy", isLowerBetter: false, best: 0, Trial(0, 0.5, 1, 1, isDone: true, allFolds: 1));

        Assert.That(result.ToString(), Does.StartWith("1 trial in 12.0 s"));
        Assert.That(result.RunDetails[0].ToString(), Does.Contain("; 1 epoch, 1.0 s"));
        Assert.That(Lines(result)[1], Does.Not.Contain("folds"));
    }

    [Test]
    public void The_models_trial_is_shown_among_the_ten_whatever_its_metric()
    {
        ExperimentResult<Measured> result = Of(
            "Accuracy",
            isLowerBetter: false,
            best: 0,
            [Trial(0, 0.1, 5, 9, isDone: true), .. Enumerable.Range(1, 20).Select(number => Trial(number, 0.5 + number / 100.0, 1, 1))]
        );

        Assert.That(Trials(result), Is.EqualTo(new[] { "20", "19", "18", "17", "16", "15", "14", "13", "12", "0*" }));
    }

    private static string[] Lines(ExperimentResult<Measured> result) => result.ToString().Split(Environment.NewLine);

    private static string[] Trials(ExperimentResult<Measured> result) =>
        [
            .. Lines(result)
                .Skip(2)
                .Where(line => !line.StartsWith('*'))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]),
        ];

    private static TrialRecord<Measured> Trial(
        int number,
        double value,
        int folds,
        int epochs,
        double loss = 0.5,
        bool isDone = false,
        int allFolds = 5
    )
    {
        var trial = new TrialRecord<Measured>(number, Configuration.Empty, isDone ? folds : allFolds);
        trial.Take(
            [
                .. Enumerable
                    .Range(0, folds)
                    .Select(fold => new TrialOutcome
                    {
                        Trial = number,
                        Fold = fold,
                        Epochs = epochs,
                        EpochsDone = epochs,
                        IsDone = isDone,
                        ValidationLoss = loss,
                        Seconds = 1.0 / folds,
                    }),
            ],
            number,
            _ => new Measured(value),
            measured => measured.Value
        );
        return trial;
    }

    private static ExperimentResult<Measured> Of(string metric, bool isLowerBetter, int best, params TrialRecord<Measured>[] trials)
    {
        RunDetail<Measured>[] runs =
        [
            .. trials.Select(trial => new RunDetail<Measured>(trial, Tiny.Regression(new MLContext(seed: 1)), "RnnRegressionTrainer")),
        ];
        return new ExperimentResult<Measured>(
            runs[best],
            runs,
            [new BestSoFar(1, best, 1)],
            new OptimizingMetric<Measured>(metric, measured => measured.Value, isLowerBetter),
            12
        );
    }
}
