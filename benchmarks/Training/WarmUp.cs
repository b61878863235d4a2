using RnnMlNet;
using Shared;

namespace Training;

/// <summary>
/// Trains each cell for a while before anything is measured. The JIT compiles what is called often a second time, for speed, and that takes
/// a second: without it the first networks of a table would pay for all.
/// </summary>
internal static class WarmUp
{
    public static void Run(TrainingOptions options)
    {
        foreach (CellKind cell in new[] { CellKind.Lstm, CellKind.Gru, CellKind.Elman })
            new FitPeer(new TrainingSet(new Case(cell, 8, 32, 24), BatchSize: 32), Environment.ProcessorCount).Turn(
                15 * options.Milliseconds
            );
    }
}
