using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Programs.Tests.Eng;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Support;
using Samples.SensorTable;

namespace RnnMlNet.Programs.Tests.Samples;

/// <summary>
/// samples/NativeAot, compiled ahead of time as a user does it: small, and its scores are those of ML.NET's side to the bit.
/// </summary>
public class NativeAotTests
{
    private const int LargestFile = 4 << 20;

    private sealed class Image
    {
        [LoadColumn(0, 63), VectorType(64)]
        public float[] Pixels { get; set; } = [];

        [LoadColumn(64)]
        public int Digit { get; set; }
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    private readonly Lazy<(TemporaryFolder Folder, string Program)> _published = new(() =>
    {
        var folder = new TemporaryFolder();
        return (folder, Publish(folder.PathOf("program")));
    });

    [OneTimeTearDown]
    public void DeleteProgram()
    {
        if (_published.IsValueCreated)
            _published.Value.Folder.Dispose();
    }

    /// <summary>Rows of numbers with missing values, times, categories, and static values, standardised within a category.</summary>
    [Test]
    public void Scores_of_several_kinds_of_columns_are_those_of_ML_NETs_side_to_the_bit()
    {
        CheckLinker();
        using var folder = new TemporaryFolder();
        string model = folder.PathOf("plant.rnn"),
            csv = folder.PathOf("machine.csv");
        var ml = new MLContext(seed: 1);
        Reading[] readings = new Plant(seed: 1).Run(["A", "B"], machines: 8, hours: 30);
        ITransformer trained = ml
            .Transforms.GroupIntoSequences(
                new SequenceGroupingOptions
                {
                    KeyColumnNames = ["Line", "Machine"],
                    OrderColumnName = "Time",
                    Columns =
                    [
                        new SequenceStepColumns("Sensors", "Temperature", "Vibration", "Flow"),
                        new SequenceStepColumns("Regimes", "Regime"),
                    ],
                    StaticColumnNames = ["Age", "Maker"],
                    Labels = [SequenceLabel.Last("WornBearing"), SequenceLabel.Last("Leak")],
                    StepTimesColumnName = "Times",
                }
            )
            .Append(ml.Transforms.Conversion.MapValueToKey("MakerKey", "Maker"))
            .Append(ml.Transforms.Concatenate("Label", "WornBearing", "Leak"))
            .Append(
                ml.MulticlassClassification.Trainers.RnnMultiLabel(
                    new RnnMultiLabelTrainer.Options
                    {
                        ChannelColumnNames = ["Sensors", "Regimes"],
                        NormalizeBy = ["Regimes"],
                        StaticColumnNames = ["Age", "MakerKey"],
                        MissingValues = MissingValues.LastValue,
                        TimeColumnName = "Times",
                        MaxEpochs = 3,
                        EnsembleSize = 2,
                    }
                )
            )
            .Fit(ml.Data.LoadFromEnumerable(readings));
        trained.SaveRuntimeModel(model);
        Reading[] machine = [.. readings.Where(row => row.Name == "B/3").OrderBy(row => row.Time)];
        Assert.That(machine.Select(row => row.Vibration), Has.Some.NaN);
        File.WriteAllLines(csv, machine.Select(row => row.Csv));

        ProgramRun run = ProgramRun.Of(_published.Value.Program, [model, csv]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        // Which scores the rows so far, as one row.
        using var engine = ml.Model.CreateSequencePredictionEngine<Reading, Scored>(
            trained,
            new SequencePredictionEngineOptions { WindowLength = machine.Length }
        );
        Scored[] predictions = [.. machine.Select(engine.Predict)];
        float[] expected = predictions[^1].Score;
        Assert.That(BitsIn(run.Output), Is.EqualTo(expected));
        Scored together = ml
            .Data.CreateEnumerable<Scored>(trained.Transform(ml.Data.LoadFromEnumerable(machine)), reuseRowObject: false)
            .Single();
        Assert.That(together.Score, Is.EqualTo(expected).Within(1e-5));
        Assert.That(run.Output, Does.Match("WornBearing: (yes|no) .probability [0-9.]+.\\s+Leak: (yes|no) .probability "));
    }

    [Test]
    public void Scores_are_those_of_ML_NETs_side_to_the_bit()
    {
        CheckLinker();
        using var folder = new TemporaryFolder();
        string data = Path.Combine(TestPaths.RepositoryRoot, "samples", "Quickstart", "data", "digits.csv"),
            model = folder.PathOf("digits.rnn");
        var ml = new MLContext(seed: 1);
        ITransformer trained = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(Image.Digit))
            .Append(
                ml.MulticlassClassification.Trainers.Rnn(
                    new RnnMulticlassTrainer.Options
                    {
                        FeatureColumnName = nameof(Image.Pixels),
                        FeaturesPerStep = 8,
                        MaxEpochs = 3,
                        EnsembleSize = 2,
                    }
                )
            )
            .Fit(ml.Data.LoadFromTextFile<Image>(data, separatorChar: ','));
        trained.SaveRuntimeModel(model);

        string program = _published.Value.Program;
        ProgramRun run = ProgramRun.Of(program, [model, data]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(new FileInfo(program).Length, Is.LessThan(LargestFile));
        Image zero = ml
            .Data.CreateEnumerable<Image>(ml.Data.LoadFromTextFile<Image>(data, separatorChar: ','), reuseRowObject: false)
            .First();
        using var engine = ml.Model.CreatePredictionEngine<Image, Scored>(trained);
        Assert.That(BitsIn(run.Output), Is.EqualTo(engine.Predict(zero).Score));
        Match read = Regex.Match(run.Output, @"(\d+) of (\d+) images are read rightly");
        Assert.That(int.Parse(read.Groups[2].Value, CultureInfo.InvariantCulture), Is.EqualTo(1797));
        Assert.That(int.Parse(read.Groups[1].Value, CultureInfo.InvariantCulture), Is.GreaterThan(1600));
    }

    [Test]
    public void The_runtime_refers_to_nothing_of_ML_NET_or_torch() =>
        Assert.That(
            typeof(SequenceModel).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name ?? ""),
            Has.All.Matches<string>(name => name?.StartsWith("System.", StringComparison.Ordinal) == true)
        );

    private static float[] BitsIn(string output) =>
        [
            .. Regex
                .Match(output, "Scores: (.*)")
                .Groups[1]
                .Value.Split(' ')
                .Select(text => BitConverter.UInt32BitsToSingle(uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))),
        ];

    private static string Publish(string folder)
    {
        string project = Path.Combine(TestPaths.RepositoryRoot, "samples", "NativeAot");
        ProgramRun run = ProgramRun.Of(
            Environment.ProcessPath!,
            ["publish", project, "-c", "Release", "-o", folder, "--use-current-runtime", "-v:q"]
        );
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "NativeAot.exe" : "NativeAot");
    }

    private static void CheckLinker()
    {
        string[] linkers = OperatingSystem.IsWindows() ? ["link.exe"] : ["clang", "gcc"];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!linkers.Any(linker => folders.Any(folder => File.Exists(Path.Combine(folder, linker)))))
            Assert.Ignore($"Compiling ahead of time needs a linker ({string.Join(" or ", linkers)}), which is not on the PATH.");
    }
}
