using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace TrainingHost;

/// <summary>
/// Writes each file that users name, and once more where no file may grow, as on a full disk. It prints the exception for each and whether
/// the file is unchanged, and finally the existing files. Linux only.
/// </summary>
internal static class FullDiskRun
{
    private const int FileSize = 1,
        ExceedsFileSize = 25;
    private static readonly IntPtr _ignore = 1;

    public static void Run(string folder)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 40).Select(i => new DiskRow { Features = [i % 7, i % 3, 1], Label = i % 5 })
        );
        using RnnRegressionTransformer model = ml.Regression.Trainers.Rnn(Options(null)).Fit(rows);
        using var engine = ml.Model.CreateSequencePredictionEngine<DiskRow, DiskScore>(model);
        engine.Predict("a", new DiskRow { Features = [1] });
        string checkpoint = Path.Combine(folder, "training.checkpoint");
        (string Name, Action<string> Write)[] files =
        [
            ("network.onnx", model.SaveAsOnnx),
            ("network.safetensors", model.Model.SaveSafetensors),
            ("history.svg", model.Model.History.Plot().SaveSvg),
            ("engine.checkpoint", engine.CheckPoint),
        ];
        foreach (var (name, write) in files)
            write(Path.Combine(folder, name));
        Dictionary<string, byte[]> before = files.ToDictionary(
            file => file.Name,
            file => File.ReadAllBytes(Path.Combine(folder, file.Name))
        );

        Limit(bytes: 16);
        foreach (var (name, write) in files)
            Console.WriteLine(
                $"{name}: {Thrown(() => write(Path.Combine(folder, name)))}, "
                    + $"{(File.ReadAllBytes(Path.Combine(folder, name)).AsSpan().SequenceEqual(before[name]) ? "as it was" : "another")}"
            );
        Console.WriteLine($"a training: {Thrown(() => ml.Regression.Trainers.Rnn(Options(checkpoint)).Fit(rows))}");
        Console.WriteLine(string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    private static RnnRegressionTrainer.Options Options(string? checkpoint) =>
        new()
        {
            FeaturesPerStep = 1,
            HiddenSize = 4,
            MaxEpochs = 2,
            Device = "cpu",
            ForStreaming = true,
            EnsembleSize = 1,
            CheckpointPath = checkpoint,
            CheckpointInterval = TimeSpan.Zero,
        };

    private static string Thrown(Action write)
    {
        try
        {
            write();
            return "nothing";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }

    private static void Limit(ulong bytes)
    {
        // Else the signal ends the process.
        signal(ExceedsFileSize, _ignore);
        var limit = new Limits { Current = bytes, Most = bytes };
        if (setrlimit(FileSize, in limit) != 0)
            throw new InvalidOperationException("The size of files cannot be limited.");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Current;
        public ulong Most;
    }

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limits limits);

    [DllImport("libc")]
    private static extern IntPtr signal(int signal, IntPtr handler);

    private sealed class DiskRow
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class DiskScore
    {
        public float Score { get; set; }
    }
}
