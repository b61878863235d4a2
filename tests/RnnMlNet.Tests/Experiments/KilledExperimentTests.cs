using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;
using TrainingHost;

namespace RnnMlNet.Tests.Experiments;

/// <summary>A process that searches is killed; the next resumes from its journal, repeats no task, and has the same result.</summary>
public class KilledExperimentTests
{
    [Test]
    public void It_goes_on_does_nothing_twice_and_comes_to_the_same([Values(1, 4)] int trialsBefore)
    {
        using var folder = new TemporaryFolder();
        string rowsFile = folder.PathOf("rows.idv"),
            journal = folder.PathOf("experiment");
        var ml = new MLContext(seed: 1);
        using (FileStream file = File.Create(rowsFile))
            ml.Data.SaveAsBinary(TinyData.Load(ml), file);
        IDataView rows = ml.Data.LoadFromBinary(rowsFile);
        var (whole, all) = Executed(ml, rows, folder: null);

        Kill(rowsFile, journal, trialsBefore);
        string[] before = Lines(journal);
        var (result, done) = Executed(ml, rows, journal);

        Assert.That(before, Has.Length.InRange(trialsBefore, all.Length - 1), "It was killed in the middle.");
        Assert.That(done, Is.EquivalentTo(all.Except(before)));
        Assert.That(result.RunDetails.Select(Told), Is.EqualTo(whole.RunDetails.Select(Told)));
        Assert.That(
            SavedModel.Entries(ml, result.BestRun.Model!, rows.Schema),
            Is.EqualTo(SavedModel.Entries(ml, whole.BestRun.Model!, rows.Schema))
        );
        Assert.That(Executed(ml, rows, journal).Done, Is.Empty, "An experiment that is done is not done again.");
    }

    private static (ExperimentResult<MulticlassClassificationMetrics> Result, string[] Done) Executed(
        MLContext ml,
        IDataView rows,
        string? folder
    )
    {
        var executor = new CountingExecutor();
        MulticlassExperiment experiment = Trainings.Experiment(ml, folder, executor);
        using TrialWorker worker = experiment.OpenWorker(rows);
        executor.Worker = worker;
        return (experiment.Execute(rows), [.. executor.Tasks.Select(task => $"{task}")]);
    }

    private static void Kill(string rows, string folder, int trialsBefore)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [TestPaths.Program("tests", "TrainingHost"), "experiment", rows, folder])
            {
                RedirectStandardOutput = true,
            }
        )!;
        for (int trials = 0; trials < trialsBefore; trials++)
            Assert.That(process.StandardOutput.ReadLine(), Does.StartWith("trial "));
        process.Kill();
        process.WaitForExit();
    }

    // The completed tasks of the journal, as text.
    private static string[] Lines(string folder) =>
        [
            .. File.ReadAllText(Path.Combine(folder, "journal.jsonl"))
                .Split('\n')
                .SkipLast(1)
                .Skip(1)
                .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
                .Select(line =>
                    $"trial {line.GetProperty("Trial").GetInt32()}, fold {line.GetProperty("Fold").GetInt32()}, up to epoch "
                    + $"{line.GetProperty("Epochs").GetInt32()}"
                ),
        ];

    private static (int, int, double, double?) Told(RunDetail<MulticlassClassificationMetrics> run) =>
        (run.Trial, run.Epochs, run.ValidationLoss, run.ValidationMetrics?.LogLoss);
}
