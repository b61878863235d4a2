using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Torch's part of a loss: the losses of some rows, with gradients.</summary>
/// <param name="outputs">[B, Outputs].</param>
/// <param name="labels">[B, LabelWidth].</param>
/// <param name="smoothing">Share of the cross-entropy's label that is spread evenly over all classes.</param>
/// <param name="quantiles">Of the quantile loss.</param>
/// <returns>[B].</returns>
internal delegate Tensor RowLosses(Tensor outputs, Tensor labels, float smoothing, float[] quantiles);

/// <summary>Torch's parts of the losses, and their registry: the only place that lists them.</summary>
internal static class TorchLoss
{
    private static readonly Dictionary<LossKind, RowLosses> _all = new()
    {
        [LossKind.CrossEntropy] = (outputs, labels, smoothing, _) =>
            nn.functional.cross_entropy(
                outputs,
                labels.squeeze(1).to(ScalarType.Int64),
                reduction: nn.Reduction.None,
                label_smoothing: smoothing
            ),
        [LossKind.Logistic] = (outputs, labels, _, _) =>
            nn.functional.binary_cross_entropy_with_logits(outputs, labels, reduction: nn.Reduction.None).squeeze(1),
        [LossKind.Squared] = (outputs, labels, _, _) => Square(outputs - Known(labels, outputs)).mean([1]),
        [LossKind.Absolute] = (outputs, labels, _, _) => (outputs - Known(labels, outputs)).abs().mean([1]),
        [LossKind.Huber] = (outputs, labels, _, _) =>
            nn.functional.huber_loss(outputs, Known(labels, outputs), 1.0, nn.Reduction.None).mean([1]),
        [LossKind.MultiLabel] = (outputs, labels, _, _) =>
            nn
                .functional.binary_cross_entropy_with_logits(
                    outputs,
                    labels.sign(),
                    reduction: nn.Reduction.None,
                    weight: where(labels.to(ScalarType.Bool), labels, ones_like(labels))
                )
                .mean([1]),
        [LossKind.Quantile] = (outputs, labels, _, quantiles) => Pinball(outputs, labels, tensor(quantiles, device: outputs.device)),
    };

    /// <summary>
    /// The sum of the rows' losses, each by its weight in units, Σ w l / u: the weighted mean, where u is the sum of the weights.
    /// </summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="outputs">[B, Outputs]; of labels per step, B is each step of each row here, and the weight of one without a label is
    /// 0.</param>
    /// <param name="labels">[B, LabelWidth].</param>
    /// <param name="weights">[B]; null where each is 1.</param>
    /// <param name="unit">u.</param>
    /// <param name="smoothing">Share of the cross-entropy's label that is spread evenly over all classes.</param>
    /// <param name="quantiles">Of the quantile loss.</param>
    public static Tensor Sum(
        LossKind kind,
        Tensor outputs,
        Tensor labels,
        Tensor? weights,
        double unit,
        float smoothing = 0,
        float[]? quantiles = null
    ) => Weighted(Of(kind)(outputs, labels, smoothing, quantiles ?? []), weights).sum() / tensor((float)unit);

    /// <summary>Torch's part of a loss.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static RowLosses Of(LossKind kind) =>
        _all.GetValueOrDefault(kind)
        ?? throw new NotSupportedException(
            $"The loss {kind} cannot be trained with by torch: leave Device null, or set it to "
                + $"\"cpu\", with Engine {nameof(EngineKind.Simd)}."
        );

    private static Tensor Weighted(Tensor rows, Tensor? weights) => weights is null ? rows : rows * weights;

    // A target that is not known is what came out, so that there is no error and no gradient.
    private static Tensor Known(Tensor labels, Tensor outputs) => where(labels.isnan(), outputs.detach(), labels);

    private static Tensor Pinball(Tensor outputs, Tensor labels, Tensor quantiles)
    {
        Tensor each = outputs.reshape(outputs.shape[0], -1, quantiles.shape[0]);
        // Not as for the other losses: at an error of 0 this one has a gradient.
        Tensor error = where(labels.isnan().unsqueeze(2), zeros_like(each), labels.unsqueeze(2) - each);
        return (quantiles * error).maximum(quantiles.MinusOne() * error).mean([1, 2]);
    }

    private static Tensor Square(Tensor values) => values * values;
}
