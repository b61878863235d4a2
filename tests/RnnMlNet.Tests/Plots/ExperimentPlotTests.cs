using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Plots;

[TestFixture]
public class ExperimentPlotTests
{
    private readonly ExperimentResult<MulticlassClassificationMetrics> _result = Searched(
        trials: 30,
        MulticlassClassificationMetric.LogLoss
    );

    [Test]
    public void Trials_stand_at_their_time_and_the_best_so_far_goes_down_in_steps()
    {
        var svg = new SvgDocument(_result.Plot().ToSvg());

        Assert.That(svg.Names("series"), Is.EqualTo(["one given up on its first fold", "a trial", "best so far"]));
        Assert.That(svg.Names("x-axis"), Is.EqualTo(["seconds"]));
        Assert.That(svg.Names("y-axis"), Is.EqualTo(["validation LogLoss (lower is better)"]));
        var best = SvgDocument.LinePoints(svg.Groups("series")[2]);
        Assert.That(best.Select(point => point.X), Is.Ordered);
        // Down on the page is a larger y.
        Assert.That(best.Select(point => point.Y), Is.Ordered);
        Assert.That(
            svg.Groups("series").Take(2).Select(series => SvgDocument.Markers(series).Count),
            Is.EqualTo(new[] { _result.RunDetails.Count(run => run.Folds == 1), _result.RunDetails.Count(run => run.Folds == 2) })
        );
        Assert.That(_result.RunDetails.Select(run => run.Folds).Distinct().Count(), Is.EqualTo(2));
        svg.AssertLegible();
    }

    [Test]
    public void The_table_has_the_best_ten_and_the_best_first()
    {
        var svg = new SvgDocument(_result.Plot().ToSvg());
        IReadOnlyList<string> texts = SvgDocument.Texts(svg.Groups("table")[0]);

        Assert.That(
            texts.Take(8),
            Is.EqualTo(["The best 10 of 30 trials", "trial", "LogLoss", "loss", "epochs", "folds", "seconds", "options"])
        );
        Assert.That(texts[8], Is.EqualTo($"{_result.BestRun.Trial}"));
        Assert.That(texts.Skip(8).Count() / 7, Is.EqualTo(10));
    }

    [Test]
    public void The_summary_says_how_many_and_which_is_the_best()
    {
        double logLoss = _result.BestRun.ValidationMetrics!.LogLoss;
        Assert.That(
            _result.Plot().Summary,
            Does.StartWith("30 trials in ")
                .And.EndsWith(
                    $"; the best is trial {_result.BestRun.Trial} "
                        + $"({string.Join(", ", _result.BestRun.Parameters.Select(parameter => $"{parameter.Key} {parameter.Value}"))}), "
                        + $"LogLoss {Math.Round(logLoss, 4 + Zeros(logLoss))} on held-out rows."
                )
        );
    }

    [Test]
    public void As_text_it_keeps_to_its_width() =>
        Assert.That(_result.Plot().ToText(60, unicode: false).Split('\n').Select(line => line.Length), Has.All.AtMost(60));

    [Test]
    public void A_notebook_shows_it_without_a_call()
    {
        Assert.That(Formatter.GetPreferredMimeTypesFor(_result.GetType()), Is.EqualTo(["text/html", "text/plain"]));
        Assert.That(_result.ToDisplayString("text/html"), Is.EqualTo(_result.Plot().ToHtml()));
    }

    [Test]
    public void A_single_trial_can_be_drawn()
    {
        var svg = new SvgDocument(Searched(trials: 1, MulticlassClassificationMetric.MicroAccuracy).Plot().ToSvg());

        Assert.That(SvgDocument.Texts(svg.Groups("table")[0]), Has.Member("Trials, the best first").And.Member("options as given"));
        svg.AssertLegible();
    }

    // Zeros behind the point before the first other digit: four significant digits are shown.
    private static int Zeros(double value) => Math.Max(0, -1 - (int)Math.Floor(Math.Log10(value)));

    private static ExperimentResult<MulticlassClassificationMetrics> Searched(int trials, MulticlassClassificationMetric metric)
    {
        var ml = new MLContext(seed: 1);
        var settings = new MulticlassExperimentSettings
        {
            MaxModels = trials,
            MaxEpochs = 3,
            Folds = 2,
            Seed = 1,
            OptimizingMetric = metric,
            SearchSpace = new SearchSpace().Range("HiddenSize", 4, 8).Range("LearningRate", 1e-3, 0.1, isLogarithmic: true),
        };
        (settings.Options.LabelColumnName, settings.Options.FeatureColumnName, settings.Options.HiddenSize, settings.Options.Device) = (
            TinyData.ClassLabel,
            nameof(SequenceRow.Matrix),
            4,
            "cpu"
        );
        return ml.Rnn().CreateMulticlassExperiment(settings).Execute(TinyData.Load(ml));
    }
}
