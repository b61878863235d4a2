using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// Computes training steps. The store, the loop, early stopping, the history and the model file are shared and independent of the engine:
/// they use this contract in PyTorch's weight layout.
/// </summary>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>Device and library, for the log: <c>Torch on cpu</c>, <c>Torch on cuda:0</c>.</summary>
    string Description { get; }

    /// <summary>
    /// Whether batches should be assembled on a thread of their own while it computes: on a device that leaves the CPU idle. An engine on
    /// the CPU itself would compete with that thread.
    /// </summary>
    bool GainsFromBatchesAhead => false;

    /// <summary>Whether it reads the rows' values from the store itself, on all of its threads, instead of from a padded batch.</summary>
    bool ReadsStoredSteps => false;

    /// <summary>Makes the process keep the memory that is freed after a step; does nothing where that is unnecessary or
    /// impossible.</summary>
    /// <returns>The outcome, for the log.</returns>
    string KeepFreedMemory() => NoNeedToKeepMemory;

    /// <summary>The result of <see cref="KeepFreedMemory"/> where it does nothing.</summary>
    sealed string NoNeedToKeepMemory => $"KeepFreedMemory does nothing: it is for the Torch engine on the CPU, and this is {Description}.";

    /// <summary>Forward and backward pass: adds the gradient of a batch, whose weights must not all be 0, to the step.</summary>
    /// <returns>The batch's weighted mean loss. A known loss that is not finite discards the step and its gradient; a pending one leaves
    /// the weights of a later <see cref="Update"/> undefined, and training ends when it is read.</returns>
    BatchLoss AddGradient(MiniBatch batch);

    /// <summary>
    /// Ends the step: clips the gradient of the weighted mean loss over all added rows, and updates the weights.
    /// </summary>
    void Update(float learningRate);

    /// <summary>
    /// Forward pass without dropout: writes the raw outputs, [B, Outputs] row-major; for a tagger [T, B, Outputs], undefined at padding.
    /// </summary>
    void Score(MiniBatch batch, Span<float> outputs);

    NetworkWeights GetWeights();

    /// <summary>Replaces all weights, but not their average; names and shapes must be the network's own.</summary>
    void SetWeights(NetworkWeights weights);

    /// <summary>The moving average of the weights, which starts with the initial ones; null where there is none.</summary>
    NetworkWeights? GetAverage() => null;

    /// <summary>A copy of the optimiser's moments and step count, and of the moving average of the weights.</summary>
    OptimizerState GetOptimizerState();

    void SetOptimizerState(OptimizerState state);

    /// <summary>The state of the dropout masks' generator.</summary>
    RandomState GetRandomState();

    /// <summary>Restores the state of the dropout masks' generator.</summary>
    /// <returns>False, and nothing changed, where the state is of another kind of generator.</returns>
    bool TrySetRandomState(RandomState state);
}

/// <summary>A training step of one batch.</summary>
internal static class TrainingEngineSteps
{
    /// <summary>
    /// Forward pass, backward pass, clipping, update. Returns the batch's weighted mean loss before the update; if it is not finite,
    /// nothing is updated.
    /// </summary>
    public static float TrainStep(this ITrainingEngine engine, MiniBatch batch, float learningRate)
    {
        float loss = engine.AddGradient(batch).Read();
        if (float.IsFinite(loss))
            engine.Update(learningRate);
        return loss;
    }
}

/// <summary>
/// An optimiser's state: the number of updates, and per kind of moment (<c>momentum</c>; <c>exp_avg</c>, <c>exp_avg_sq</c>;
/// <c>square_avg</c>), and for the moving average of the weights (<see cref="WeightAverage.Name"/>), a tensor for each weight, of the
/// weight's name.
/// </summary>
internal sealed record OptimizerState(long Steps, IReadOnlyDictionary<string, NetworkWeights> Moments);

/// <summary>The state of a random generator.</summary>
/// <param name="Generator">Its kind, such as <c>Torch on cpu</c>: only a generator of the same kind can restore the state.</param>
/// <param name="Bytes">The state, in the generator's own format.</param>
internal sealed record RandomState(string Generator, byte[] Bytes);
