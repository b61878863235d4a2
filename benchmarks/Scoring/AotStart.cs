using System.Diagnostics;
using System.Reflection;
using RnnMlNet;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using Shared;

namespace Scoring;

/// <summary>
/// From the start of samples/NativeAot, compiled ahead of time, to its first scores. The clock starts before the process and stops when its
/// first line, the scores, arrives. A program that does nothing (the same one without arguments) starts in between: the system's own share.
/// </summary>
internal static class AotStart
{
    private const int WarmUp = 3;

    // Starts take milliseconds: many, so that what else the machine does has little say in their median.
    private const int StartsPerRound = 10;
    private const string FirstLine = "Scores: ";

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("Scoring.");
        try
        {
            string program = Publish(folder.FullName),
                model = SaveModel(folder.FullName);
            Measure(program, model, options.Rounds * StartsPerRound, verdict);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(string program, string model, int starts, Verdict verdict)
    {
        double[] scoring = new double[starts],
            usage = new double[starts];
        for (int start = -WarmUp; start < starts; start++)
        {
            double ofScores = Start(program, [model], isScoring: true),
                ofUsage = Start(program, [], isScoring: false);
            if (start < 0)
                continue;
            scoring[start] = ofScores;
            usage[start] = ofUsage;
        }
        double median = Rounds.Median(scoring),
            megabytes = new FileInfo(program).Length / 1e6;
        Console.WriteLine($"samples/NativeAot, process start to first scores: milliseconds, medians of {starts} starts");
        Console.WriteLine(
            $"{"loads a model, scores a row", -42} {median, 7:0.0}   at most "
                + $"{verdict.AtMost(Bars.AotStart, median, "NativeAot's start")}"
        );
        Console.WriteLine($"{"the same program, says its usage", -42} {Rounds.Median(usage), 7:0.0}");
        Console.WriteLine(
            $"{"size of the program, MB", -42} {megabytes, 7:0.0}   at most "
                + $"{verdict.AtMost(Bars.AotFile, megabytes, "NativeAot's MB")}"
        );
    }

    /// <summary>Starts the program; the milliseconds until its first line came.</summary>
    private static double Start(string program, string[] arguments, bool isScoring)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        string? line = (isScoring ? process.StandardOutput : process.StandardError).ReadLine();
        double milliseconds = clock.Elapsed.TotalMilliseconds;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (isScoring && (process.ExitCode != 0 || line?.StartsWith(FirstLine, StringComparison.Ordinal) != true))
            throw new InvalidOperationException(
                $"Expected of NativeAot exit code 0 and a line that starts with '{FirstLine}', received "
                    + $"{process.ExitCode} and '{line}': {errors}"
            );
        return milliseconds;
    }

    private static string Publish(string folder)
    {
        string project = typeof(AotStart)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "NativeAot")
            .Value!;
        // As this process was started: by the muxer.
        string[] arguments = ["publish", project, "-c", "Release", "-o", folder, "--use-current-runtime", "-v:q"];
        using Process publish = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        string output = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        if (publish.ExitCode != 0)
            throw new InvalidOperationException(
                $"samples/NativeAot could not be compiled ahead of time, which " + $"needs clang or gcc: {output}"
            );
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "NativeAot.exe" : "NativeAot");
    }

    // As large as the model that samples/Quickstart trains, with random weights.
    private static string SaveModel(string folder)
    {
        const int networks = 4,
            classes = 10;
        var shape = new NetworkShape
        {
            Cell = CellKind.Gru,
            Features = 8,
            HiddenSize = 64,
            Bidirectional = true,
            Outputs = classes,
        };
        NetworkParameters[] members =
        [
            .. Enumerable
                .Range(1, networks)
                .Select(seed => new NetworkParameters(
                    shape,
                    WeightInitializer.Create(shape, forgetBias: 1, seed),
                    FeatureScaling: null,
                    LabelScaling: null
                )),
        ];
        string[] names = [.. Enumerable.Range(0, classes).Select(digit => $"{digit}")];
        var part = new ScorerPart(SequenceTask.MulticlassClassification, names, Thresholds: [], RowInput.None);
        string path = Path.Combine(folder, "digits.rnn");
        using var writer = new BinaryWriter(File.Create(path));
        new RuntimeModel(part, members).Write(writer);
        return path;
    }
}
