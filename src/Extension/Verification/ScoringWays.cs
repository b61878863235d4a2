using RnnMlNet.Engines.Torch;
using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;

namespace RnnMlNet.Verification;

/// <summary>
/// Every way in which a trained network can be scored on this machine. Here, and only here, a further way is added.
/// </summary>
internal sealed class ScoringWays : IDisposable
{
    /// <summary>Enough to show a fault of the arithmetic; all rows could take minutes.</summary>
    private const int PlainRows = 100;

    private readonly List<ISequenceScorer> _scorers = [];
    private readonly TrainedNetwork _network;

    /// <param name="network">The network.</param>
    /// <param name="scorer">Its scorer; not disposed.</param>
    /// <param name="reloaded">The scorer of the same model, saved and loaded; not disposed.</param>
    public ScoringWays(TrainedNetwork network, ISequenceScorer scorer, ISequenceScorer reloaded)
    {
        _network = network;
        Reference = new ScoringWay("row by row", scorer, Arrangements.RowByRow);
        Others =
        [
            new("in batches", scorer, Arrangements.Together),
            new("alone in a batch", scorer, Arrangements.AloneInABatch),
            new("among other rows", scorer, Arrangements.AmongOtherRows),
            new("beside a longer row", scorer, Arrangements.BesideALongerRow),
            StepByStep(),
            new("saved and loaded", reloaded, Arrangements.Together),
            InDoublePrecision(),
            OnTorchCpu(),
            OnGpu(),
        ];
    }

    /// <summary>What the other ways are compared with: what a PredictionEngine does.</summary>
    public ScoringWay Reference { get; }

    public IReadOnlyList<ScoringWay> Others { get; }

    private bool HasOwnCell => _network.Shape.CustomCell is not null;

    public void Dispose()
    {
        Reference.Dispose();
        foreach (ScoringWay way in Others)
            way.Dispose();
        foreach (ISequenceScorer scorer in _scorers)
            scorer.Dispose();
    }

    private ScoringWay StepByStep()
    {
        const string Name = "step by step";
        if (HasOwnCell)
            return ScoringWay.Missing(Name, "the cell is the application's own");
        if (_network.IsAverage)
            return ScoringWay.Missing(Name, "the model is the average of several networks");
        return _network.Shape.Bidirectional
            ? ScoringWay.Missing(Name, "the network reads backwards too")
            : new ScoringWay(Name, Keep(new SteppedScorer(_network)), Arrangements.RowByRow);
    }

    private ScoringWay InDoublePrecision()
    {
        const string Name = "in double precision";
        return HasOwnCell
            ? ScoringWay.Missing(Name, "the cell is the application's own")
            : new ScoringWay(Name, Keep(ScorerFactory.Create(_network, one => new PlainScorer(one))), Arrangements.RowByRow)
            {
                MaxRows = PlainRows,
            };
    }

    private ScoringWay OnTorchCpu()
    {
        const string Name = "torch on the CPU";
        return HasOwnCell
            ? ScoringWay.Missing(Name, "that is how a cell of the application's own is scored row by row")
            : OnTorch(Name, "cpu");
    }

    private ScoringWay OnGpu() => OperatingSystem.IsMacOS() ? OnTorch("torch on MPS", "mps") : OnTorch("torch on CUDA", "cuda");

    private ScoringWay OnTorch(string name, string device) =>
        WhyNot(device) is string why
            ? ScoringWay.Missing(name, why)
            : new ScoringWay(name, Keep(ScorerFactory.CreateOn(device, _network)), Arrangements.Together);

    private string? WhyNot(string device) =>
        HasOwnCell || TorchCells.Find(_network.Shape.Cell) is not null
            ? TorchDevice.WhyNot(device)
            : $"torch has no part of the cell {_network.Shape.Cell}";

    private ISequenceScorer Keep(ISequenceScorer scorer)
    {
        _scorers.Add(scorer);
        return scorer;
    }
}
