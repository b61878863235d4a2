using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet;

/// <summary>A weight tensor of a trained network.</summary>
/// <param name="Name">PyTorch's name, such as <c>rnn.weight_ih_l0</c> or <c>head.0.bias</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">Its values, row-major.</param>
public sealed record RnnWeight(string Name, IReadOnlyList<int> Shape, IReadOnlyList<float> Values)
{
    /// <summary>Returns the name and the dimensions.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";

    /// <summary>Copies of the weights of one of several networks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer networks.</exception>
    internal static IReadOnlyList<RnnWeight> Of(IExceptionContext ectx, IReadOnlyList<TrainedNetwork> networks, int network)
    {
        if (network < 0 || network >= networks.Count)
            throw ectx.ExceptUserArg(
                nameof(network),
                $"network is {network}; it must be from 0 to {networks.Count - 1}, because the model has {networks.Count}."
            );
        return [.. networks[network].Weights.Tensors.Select(t => new RnnWeight(t.Name, [.. t.Shape], [.. t.Values]))];
    }
}

/// <summary>Model parameters of a recurrent trainer: the network's sizes, its weights, and the training history.</summary>
/// <typeparam name="TOutput">Type of the prediction for a row.</typeparam>
public abstract class RnnModelParameters<TOutput> : ModelParametersBase<TOutput>, IRnnModelParameters, IDisposable
{
    private const int ShownClasses = 20;
    private readonly TrainedNetwork _network;

    private protected RnnModelParameters(IHostEnvironment env, string name, TrainedNetwork network)
        : base(env, name)
    {
        _network = network;
    }

    private protected RnnModelParameters(IHostEnvironment env, string name, ModelLoadContext ctx, NetworkRules rules)
        : base(env, name, ctx)
    {
        _network = ModelFormat.Read(ctx.Reader, rules);
    }

    /// <inheritdoc/>
    public TrainingHistory History => _network.History;

    /// <summary>
    /// Training history of each member: one for a single network, <see cref="RnnTrainingOptions.EnsembleSize"/> for an ensemble, the first
    /// being <see cref="History"/>.
    /// </summary>
    public IReadOnlyList<TrainingHistory> Histories => [.. _network.Members.Select(network => network.History)];

    TrainedNetwork IRnnModelParameters.Network => _network;

    IReadOnlyList<string>? IRnnModelParameters.ClassNames { get; set; }

    IReadOnlyList<float> IRnnModelParameters.Thresholds { get; set; } = [];

    string? IRnnModelParameters.Vocabulary { get; set; }

    internal TrainedNetwork Network => _network;

    /// <summary>The recurrent cell; for a custom cell, see <see cref="CustomCell"/>.</summary>
    public CellKind Cell => _network.Shape.Cell;

    /// <summary>The registered name of the custom cell, or null for a built-in one.</summary>
    public string? CustomCell => _network.Shape.CustomCell;

    /// <summary>Features per time step; 0 if the steps are tokens.</summary>
    public int FeaturesPerStep => _network.Shape.Features / _network.Shape.PatchLength;

    /// <summary>Number of distinct tokens; 0 if the steps are numbers.</summary>
    public int Vocabulary => _network.Shape.Vocabulary;

    /// <summary>Width of a token's learned embedding; 0 if the steps are numbers.</summary>
    public int EmbeddingSize => _network.Shape.EmbeddingSize;

    /// <summary>Hidden units per layer and direction.</summary>
    public int HiddenSize => _network.Shape.HiddenSize;

    /// <summary>Stacked recurrent layers.</summary>
    public int Layers => _network.Shape.Layers;

    /// <summary>Whether sequences are read backwards as well.</summary>
    public bool Bidirectional => _network.Shape.Bidirectional;

    /// <summary>Whether each layer after the first adds its input to its states.</summary>
    public bool ResidualConnections => _network.Shape.ResidualConnections;

    /// <summary>Normalisation between the recurrent layers, and after the last.</summary>
    public LayerNormalization LayerNormalization => _network.Shape.LayerNormalization;

    /// <summary>Pooling of the hidden states over time; 0 for a tagger, which does not pool.</summary>
    public Pooling Pooling => _network.Shape.Pooling;

    /// <summary>Widths of the head's hidden layers, each followed by ReLU; empty for one linear layer.</summary>
    public IReadOnlyList<int> HeadHiddenSizes => [.. _network.Shape.HeadHiddenSizes];

    /// <summary>Outputs of the network (for a tagger, at each time step): classes, 1 for binary, targets for regression.</summary>
    public int Outputs => _network.Shape.Outputs;

    /// <summary>
    /// Returns all weights, in PyTorch's names and layout. For a regression with NormalizeLabel, the outputs are in standardised units.
    /// </summary>
    /// <param name="network">Index of the ensemble member, 0 for the first; there are as many as <see cref="Histories"/>.</param>
    /// <returns>A copy of the weights.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer members.</exception>
    public IReadOnlyList<RnnWeight> GetWeights(int network = 0) => RnnWeight.Of(Host, _network.Members, network);

    /// <summary>Returns the network's sizes, its classes, and the training, in three lines.</summary>
    public override string ToString()
    {
        IReadOnlyList<string>? classes = ((IRnnModelParameters)this).ClassNames;
        string named = classes is null
            ? ""
            : $"{Environment.NewLine}Classes: {string.Join(", ", classes.Take(ShownClasses))}"
                + (classes.Count > ShownClasses ? $" and {classes.Count - ShownClasses} more" : "");
        return $"{GetType().Name}: {NetworkText.Of(_network)}{named}{Environment.NewLine}{History}";
    }

    /// <summary>Does nothing: the model holds no native resources. May be called more than once.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    private protected abstract VersionInfo Version { get; }

    private protected sealed override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);

        // *** Binary format ***
        // int: sizeof(float) (ModelParametersBase)
        // section: the network (ModelFormat)
        base.SaveCore(ctx);
        ModelFormat.Write(ctx.Writer, _network);
    }
}
