using System.Diagnostics;
using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Models;
using Shared;

namespace Scoring;

/// <summary>
/// From the start of a process to its first prediction from a saved model: this program as a child, again and again, the kinds in turn. The
/// clock starts before the process and stops when its line arrives.
/// </summary>
internal static class ColdStart
{
    private static readonly Case _case = new(CellKind.Lstm, ColdChild.Features, ColdChild.Units, ColdChild.Steps);

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("Scoring.");
        try
        {
            Measure(SaveModels(folder.FullName), options, verdict);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(Kind[] kinds, ScoringOptions options, Verdict verdict)
    {
        foreach (Kind kind in kinds)
            Start(kind);
        double[][] times = [.. kinds.Select(_ => new double[options.Rounds])];
        for (int round = 0; round < options.Rounds; round++)
        for (int i = 0; i < kinds.Length; i++)
            times[i][round] = Start(kinds[i]);
        double[] medians = [.. times.Select(Rounds.Median)];

        Console.WriteLine($"Cold start, process start to first prediction, {_case.Name}: milliseconds, medians of {options.Rounds} starts");
        for (int i = 0; i < kinds.Length; i++)
            Console.WriteLine(
                $"{kinds[i].Title, -42} {medians[i], 7:0} "
                    + $"{(kinds[i].IsOurs ? "  at most " + verdict.AtMost(Bars.ColdStart, medians[i], "Cold start") : "")}"
            );
        int ours = Array.FindIndex(kinds, kind => kind.IsOurs);
        Console.WriteLine($"{"of it not ML.NET's but ours", -42} {medians[ours] - medians[ours - 1], 7:0}");
    }

    /// <summary>Starts a child; the milliseconds until its line came.</summary>
    private static double Start(Kind kind)
    {
        // As this process was started: the muxer, which carries its own C++ runtime where the system's is too old, and the program's dll.
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(ColdStart).Assembly.Location, "--child", kind.Name, kind.File])
        {
            RedirectStandardOutput = true,
        };
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        string? line = process.StandardOutput.ReadLine();
        double milliseconds = clock.Elapsed.TotalMilliseconds;
        process.WaitForExit();
        if (process.ExitCode != 0 || (kind.Class is int expected && line != $"{expected}"))
            throw new InvalidOperationException(
                $"The cold program '{kind.Name}' should have ended with exit code 0 and the line '{kind.Class}', but ended with "
                    + $"{process.ExitCode} and '{line}'."
            );
        return milliseconds;
    }

    private static Kind[] SaveModels(string folder)
    {
        var ml = new MLContext(seed: 1);
        TrainedNetwork network = _case.Network();
        IDataView rows = _case.Rows(ml, [new Row { Steps = ColdChild.Numbers() }]);
        RnnMulticlassTransformer ours = _case.Transformer(ml, network);
        using var engine = PredictPeer.EngineOver(ml, ours, _case.Steps * _case.Features);
        int @class = Highest.Of(engine.Predict(new Row { Steps = ColdChild.Numbers() }).Score);
        Kind[] kinds =
        [
            new("nothing", ".NET alone", "", null),
            new("ml.net", "ML.NET, CopyColumns", Path.Combine(folder, "copy.zip"), null),
            new("ours", "RnnMlNet", Path.Combine(folder, "ours.zip"), @class, IsOurs: true),
            new("onnxruntime", "ONNX Runtime", Path.Combine(folder, "network.onnx"), @class),
            new("torchsharp", "TorchSharp", Path.Combine(folder, "network.dat"), @class),
        ];
        ml.Model.Save(ml.Transforms.CopyColumns(nameof(Prediction.Score), nameof(Row.Steps)).Fit(rows), rows.Schema, kinds[1].File);
        ml.Model.Save(ours, rows.Schema, kinds[2].File);
        File.WriteAllBytes(kinds[3].File, OnnxNetwork.File(_case, network));
        using var torch = TorchNetwork.Of(_case, network.Weights);
        torch.save(kinds[4].File);
        return kinds;
    }

    /// <param name="Name">What <see cref="ColdChild"/> calls it.</param>
    /// <param name="Title">What it is.</param>
    /// <param name="File">The model it loads.</param>
    /// <param name="Class">What it must predict; null where it has no classes.</param>
    /// <param name="IsOurs">Whether it is the one with a bar, after the ML.NET that it is compared with.</param>
    private sealed record Kind(string Name, string Title, string File, int? Class, bool IsOurs = false);
}
