using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>The complete state of an engine, to resume from.</summary>
internal sealed record EngineState(NetworkWeights Weights, OptimizerState Optimizer, RandomState Random)
{
    public static EngineState Of(ITrainingEngine engine) => new(engine.GetWeights(), engine.GetOptimizerState(), engine.GetRandomState());

    /// <summary>Restores this state in an engine of the same network and optimiser.</summary>
    /// <returns>Whether the random state was restored too: false where it is of another kind of generator.</returns>
    /// <exception cref="InvalidOperationException">A weight or a moment is missing, unknown or of another shape; the message lists
    /// them.</exception>
    public bool RestoreTo(ITrainingEngine engine)
    {
        CheckFits(engine);
        engine.SetWeights(Weights);
        engine.SetOptimizerState(Optimizer);
        return engine.TrySetRandomState(Random);
    }

    // Equal options give equal networks, except for a custom cell, which may have changed under the same name.
    private void CheckFits(ITrainingEngine engine)
    {
        string[] saved = [.. Tensors(Weights, Optimizer)],
            own = [.. Tensors(engine.GetWeights(), engine.GetOptimizerState())];
        string[] missing = [.. own.Except(saved)],
            unknown = [.. saved.Except(own)];
        if (missing.Length + unknown.Length > 0)
            throw Contracts.Except(
                $"The weights that were saved are not those of this network. Missing: {Listed(missing)}. Unknown: {Listed(unknown)}."
            );
    }

    private static IEnumerable<string> Tensors(NetworkWeights weights, OptimizerState optimizer) =>
        [
            .. weights.Tensors.Select(Describe),
            .. optimizer.Moments.SelectMany(moment => moment.Value.Tensors.Select(tensor => $"{moment.Key} of {Describe(tensor)}")),
        ];

    private static string Describe(NamedTensor tensor) => $"'{tensor.Name}' [{string.Join(", ", tensor.Shape)}]";

    private static string Listed(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names);
}
