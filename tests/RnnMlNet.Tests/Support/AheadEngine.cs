using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>An engine whose batches are assembled ahead and whose losses are read late, as those of a GPU.</summary>
internal sealed class AheadEngine(ITrainingEngine engine) : ITrainingEngine
{
    public string Description => engine.Description;

    public bool GainsFromBatchesAhead => true;

    public BatchLoss AddGradient(MiniBatch batch)
    {
        BatchLoss loss = engine.AddGradient(batch);
        return new BatchLoss(() => loss.Read());
    }

    public void Update(float learningRate) => engine.Update(learningRate);

    public void Score(MiniBatch batch, Span<float> outputs) => engine.Score(batch, outputs);

    public NetworkWeights GetWeights() => engine.GetWeights();

    public void SetWeights(NetworkWeights weights) => engine.SetWeights(weights);

    public NetworkWeights? GetAverage() => engine.GetAverage();

    public OptimizerState GetOptimizerState() => engine.GetOptimizerState();

    public void SetOptimizerState(OptimizerState state) => engine.SetOptimizerState(state);

    public RandomState GetRandomState() => engine.GetRandomState();

    public bool TrySetRandomState(RandomState state) => engine.TrySetRandomState(state);

    public void Dispose() => engine.Dispose();
}
