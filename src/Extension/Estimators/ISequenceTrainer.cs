using Microsoft.ML;
using RnnMlNet.Models;

namespace RnnMlNet.Estimators;

/// <summary>An experiment's view of a trainer, whatever the task.</summary>
internal interface ISequenceTrainer
{
    /// <summary>The task.</summary>
    TaskSpec Task { get; }

    /// <summary>The option GroupColumnNames.</summary>
    string[]? GroupColumnNames { get; }

    /// <summary>Creates a Fit of its options and columns.</summary>
    NetworkFit NewFit();

    /// <summary>The result of a Fit with this network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="trainSchema">The training columns.</param>
    ITransformer Transformer(TrainedNetwork network, DataViewSchema trainSchema);
}
