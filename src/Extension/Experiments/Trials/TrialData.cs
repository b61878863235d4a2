using Microsoft.ML;

namespace RnnMlNet.Experiments;

/// <summary>What an experiment's trials are trained and measured on.</summary>
/// <param name="Rows">The rows to train on, after the preFeaturizer.</param>
/// <param name="Validation">The rows to compare trials on; null if some of the others are held out.</param>
/// <param name="LabelColumnName">Name of the label column; null for that of the options.</param>
/// <param name="Seed">The experiment's seed.</param>
/// <param name="Cancellation">Ends the reading of the rows.</param>
internal sealed record TrialData(IDataView Rows, IDataView? Validation, string? LabelColumnName, int Seed, CancellationToken Cancellation);
