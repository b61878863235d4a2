using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators;

/// <summary>
/// A trained network that a Fit continues from: its weights instead of random ones, and its scaling, because the weights have learnt from
/// numbers so scaled. With a new head, only what comes before the head is kept.
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

    /// <typeparam name="TModel">What the trainer makes.</typeparam>
    /// <param name="ectx">Whose errors.</param>
    /// <param name="model">What to continue from.</param>
    /// <param name="replaceHead">Whether its head is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model is of another task, and its head is to be kept.</exception>
    public static SequenceWarmStart Of<TModel>(IExceptionContext ectx, IRnnModelParameters model, bool replaceHead)
    {
        if (!replaceHead && model is not TModel)
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model is {model.GetType().Name}, but this trainer makes {typeof(TModel).Name}: give a model of the same "
                    + $"task, or set ReplaceHead to keep all of it but its head."
            );
        return new SequenceWarmStart(model.Network, model.ClassNames, model.Vocabulary, replaceHead);
    }

    /// <summary>The sizes of its networks.</summary>
    public NetworkShape Shape => _network.Shape;

    public override string Description => base.Description + (_replaceHead ? ", with a new head" : "");

    public override string Checksum => Checkpoints.Checksum.Of(_network);

    /// <summary>
    /// What its logits were divided by, which the weights to begin with do not have: training goes on as it was, and what comes of it is
    /// divided again. Null where they were not, and of a new head.
    /// </summary>
    public double? Temperature => _replaceHead ? null : _network.History.Temperature;

    /// <summary>How features were standardised, and go on to be; null for not at all.</summary>
    public FeatureScaling? FeatureScaling => _network.FeatureScaling;

    /// <summary>How targets were standardised, and go on to be, as long as the outputs are the same; a new head learns them anew.</summary>
    public FeatureScaling? LabelScaling(Func<FeatureScaling?> learn) => _replaceHead ? learn() : _network.LabelScaling;

    /// <summary>Whether the network to be trained can have these weights.</summary>
    /// <param name="ectx">Whose errors.</param>
    /// <param name="shape">The network to be trained.</param>
    /// <param name="classNames">The label's classes; null where they have no names.</param>
    /// <param name="vocabulary">Fingerprint of the values behind the tokens' keys; null where they have none.</param>
    /// <exception cref="ArgumentOutOfRangeException">Its sizes, its tokens, or the classes that its head tells apart, are others; the
    /// message says which.</exception>
    public void Check(IExceptionContext ectx, NetworkShape shape, IReadOnlyList<string>? classNames, string? vocabulary)
    {
        CheckNetwork(ectx, Parameter, BodyDifferences(_network.Shape, shape));
        if (KeyFingerprint.Differ(_vocabulary, vocabulary))
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model has learnt other tokens, or in another order: its {shape.Vocabulary} keys stand for other values "
                    + $"than the sequence column's. "
                    + "Map text to keys with the fitted transformer of that model's training rather than one fitted anew."
            );
        if (_replaceHead)
            return;
        string[] head = [.. HeadDifferences(_network.Shape, shape)];
        if (head.Length > 0)
            throw ectx.ExceptUserArg(
                Parameter,
                $"The head of the previous model is another: {string.Join("; ", head)}{Classes(classNames)}. Set "
                    + $"ReplaceHead to train a new one."
            );
        if (_classNames is not null && classNames is not null && !_classNames.SequenceEqual(classNames))
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model tells other classes apart, or in another order{Classes(classNames)}. Map the label to keys as it "
                    + $"was for that model, or set ReplaceHead to train a new head."
            );
    }

    /// <summary>The weights to begin with.</summary>
    /// <param name="fresh">Random ones for the network to be trained, which its new head takes.</param>
    /// <param name="member">Which member of an ensemble continues.</param>
    public NetworkWeights Onto(NetworkWeights fresh, int member)
    {
        TrainedNetwork network = Members[member];
        if (Temperature is double temperature)
            network = TemperatureScaling.Divided(network, (float)(1 / temperature));
        NamedTensor[] kept = [.. network.Weights.Tensors.Where(tensor => !_replaceHead || !IsHead(tensor))];
        // A cell of the user's own makes its weights itself, so there may be some that are not among the fresh ones.
        return new NetworkWeights([.. kept, .. fresh.Tensors.Where(tensor => !kept.Any(own => own.Name == tensor.Name))]);
    }

    // A pooling's weights pick what the head is to see, and there are none with another pooling.
    private static bool IsHead(NamedTensor tensor) =>
        PoolingRegistry.HasWeights(tensor.Name) || tensor.Name.StartsWith("head.", StringComparison.Ordinal);

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
            ])
        )
            yield return difference;
    }

    private static IEnumerable<string> HeadDifferences(NetworkShape was, NetworkShape now)
    {
        if (was.Pooling != now.Pooling)
            yield return $"Pooling is {was.Pooling} in it, {now.Pooling} here";
        if (!was.HeadHiddenSizes.SequenceEqual(now.HeadHiddenSizes))
            yield return $"HeadHiddenSizes is [{string.Join(", ", was.HeadHiddenSizes)}] in it, "
                + $"[{string.Join(", ", now.HeadHiddenSizes)}] here";
        if (was.Outputs != now.Outputs)
            yield return $"it has {was.Outputs} outputs, {now.Outputs} are needed here";
    }

    private string Classes(IReadOnlyList<string>? now) =>
        _classNames is null || now is null
            ? ""
            : $" (its classes are {string.Join(", ", _classNames)}; the label's are {string.Join(", ", now)})";
}
