using System.Diagnostics;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using TrainingHost;

namespace RnnMlNet.Tests.Checkpoints;

/// <summary>
/// A process that trains is killed at 24 random moments in all, and started again each time: the model is that of a training without an end
/// to it.
/// </summary>
[TestFixture]
public class KilledTrainingTests
{
    private const int KillsPerTask = 5;
    private const int MostEpochs = 3;
    private const int MostMilliseconds = 30;

    [Test]
    public void A_training_that_is_killed_again_and_again_gives_the_same_bytes([Values("multiclass", "binary", "regression")] string task)
    {
        using var folder = new TemporaryFolder();
        string rows = folder.PathOf("rows.idv"),
            checkpoint = folder.PathOf("training.checkpoint"),
            model = folder.PathOf("model.zip");
        IReadOnlyDictionary<string, string> uninterrupted = Uninterrupted(task, rows);
        var random = new Random(task.Length);

        int kills = 0,
            resumed = 0;
        while (kills < KillsPerTask)
            if (IsKilled(random, ref resumed, task, rows, checkpoint, model))
                kills++;
            else
                AssertSame(model, uninterrupted);
        ChildProcess.RunWell(TestPaths.Program("tests", "TrainingHost"), task, rows, checkpoint, model);

        AssertSame(model, uninterrupted);
        Assert.That(resumed, Is.GreaterThan(KillsPerTask / 3), "It was killed too soon to go on from anything.");
        Assert.That(
            Directory.GetFiles(Path.GetDirectoryName(checkpoint)!).Select(Path.GetFileName),
            Is.EquivalentTo(["rows.idv", "model.zip"])
        );
    }

    // The rows as a file, and what a training on them without checkpoints gives.
    private static IReadOnlyDictionary<string, string> Uninterrupted(string task, string rowsFile)
    {
        var ml = new MLContext(seed: 1);
        using (FileStream file = File.Create(rowsFile))
            ml.Data.SaveAsBinary(TinyData.Load(ml), file);
        IDataView rows = ml.Data.LoadFromBinary(rowsFile);
        return SavedModel.Entries(ml, Trainings.Trainer(ml, task, checkpoint: null).Fit(rows), rows.Schema);
    }

    /// <summary>
    /// Starts the program and kills it some epochs after it has begun to train, and some time after that; false when it was done by then.
    /// Epochs, so that training gets on however slow the machine is; time, so that it is hit anywhere.
    /// </summary>
    private static bool IsKilled(Random random, ref int resumed, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [TestPaths.Program("tests", "TrainingHost"), .. arguments])
            {
                RedirectStandardOutput = true,
            }
        )!;
        int epochs = random.Next(MostEpochs + 1),
            milliseconds = random.Next(MostMilliseconds);
        var said = new List<string>();
        while ((said.Count == 0 || said.Count(Trainings.TellsOfAnEpoch) < epochs) && process.StandardOutput.ReadLine() is string line)
            said.Add(line);
        Assert.That(said, Is.Not.Empty, "It did not begin to train.");

        bool ended = process.WaitForExit(milliseconds);
        process.Kill();
        process.WaitForExit();
        said.AddRange(process.StandardOutput.ReadToEnd().Split('\n'));
        resumed += said.Count(Trainings.TellsOfResuming);
        return !ended;
    }

    private static void AssertSame(string modelFile, IReadOnlyDictionary<string, string> expected) =>
        Assert.That(SavedModel.Entries(File.ReadAllBytes(modelFile)), Is.EqualTo(expected));
}
