using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// Who computes a training step. The store, the loop, early stopping, the history and the model file are shared and know no
/// engine: they speak to this contract in PyTorch's weight layout.
/// </summary>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>Where it computes, for the log: <c>Torch on cpu</c>, <c>Torch on cuda:0</c>.</summary>
    string Description { get; }

    /// <summary>
    /// Whether batches should be assembled on a thread of their own while it computes: on a device that leaves the CPU idle. An engine that
    /// computes on the CPU itself would wait for that thread.
    /// </summary>
    bool GainsFromBatchesAhead => false;

    /// <summary>Whether it reads the rows' numbers from the store itself, on all of its threads, instead of from a padded batch.</summary>
    bool ReadsStoredSteps => false;

    /// <summary>Has the memory that it frees after a step kept by the process; nothing where there is no need or no way.</summary>
    /// <returns>What came of it, for the log.</returns>
    string KeepFreedMemory() => NoNeedToKeepMemory;

    /// <summary>What <see cref="KeepFreedMemory"/> says where it does nothing.</summary>
    sealed string NoNeedToKeepMemory => $"KeepFreedMemory does nothing: it is for the Torch engine on the CPU, and this is {Description}.";

    /// <summary>Forward and backward pass: adds the gradient of a batch, whose weights must not all be 0, to the step.</summary>
    /// <returns>The batch's weighted mean loss. A known loss that is not finite discards the step and its gradient; a pending one leaves
    /// the weights of a later <see cref="Update"/> undefined, and training ends when it is read.</returns>
    BatchLoss AddGradient(MiniBatch batch);

    /// <summary>
    /// Ends the step: clips the gradient of the weighted mean loss over all rows that were added, and changes the weights by it.
    /// </summary>
    void Update(float learningRate);

    /// <summary>
    /// Forward without dropout: writes the raw outputs, [B, Outputs] row-major; of a tagger [T, B, Outputs], where those of padding may be
    /// anything.
    /// </summary>
    void Score(MiniBatch batch, Span<float> outputs);

    NetworkWeights GetWeights();

    /// <summary>Replaces all weights; names and shapes must be the network's own.</summary>
    void SetWeights(NetworkWeights weights);

    /// <summary>A copy of the optimiser's moments and step count.</summary>
    OptimizerState GetOptimizerState();

    void SetOptimizerState(OptimizerState state);

    /// <summary>Where the generator of the dropout masks stands.</summary>
    RandomState GetRandomState();

    /// <summary>Puts the generator of the dropout masks where <paramref name="state"/> says.</summary>
    /// <returns>Whether it could: false, and nothing changed, where the state is of a generator of another kind.</returns>
    bool TrySetRandomState(RandomState state);
}

/// <summary>A step of one batch.</summary>
internal static class TrainingEngineSteps
{
    /// <summary>
    /// Forward, backward, clip, update. Returns the batch's weighted mean loss before the update; where it is no finite number, nothing is
    /// updated.
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
/// An optimiser's memory: updates made so far, and per kind of moment (<c>momentum</c>; <c>exp_avg</c>, <c>exp_avg_sq</c>;
/// <c>square_avg</c>) a tensor for each weight, named as the weight is.
/// </summary>
internal sealed record OptimizerState(long Steps, IReadOnlyDictionary<string, NetworkWeights> Moments);

/// <summary>Where a random generator stands.</summary>
/// <param name="Generator">Its kind, such as <c>Torch on cpu</c>: only a generator of the same kind can take the state back.</param>
/// <param name="Bytes">The state, which only the generator understands.</param>
internal sealed record RandomState(string Generator, byte[] Bytes);
