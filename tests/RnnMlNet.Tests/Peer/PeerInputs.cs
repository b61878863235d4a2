using Microsoft.ML;

namespace RnnMlNet.Tests.Peer;

/// <summary>The data that <see cref="EstimatorPeerTest"/> tries an estimator on.</summary>
internal sealed record PeerInputs
{
    /// <summary>Data that the estimator fits and its transformer scores.</summary>
    public required IDataView Data { get; init; }

    /// <summary>
    /// The label column of <see cref="Data"/>: the estimator cannot do without it, the transformer can. Null when the estimator needs no
    /// label.
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>Data that neither the estimator nor its transformer takes.</summary>
    public IReadOnlyList<IDataView> Invalid { get; init; } = [];

    /// <summary>Data that the estimator fits, but that the transformer fitted on <see cref="Data"/> does not score.</summary>
    public IReadOnlyList<IDataView> FitOnly { get; init; } = [];
}
