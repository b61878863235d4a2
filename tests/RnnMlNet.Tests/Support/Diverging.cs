using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>A training whose loss soon becomes NaN.</summary>
internal static class Diverging
{
    public static void Options(RnnOptions options)
    {
        options.Cell = CellKind.ElmanRelu;
        options.Optimizer = OptimizerKind.Sgd;
        options.LearningRate = 1e6f;
        options.GradientClipNorm = 0;
        options.MaxEpochs = 50;
        options.BatchSize = 8;
    }
}
