using RnnMlNet.Networks;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>The losses of <see cref="LossKind"/> with gradients.</summary>
internal static class TorchLoss
{
    /// <summary>The sum of the rows' losses, each by its weight in units, Σ w l / u: the weighted mean, where u is the sum of the weights.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="outputs">[B, Outputs]; of labels per step, B is each step of each row here, and the weight of one without a label is 0.</param>
    /// <param name="labels">[B, LabelWidth].</param>
    /// <param name="weights">[B].</param>
    /// <param name="unit">u.</param>
    /// <param name="smoothing">Share of the cross-entropy's label that is spread evenly over all classes.</param>
    public static Tensor Sum(LossKind kind, Tensor outputs, Tensor labels, Tensor weights, double unit, float smoothing = 0) =>
        (Rows(kind, outputs, labels, smoothing) * weights).sum() / tensor((float)unit);

    private static Tensor Rows(LossKind kind, Tensor outputs, Tensor labels, float smoothing) => kind switch
    {
        LossKind.CrossEntropy => nn.functional.cross_entropy(outputs, labels.squeeze(1).to(ScalarType.Int64), reduction: nn.Reduction.None, label_smoothing: smoothing),
        LossKind.Logistic => nn.functional.binary_cross_entropy_with_logits(outputs, labels, reduction: nn.Reduction.None).squeeze(1),
        LossKind.Squared => Square(outputs - labels).mean([1]),
        LossKind.Absolute => (outputs - labels).abs().mean([1]),
        LossKind.Huber => nn.functional.huber_loss(outputs, labels, 1.0, nn.Reduction.None).mean([1]),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static Tensor Square(Tensor values) => values * values;
}
