using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators;

/// <summary>
/// A trained network that a Fit continues from: its weights instead of random ones, and its scaling, which the weights were trained with.
/// With a new head, only the modules before the head are kept.
/// </summary>
internal sealed class SequenceWarmStart : WarmStart
{
    private const string Parameter = "modelParameters";
    private readonly TrainedNetwork _network;
    private readonly IReadOnlyList<string>? _classNames;
    private readonly string? _vocabulary;
    private readonly bool _replaceHead;

    private SequenceWarmStart(TrainedNetwork network, IReadOnlyList<string>? classNames, string? vocabulary, bool replaceHead)
        : base(network.Members)
    {
        _network = network;
        _classNames = classNames;
        _vocabulary = vocabulary;
        _replaceHead = replaceHead;
    }

    /// <typeparam name="TModel">The trainer's model parameters.</typeparam>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="model">The model to continue from.</param>
    /// <param name="replaceHead">Whether its head is replaced.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model is of another task, and its head is kept.</exception>
    public static SequenceWarmStart Of<TModel>(IExceptionContext ectx, IRnnModelParameters model, bool replaceHead)
    {
        if (!replaceHead && model is not TModel)
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model is {model.GetType().Name}, but this trainer makes {typeof(TModel).Name}: give a model of the same "
                    + $"task, or set ReplaceHead to keep all of it except its head."
            );
        return new SequenceWarmStart(model.Network, model.ClassNames, model.Vocabulary, replaceHead)
        {
            Thresholds = replaceHead ? [] : model.Thresholds,
        };
    }

    /// <summary>The sizes of its networks.</summary>
    public NetworkShape Shape => _network.Shape;

    public override string Description => base.Description + (_replaceHead ? ", with a new head" : "");

    public override string Checksum => Checkpoints.Checksum.Of(_network);

    /// <summary>
    /// The temperature of its logits, which the initial weights are without: training continues undivided, and its result is divided again.
    /// Null without one, and for a new head.
    /// </summary>
    public double? Temperature => _replaceHead ? null : _network.History.Temperature;

    /// <summary>For several labels: the logit above which the model predicts each; empty for a new head, and for other tasks.</summary>
    public IReadOnlyList<float> Thresholds { get; private init; } = [];

    /// <summary>The standardisation of the input, which is kept.</summary>
    public InputScaling InputScaling => new(_network.FeatureScaling, _network.CategoryScaling, _network.StaticScaling);

    /// <summary>The standardisation of targets, which is kept as long as the outputs are; a new head computes it again.</summary>
    public FeatureScaling? LabelScaling(Func<FeatureScaling?> learn) => _replaceHead ? learn() : _network.LabelScaling;

    /// <summary>Checks that the network to be trained can start from these weights.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="shape">The network to be trained.</param>
    /// <param name="classNames">The label's classes; null where they have no names.</param>
    /// <param name="vocabulary">Fingerprint of the values behind the tokens' keys; null where they have none.</param>
    /// <exception cref="ArgumentOutOfRangeException">Its sizes, its tokens, or its head's classes differ; the message states
    /// which.</exception>
    public void Check(IExceptionContext ectx, NetworkShape shape, IReadOnlyList<string>? classNames, string? vocabulary)
    {
        CheckNetwork(ectx, Parameter, BodyDifferences(_network.Shape, shape));
        if (KeyFingerprint.Differ(_vocabulary, vocabulary))
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model was trained on other tokens, or in another order: "
                    + (shape.UsesTokens ? $"its {shape.Vocabulary} keys have" : "the keys of its columns had")
                    + " other values than the sequence column's. "
                    + "Map text to keys with the fitted transformer of that model's training rather than one fitted anew."
            );
        if (_replaceHead)
            return;
        string[] head = [.. HeadDifferences(_network.Shape, shape)];
        if (head.Length > 0)
            throw ectx.ExceptUserArg(
                Parameter,
                $"The head of the previous model differs: {string.Join("; ", head)}{Classes(classNames)}. Set "
                    + $"ReplaceHead to train a new one."
            );
        if (_classNames is not null && classNames is not null && !_classNames.SequenceEqual(classNames))
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model has other classes, or another order of them{Classes(classNames)}. Map the label to keys as it "
                    + $"was for that model, or set ReplaceHead to train a new head."
            );
    }

    /// <summary>The initial weights.</summary>
    /// <param name="fresh">Random ones for the network to be trained, which a new head uses.</param>
    /// <param name="member">The ensemble member that continues.</param>
    public NetworkWeights Onto(NetworkWeights fresh, int member)
    {
        TrainedNetwork network = Members[member];
        if (Temperature is double temperature)
            network = TemperatureScaling.Divided(network, (float)(1 / temperature));
        NamedTensor[] kept = [.. network.Weights.Tensors.Where(tensor => !_replaceHead || !IsHead(tensor))];
        // A custom cell initialises its own weights, so some may not be among the fresh ones.
        return new NetworkWeights([.. kept, .. fresh.Tensors.Where(tensor => !kept.Any(own => own.Name == tensor.Name))]);
    }

    // Attention selects the head's input, and exists with no other pooling; a conditional random field has a weight for each pair of
    // outputs.
    private static bool IsHead(NamedTensor tensor) =>
        PoolingRegistry.HasWeights(tensor.Name)
        || tensor.Name.StartsWith("head.", StringComparison.Ordinal)
        || tensor.Name.StartsWith("crf.", StringComparison.Ordinal);

    private static IEnumerable<string> BodyDifferences(NetworkShape was, NetworkShape now)
    {
        if (was.CustomCell != now.CustomCell || (was.CustomCell is null && was.Cell != now.Cell))
            yield return $"its cell is {was.CustomCell ?? $"{was.Cell}"}, the options' {now.CustomCell ?? $"{now.Cell}"}";
        foreach (
            string difference in Differences([
                (nameof(now.PatchLength), was.PatchLength, now.PatchLength),
                ("FeaturesPerStep", was.Features / was.PatchLength, now.Features / now.PatchLength),
                ("number of tokens", was.Vocabulary, now.Vocabulary),
                (nameof(now.EmbeddingSize), was.EmbeddingSize, now.EmbeddingSize),
                (nameof(now.HiddenSize), was.HiddenSize, now.HiddenSize),
                (nameof(now.Layers), was.Layers, now.Layers),
                (nameof(now.Bidirectional), was.Bidirectional, now.Bidirectional),
                (nameof(now.ResidualConnections), was.ResidualConnections, now.ResidualConnections),
                (nameof(now.LayerNormalization), was.LayerNormalization, now.LayerNormalization),
            ])
        )
            yield return difference;
        if (was.Characters != now.Characters)
            yield return $"it has {Text(was.Characters)}, the options {Text(now.Characters)}";
        if (!was.Convolutions.SequenceEqual(now.Convolutions))
            yield return $"its convolutions are [{string.Join("; ", was.Convolutions)}], "
                + $"the options' [{string.Join("; ", now.Convolutions)}]";
        if (was.StepColumns != now.StepColumns)
            yield return $"its steps have {was.StepColumns}, the options' {now.StepColumns}";
        if (was.StaticFeatures != now.StaticFeatures || !was.StaticCategories.SequenceEqual(now.StaticCategories))
            yield return $"it reads {was.StaticFeatures} static values, categories {CategoryShape.Text(was.StaticCategories)}, the options "
                + $"name {now.StaticFeatures}, {CategoryShape.Text(now.StaticCategories)}";
        if (was.BeginsWithStatics != now.BeginsWithStatics)
            yield return $"its StaticUse is {was.StaticUse}, the options' {now.StaticUse}";
    }

    private static string Text(CharacterShape? characters) => characters is null ? "no characters of words" : $"{characters}";

    private static IEnumerable<string> HeadDifferences(NetworkShape was, NetworkShape now)
    {
        if (was.Pooling != now.Pooling)
            yield return $"Pooling is {was.Pooling} in it, {now.Pooling} here";
        if (!was.HeadHiddenSizes.SequenceEqual(now.HeadHiddenSizes))
            yield return $"HeadHiddenSizes is [{string.Join(", ", was.HeadHiddenSizes)}] in it, "
                + $"[{string.Join(", ", now.HeadHiddenSizes)}] here";
        if (was.IsChained != now.IsChained)
            yield return $"ConditionalRandomField is {was.IsChained} in it, {now.IsChained} here";
        if (was.HeadReadsStatics != now.HeadReadsStatics)
            yield return $"StaticUse is {was.StaticUse} in it, {now.StaticUse} here";
        if (was.Outputs != now.Outputs)
            yield return $"it has {was.Outputs} outputs, {now.Outputs} are needed here";
    }

    private string Classes(IReadOnlyList<string>? now) =>
        _classNames is null || now is null
            ? ""
            : $" (its classes are {string.Join(", ", _classNames)}; the label's are {string.Join(", ", now)})";
}
