using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Programs.Tests.Eng;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Support;

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

        string program = Publish(folder.PathOf("program"));
        ProgramRun run = ProgramRun.Of(program, [model, data]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(new FileInfo(program).Length, Is.LessThan(LargestFile));
        uint[] bits =
        [
            .. Regex
                .Match(run.Output, "Scores: (.*)")
                .Groups[1]
                .Value.Split(' ')
                .Select(text => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        ];
        Image zero = ml
            .Data.CreateEnumerable<Image>(ml.Data.LoadFromTextFile<Image>(data, separatorChar: ','), reuseRowObject: false)
            .First();
        using var engine = ml.Model.CreatePredictionEngine<Image, Scored>(trained);
        Assert.That(bits.Select(BitConverter.UInt32BitsToSingle), Is.EqualTo(engine.Predict(zero).Score));
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
