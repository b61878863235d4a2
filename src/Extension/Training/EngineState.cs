using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>All that an engine must be given back to go on as if it had never stopped.</summary>
internal sealed record EngineState(NetworkWeights Weights, OptimizerState Optimizer, RandomState Random)
{
    public static EngineState Of(ITrainingEngine engine) => new(engine.GetWeights(), engine.GetOptimizerState(), engine.GetRandomState());

    /// <summary>Puts an engine of the same network and optimiser into this state.</summary>
    /// <returns>Whether the random state could be put back too: false where it is of another kind of generator.</returns>
    /// <exception cref="InvalidOperationException">A weight or a moment is missing, unknown or of another shape; the message lists
    /// them.</exception>
    public bool RestoreTo(ITrainingEngine engine)
    {
        CheckFits(engine);
        engine.SetWeights(Weights);
        engine.SetOptimizerState(Optimizer);
        return engine.TrySetRandomState(Random);
    }

    // Options that are equal give equal networks, but for a cell of the user's own, which may have been changed under the same name.
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
