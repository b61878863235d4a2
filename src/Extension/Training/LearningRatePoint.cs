namespace RnnMlNet;

/// <summary>A step of a learning rate range test.</summary>
/// <param name="LearningRate">The learning rate of its update.</param>
/// <param name="Loss">The weighted mean loss of its rows before that update, with dropout.</param>
/// <param name="SmoothedLoss">The exponential moving average of the losses so far, with bias correction.</param>
public sealed record LearningRatePoint(float LearningRate, double Loss, double SmoothedLoss);
