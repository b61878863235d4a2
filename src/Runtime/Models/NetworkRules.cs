using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Models;

/// <summary>
/// Constraints on the network of a kind of model. A file whose network is consistent with its own sizes but violates them was not written
/// by RnnMlNet, and would overrun the scorer's memory.
/// </summary>
internal sealed class NetworkRules
{
    private readonly string _model;

    private NetworkRules(string model)
    {
        _model = model;
    }

    /// <summary>A two-class classifier.</summary>
    public static NetworkRules Binary { get; } = new("a two-class classifier") { MostOutputs = 1 };

    /// <summary>A classifier.</summary>
    public static NetworkRules Multiclass { get; } = new("a classifier") { LeastOutputs = 2 };

    /// <summary>A regression.</summary>
    public static NetworkRules Regression { get; } = new("a regression") { HasTargets = true };

    /// <summary>A sequence tagger.</summary>
    public static NetworkRules SequenceTagger { get; } =
        new("a sequence tagger")
        {
            LeastOutputs = 2,
            IsPerStep = true,
            MayBeChained = true,
        };

    /// <summary>A classifier of several labels.</summary>
    public static NetworkRules MultiLabel { get; } = new("a multi-label classifier");

    /// <summary>A tagger with several labels at each step.</summary>
    public static NetworkRules MultiLabelTagger { get; } = new("a multi-label tagger") { IsPerStep = true };

    private int LeastOutputs { get; init; } = 1;

    private int MostOutputs { get; init; } = int.MaxValue;

    private bool IsPerStep { get; init; }

    private bool MayBeChained { get; init; }

    private bool HasTargets { get; init; }

    private Func<NetworkShape, NetworkShape>? Expected { get; init; }

    /// <summary>A forecaster, whose network is determined by its cell, its hidden size and its window layout.</summary>
    /// <param name="expected">The network of the same cell and hidden size that would be trained.</param>
    public static NetworkRules Forecaster(Func<NetworkShape, NetworkShape> expected) => new("a forecaster") { Expected = expected };

    /// <summary>Checks the sizes, before anything of these sizes is read.</summary>
    /// <exception cref="FormatException">The network is not of the kind; the message states why.</exception>
    public void Check(NetworkShape shape)
    {
        if (Expected is not null)
        {
            NetworkShape expected = Expected(shape);
            if (!shape.Equals(expected))
                throw Refused($"it is {shape.Text}, where the model's windows need {expected.Text}");
            return;
        }
        if (shape.Decoder is DecoderShape decoder)
            throw Refused($"it has a decoder of {decoder.Steps} steps");
        if (shape.Cycle is not null)
            throw Refused($"it has a learned cycle of {shape.Cycle.Length} steps");
        if (shape.ProjectionSize > 0)
            throw Refused($"it projects its steps to {shape.ProjectionSize} numbers");
        if (shape.PerStep != IsPerStep)
            throw Refused(
                IsPerStep ? "it pools its states, and has outputs per row" : "it does not pool its states, and has outputs at every step"
            );
        if (shape.IsChained && !MayBeChained)
            throw Refused("it is a conditional random field");
        if (shape.Outputs < LeastOutputs || shape.Outputs > MostOutputs)
            throw Refused($"it has {shape.Outputs} outputs, where there must be {(MostOutputs == 1 ? "1" : $"{LeastOutputs} or more")}");
    }

    /// <summary>Checks everything except the sizes, for a network or the members of an ensemble.</summary>
    /// <exception cref="FormatException">The network is not of the kind; the message states why.</exception>
    public void Check(IReadOnlyList<NetworkParameters> networks)
    {
        if (Expected is not null && networks.Count > 1)
            throw Refused($"it is the average of {networks.Count}");
        if (Expected is not null && networks[0].FeatureScaling is not null)
            throw Refused("it standardises its steps itself");
        foreach (NetworkParameters one in networks)
        {
            if (!HasTargets && one.LabelScaling is not null)
                throw Refused("it has a scaling of labels");
            if (one.HasVectorLabel != networks[0].HasVectorLabel || one.HasVectorLabel && !HasTargets)
                throw Refused("it has a vector label");
            if (HasTargets && one.Shape.Outputs > 1 && !one.HasVectorLabel)
                throw Refused($"it has {one.Shape.Outputs} outputs for a label that is a single number");
        }
    }

    /// <summary>Whether its logits may be divided by a temperature: a classifier's.</summary>
    public bool HasTemperature => !HasTargets && Expected is null;

    /// <summary>The error that rejects a network.</summary>
    /// <param name="why">The property that one of the kind cannot have.</param>
    public FormatException Refused(string why) =>
        ModelErrors.Format(
            $"The model's network cannot be that of {_model}: {why}. The file is damaged or was not " + "written by RnnMlNet."
        );
}
