using RnnMlNet.Engines.Torch;
using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;

namespace RnnMlNet.Verification;

/// <summary>
/// Every path by which a trained network can be scored on this machine: the only place to add one.
/// </summary>
internal sealed class ScoringPaths : IDisposable
{
    /// <summary>Enough rows to reveal an arithmetic fault; all rows could take minutes.</summary>
    private const int PlainRows = 100;

    private readonly List<ISequenceScorer> _scorers = [];
    private readonly TrainedNetwork _network;

    /// <param name="network">The network.</param>
    /// <param name="scorer">Its scorer; not disposed.</param>
    /// <param name="reloaded">The scorer of the same model, saved and loaded; not disposed.</param>
    public ScoringPaths(TrainedNetwork network, ISequenceScorer scorer, ISequenceScorer reloaded)
    {
        _network = network;
        Reference = new ScoringPath("row by row", scorer, Batchings.RowByRow);
        Others =
        [
            new("in batches", scorer, Batchings.Together),
            new("alone in a batch", scorer, Batchings.AloneInABatch),
            new("among other rows", scorer, Batchings.AmongOtherRows),
            new("beside a longer row", scorer, Batchings.BesideALongerRow),
            StepByStep(),
            new("saved and loaded", reloaded, Batchings.Together),
            InDoublePrecision(),
            OnTorchCpu(),
            OnGpu(),
        ];
    }

    /// <summary>The reference of the other paths: that of a PredictionEngine.</summary>
    public ScoringPath Reference { get; }

    public IReadOnlyList<ScoringPath> Others { get; }

    private bool HasOwnCell => _network.Shape.CustomCell is not null;

    public void Dispose()
    {
        Reference.Dispose();
        foreach (ScoringPath path in Others)
            path.Dispose();
        foreach (ISequenceScorer scorer in _scorers)
            scorer.Dispose();
    }

    private ScoringPath StepByStep()
    {
        const string Name = "step by step";
        if (HasOwnCell)
            return ScoringPath.Missing(Name, "the cell is a custom one");
        return _network.Shape.Bidirectional
            ? ScoringPath.Missing(Name, "the network reads backwards too")
            : new ScoringPath(Name, Keep(new SteppedScorer(_network)), Batchings.RowByRow);
    }

    private ScoringPath InDoublePrecision()
    {
        const string Name = "in double precision";
        return HasOwnCell
            ? ScoringPath.Missing(Name, "the cell is a custom one")
            : new ScoringPath(Name, Keep(ScorerFactory.Create(_network, one => new ReferenceScorer(one))), Batchings.RowByRow)
            {
                MaxRows = PlainRows,
            };
    }

    private ScoringPath OnTorchCpu()
    {
        const string Name = "torch on the CPU";
        return HasOwnCell ? ScoringPath.Missing(Name, "custom cells are scored on torch row by row as well") : OnTorch(Name, "cpu");
    }

    private ScoringPath OnGpu() => OperatingSystem.IsMacOS() ? OnTorch("torch on MPS", "mps") : OnTorch("torch on CUDA", "cuda");

    private ScoringPath OnTorch(string name, string device) =>
        WhyNot(device) is string why
            ? ScoringPath.Missing(name, why)
            : new ScoringPath(name, Keep(ScorerFactory.CreateOn(device, _network)), Batchings.Together);

    private string? WhyNot(string device)
    {
        NetworkShape shape = _network.Shape;
        if (!HasOwnCell && TorchCells.Find(shape.Cell) is null)
            return $"torch has no part of the cell {shape.Cell}";
        foreach (var (kind, _) in PoolingRegistry.Of(shape.Pooling))
            if (TorchPoolings.Find(kind) is null)
                return $"torch has no part of the pooling {kind}";
        return TorchDevice.WhyNot(device);
    }

    private ISequenceScorer Keep(ISequenceScorer scorer)
    {
        _scorers.Add(scorer);
        return scorer;
    }
}
