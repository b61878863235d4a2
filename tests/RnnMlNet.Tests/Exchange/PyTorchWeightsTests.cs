using System.Globalization;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The weights and scores beside samples/notebooks/pytorch-weights.ipynb, which eng/PyTorchWeights made.</summary>
public class PyTorchWeightsTests
{
    private const int TrainingImages = 1500,
        Images = 297,
        Digits = 10,
        Hidden = 32;

    [Test]
    public void Stored_scores_are_those_that_torch_gives_with_the_stored_weights()
    {
        TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tensors = SafetensorsBytes.Parse(File.ReadAllBytes(InSamples("notebooks", "data", "digits-lstm.safetensors")));
        LSTM lstm = nn.LSTM(8, Hidden, batchFirst: true);
        Linear fc = nn.Linear(Hidden, Digits);
        Fill(lstm, "lstm", tensors);
        Fill(fc, "fc", tensors);

        Tensor images = tensor(
                Numbers(InSamples("Quickstart", "data", "digits.csv")).Skip(TrainingImages).SelectMany(row => row[..^1]).ToArray()
            )
            .reshape(-1, 8, 8);
        float[] scores = fc.forward(lstm.forward(images / 16).Item1.select(1, -1)).softmax(1).data<float>().ToArray();

        Assert.That(scores, Has.Length.EqualTo(Images * Digits));
        Assert.That(
            Numbers(InSamples("notebooks", "data", "digits-lstm-scores.csv")).SelectMany(row => row),
            Is.EqualTo(scores).Within(1e-5)
        );
    }

    private static void Fill(nn.Module module, string name, Dictionary<string, (long[] Shape, float[] Values)> tensors)
    {
        foreach (var (part, parameter) in module.named_parameters())
            parameter.copy_(tensor(tensors[$"{name}.{part}"].Values).reshape(tensors[$"{name}.{part}"].Shape));
    }

    private static string InSamples(params string[] path) => Path.Combine([TestPaths.RepositoryRoot, "samples", .. path]);

    private static float[][] Numbers(string path) =>
        [
            .. File.ReadLines(path)
                .Select(line => Array.ConvertAll(line.Split(','), number => float.Parse(number, CultureInfo.InvariantCulture))),
        ];
}
