using Microsoft.ML;
using RnnMlNet.Models;

namespace RnnMlNet.Estimators;

/// <summary>What an experiment asks of a trainer, whatever it predicts.</summary>
internal interface ISequenceTrainer
{
    /// <summary>What is learnt.</summary>
    TaskSpec Task { get; }

    /// <summary>A Fit of its options and columns.</summary>
    NetworkFit NewFit();

    /// <summary>What a Fit that came to this network would have returned.</summary>
    /// <param name="network">The network.</param>
    /// <param name="trainSchema">The columns it was trained on.</param>
    ITransformer Transformer(TrainedNetwork network, DataViewSchema trainSchema);
}
