using System.Globalization;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Scoring;

/// <summary>
/// Scores of programs for which the runtime leaves out vector instructions, as on an older processor: the kernels take narrower vectors
/// there, and the scores stay. The variables are those that .NET 10 reads.
/// </summary>
[TestFixture]
public sealed class InstructionSetTests
{
    private const double Tolerance = 1e-6;
    private static readonly int[] HiddenSizes = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33];
    private static readonly int[] FeatureCounts = [1, 3, 8, 17];
    private static readonly int[] Lengths = [0, .. Stores.OddLengths, 0, 1, 5];

    private readonly MLContext _ml = new(seed: 1);
    private readonly Dictionary<string, (TrainedNetwork Network, float[][] Rows)> _models = [];
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void SaveModels()
    {
        _folder = new TemporaryFolder();
        foreach (CellKind cell in RandomNetwork.Cells)
        foreach ((int i, int hiddenSize) in HiddenSizes.Index())
            Save(cell, hiddenSize, FeatureCounts[i % FeatureCounts.Length], layers: 1 + i % 2, bidirectional: i % 3 == 0);
    }

    [OneTimeTearDown]
    public void DeleteModels() => _folder.Dispose();

    [TestCase(512, "")]
    [TestCase(256, "DOTNET_EnableAVX512=0")]
    [TestCase(256, "DOTNET_PreferredVectorBitWidth=256")]
    [TestCase(128, "DOTNET_EnableAVX2=0")]
    [TestCase(128, "DOTNET_EnableAVX=0")]
    [TestCase(128, "DOTNET_EnableHWIntrinsic=0")]
    public void Scores_with_vectors_of(int bits, string variable)
    {
        if (bits > VectorWidth.Bits)
            Assert.Ignore($"The vectors that this machine is quick with are of {VectorWidth.Bits} bits.");

        Dictionary<(string Model, string What), string> said = Run(variable);

        Assert.Multiple(() =>
        {
            foreach ((string model, (TrainedNetwork network, float[][] rows)) in _models)
            {
                Assert.That(said[(model, "vectors")], Is.EqualTo(bits.ToString(CultureInfo.InvariantCulture)), model);
                Assert.That(said[(model, "verify")], Is.EqualTo("True"), model);
                AssertSame(model, network, rows, Numbers(said[(model, "transform")]), Numbers(said[(model, "predict")]));
            }
        });
    }

    [Test]
    public void Without_libtorch_verification_says_so_and_does_the_rest()
    {
        ChildResult result = ChildProcess.Run(TestPaths.Program("tests", "KernelHost"), _folder.PathOf(""));
        string[] missing =
        [
            .. result
                .Output.Split('\n')
                .Where(line =>
                    line.StartsWith("Lstm-7-", StringComparison.Ordinal) && line.Contains(" missing ", StringComparison.Ordinal)
                ),
        ];

        Assert.That(
            missing.Select(line => line[(line.IndexOf("missing", StringComparison.Ordinal) + 8)..]),
            Is.EqualTo([
                "step by step: the network reads backwards too",
                "torch on the CPU: native libtorch could not be loaded",
                OperatingSystem.IsMacOS()
                    ? "torch on MPS: native libtorch could not be loaded"
                    : "torch on CUDA: native libtorch could not be loaded",
            ])
        );
    }

    private void Save(CellKind cell, int hiddenSize, int features, int layers, bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional) with { Features = features, HiddenSize = hiddenSize };
        NetworkWeights weights = RandomNetwork.Weights(shape, seed: hiddenSize, limit: 0.7f / MathF.Sqrt(hiddenSize));
        var network = new TrainedNetwork(shape, weights, null, null, Histories.Empty);
        float[][] rows = Untrained.Rows(features, Lengths, seed: hiddenSize);
        string name = $"{cell}-{hiddenSize}-{features}";
        using RnnRegressionTransformer model = Untrained.Transformer(_ml, network);
        IDataView view = Untrained.Load(_ml, rows);
        _ml.Model.Save(model, view.Schema, _folder.PathOf($"{name}.zip"));
        using FileStream file = File.Create(_folder.PathOf($"{name}.idv"));
        _ml.Data.SaveAsBinary(view, file);
        _models.Add(name, (network, rows));
    }

    private Dictionary<(string, string), string> Run(string variable)
    {
        string[] parts = variable.Split('=');
        Dictionary<string, string> environment = parts.Length == 2 ? new() { [parts[0]] = parts[1] } : [];
        ChildResult result = ChildProcess.Run(TestPaths.Program("tests", "KernelHost"), environment, _folder.PathOf(""));
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 3))
            .Where(words => words[1] != "missing")
            .ToDictionary(words => (words[0], words[1]), words => words[2].TrimEnd());
    }

    /// <summary>The scores elsewhere beside those of this process and those of plain double precision.</summary>
    private void AssertSame(string name, TrainedNetwork network, float[][] rows, float[] transformed, float[] predicted)
    {
        using RnnRegressionTransformer model = Untrained.Transformer(_ml, network);
        float[] here = [.. Scores.Of(model, Untrained.Load(_ml, rows)).SelectMany(score => score)];
        var naive = new NaiveNetwork(network.Shape, network.Weights);
        double[] exact = [.. rows.SelectMany(naive.Score)];
        Assert.That(transformed, Has.Length.EqualTo(exact.Length), name);
        Assert.That(predicted, Has.Length.EqualTo(exact.Length), name);
        for (int i = 0; i < exact.Length; i++)
        {
            double most = Tolerance * Math.Max(1, Math.Abs(exact[i]));
            int length = Lengths[i / network.Shape.Outputs];
            Assert.That(transformed[i], Is.EqualTo(here[i]).Within(most), $"{name}, Transform, length {length}, beside this process");
            Assert.That(predicted[i], Is.EqualTo(here[i]).Within(most), $"{name}, PredictionEngine, length {length}, beside this process");
            Assert.That(transformed[i], Is.EqualTo(exact[i]).Within(most), $"{name}, Transform, length {length}, beside double precision");
            Assert.That(
                predicted[i],
                Is.EqualTo(exact[i]).Within(most),
                $"{name}, PredictionEngine, length {length}, beside double precision"
            );
        }
    }

    private static float[] Numbers(string text) => [.. text.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
}
