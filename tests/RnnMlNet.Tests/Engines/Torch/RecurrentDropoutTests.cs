using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Scoring;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>Recurrent dropout on torch beside the naive network with the same masks.</summary>
public sealed class RecurrentDropoutTests
{
    private const float Share = 0.4f;
    private static readonly int[] Lengths = [5, 1, 7, 0, 3];

    [Test]
    public void OneMask_ForAllStepsOfARow_InEachLayerAndDirection(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values(StaticUse.Head, StaticUse.InitialState)] StaticUse use
    )
    {
        const int Statics = 2;
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional) with { StaticFeatures = Statics, StaticUse = use };
        EngineSettings settings = RandomNetwork.Settings(shape) with
        {
            DropoutRates = new DropoutRates { RecurrentDropout = Share },
            Seed = 5,
        };
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, LossKind.Squared, Lengths);
        using var scope = NewDisposeScope();
        using var network = new RecurrentNetwork(settings, CPU) { IsTraining = true };

        float[] outputs = [.. network.Forward(new TorchBatch(batch, CPU)).data<float>()];

        Dictionary<string, float[]> masks = Masks(settings);
        var naive = new NaiveNetwork(settings.Shape, settings.InitialWeights);
        for (int row = 0; row < Lengths.Length; row++)
        {
            naive.StateMask = suffix => [.. masks[suffix].Chunk(settings.Shape.HiddenSize).ElementAt(row).Select(value => (double)value)];
            naive.Statics = [.. batch.StaticInputs.Skip(row * Statics).Take(Statics).Select(value => (double)value)];
            Assert.That(
                outputs[(2 * row)..(2 * row + 2)],
                Is.EqualTo(naive.Score(RandomNetwork.Steps(batch, row))).Within(1e-5),
                $"row {row}"
            );
        }
        Assert.That(masks.Values.SelectMany(mask => mask).Distinct().Order(), Is.EqualTo(new[] { 0, 1 / (1 - Share) }).Within(1e-6));
    }

    [Test]
    public void Scoring_DropsNothing([Values] CellKind cell)
    {
        EngineSettings settings = RandomNetwork.Settings(RandomNetwork.Shape(cell)) with
        {
            DropoutRates = new DropoutRates { RecurrentDropout = Share },
        };
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, LossKind.Squared, Lengths);
        using TorchEngine engine = TorchEngine.Create(settings, out _);
        var outputs = new float[2 * Lengths.Length];

        engine.Score(batch, outputs);

        var naive = new NaiveNetwork(settings.Shape, settings.InitialWeights);
        Assert.That(
            outputs,
            Is.EqualTo(Enumerable.Range(0, Lengths.Length).SelectMany(row => naive.Score(RandomNetwork.Steps(batch, row)))).Within(1e-5)
        );
    }

    // In the order in which the network draws them: [rows, H] of each layer and direction.
    private static Dictionary<string, float[]> Masks(EngineSettings settings)
    {
        using var dropout = new SeededDropout(settings.Seed, CPU) { IsOn = true };
        var masks = new Dictionary<string, float[]>();
        for (int layer = 0; layer < settings.Shape.Layers; layer++)
        for (int direction = 0; direction < settings.Shape.Directions; direction++)
            masks[WeightLayout.Suffix(layer, direction)] =
            [
                .. dropout.Mask(Lengths.Length, settings.Shape.HiddenSize, Share)!.data<float>(),
            ];
        return masks;
    }
}
