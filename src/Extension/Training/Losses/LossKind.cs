using RnnMlNet.Training.Losses;

namespace RnnMlNet.Training;

/// <summary>
/// The training loss. Every loss is the weighted mean over the rows. A target that is NaN is unknown and counts as no error.
/// </summary>
internal enum LossKind
{
    /// <summary>Softmax cross-entropy; the label is the class index, 0-based.</summary>
    CrossEntropy,

    /// <summary>Logistic loss of one logit; the label is 0 or 1.</summary>
    Logistic,

    /// <summary>Squared error, meaned over the targets.</summary>
    Squared,

    /// <summary>Absolute error, meaned over the targets.</summary>
    Absolute,

    /// <summary>Huber loss with delta 1 (in standardised label units), meaned over the targets.</summary>
    Huber,

    /// <summary>
    /// Quantile (pinball) loss (Koenker and Bassett, 1978), max(q e, (q - 1) e) of the error e = label - output, meaned over targets and
    /// quantiles: target after target, an output for each quantile.
    /// </summary>
    Quantile,

    /// <summary>Logistic loss of a logit for each label, meaned over the labels; each is 0, or the weight of a label that the row
    /// has.</summary>
    MultiLabel,
}

/// <summary>The registry of all losses: the only place that lists them.</summary>
internal static class LossRegistry
{
    private static (LossKind Kind, Loss Part)[] _all =
    [
        (LossKind.CrossEntropy, new CrossEntropyLoss()),
        (LossKind.Logistic, new LogisticLoss()),
        (LossKind.Squared, new TargetLoss<SquaredError>()),
        (LossKind.Absolute, new TargetLoss<AbsoluteError>()),
        (LossKind.Huber, new TargetLoss<HuberError>()),
        (LossKind.Quantile, new QuantileLoss()),
        (LossKind.MultiLabel, new MultiLabelLoss()),
    ];

    /// <summary>The loss of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static Loss Of(LossKind kind)
    {
        foreach (var (known, part) in _all)
            if (known == kind)
                return part;
        throw new ArgumentOutOfRangeException(
            nameof(kind),
            kind,
            $"There is no loss {kind}: it must be one of {string.Join(", ", _all.Select(one => one.Kind))}."
        );
    }

    /// <summary>The loss of the same name as an option's value.</summary>
    /// <typeparam name="TOption">An option's enumeration, such as <see cref="RegressionLoss"/>, each of whose names is a loss.</typeparam>
    public static LossKind Named<TOption>(TOption option)
        where TOption : struct, Enum => Enum.Parse<LossKind>(option.ToString());

    /// <summary>Adds a loss, for a test of what a new one needs.</summary>
    internal static void Add(LossKind kind, Loss part) => _all = [.. _all, (kind, part)];
}
