using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// A scripted engine: a test defines its losses and outputs as functions of the steps trained so far. Its one weight is that number of
/// steps, which shows at which step a model's weights were taken.
/// </summary>
internal sealed class ScriptedEngine : ITrainingEngine
{
    /// <summary>The loss of a step; 1 for the first.</summary>
    public Func<int, float> Loss { get; init; } = step => 1f / step;

    /// <summary>Output o of row b, after so many steps.</summary>
    public Func<MiniBatch, int, int, int, float> Output { get; init; } = (_, _, _, _) => 0;

    /// <summary>The weight after so many steps.</summary>
    public Func<int, float> Weight { get; init; } = steps => steps;

    /// <summary>Rates of the steps so far.</summary>
    public List<float> Rates { get; } = [];

    /// <summary>Labels of the rows of each batch so far.</summary>
    public List<float[]> LabelsSeen { get; } = [];

    public int Steps => Rates.Count;

    public string Description => "Scripted";

    public bool GainsFromBatchesAhead { get; init; }

    public BatchLoss AddGradient(MiniBatch batch)
    {
        LabelsSeen.Add([.. batch.Labels.Take(batch.Count)]);
        return Loss(Steps + 1);
    }

    public void Update(float learningRate) => Rates.Add(learningRate);

    public void Score(MiniBatch batch, Span<float> outputs)
    {
        int width = outputs.Length / batch.Count;
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = Output(batch, i / width, i % width, Steps);
    }

    public NetworkWeights GetWeights() => new([new NamedTensor("steps", [1], [Weight(Steps)])]);

    public void SetWeights(NetworkWeights weights) => throw new NotSupportedException();

    public OptimizerState GetOptimizerState() => throw new NotSupportedException();

    public void SetOptimizerState(OptimizerState state) => throw new NotSupportedException();

    public RandomState GetRandomState() => throw new NotSupportedException();

    public bool TrySetRandomState(RandomState state) => throw new NotSupportedException();

    public void Dispose() { }
}
