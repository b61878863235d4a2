using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using Shared;

namespace Scoring;

/// <summary>
/// The recent cells beside the LSTM of the same sizes: one row on one thread, 256 rows on two, and a step of a stream,
/// by our kernels; and ONNX Runtime on its LSTM and on the operators to which the cell is exported.
/// </summary>
internal static class CellsPart
{
    private const int BatchRows = 256;
    private const int Threads = 2;

    public static void Measure(ScoringOptions options, Verdict verdict)
    {
        Console.WriteLine(
            $"Recent cells beside the LSTM: microseconds of a row on one thread, of a row of {BatchRows} on {Threads} "
                + $"threads, and of a step of a stream; medians of {Math.Min(Rounds.Fewest, options.Rounds)} to {options.Rounds} turns;"
        );
        Console.WriteLine("x: times faster than our LSTM, then than ONNX Runtime's LSTM");
        Console.WriteLine(
            $"{"", -22} {"row", 9} {"LSTM", 9} {"ORT LSTM", 9} {"ORT", 9} {"x ours", 7} {"x ORT", 7}   {"batch", 9} {"LSTM", 9} "
                + $"{"x ours", 7}   {"step", 9} {"LSTM", 9} {"x ours", 7}"
        );
        foreach (Case @case in Case.Recent(options.Only))
            Measure(@case, options, verdict);
    }

    private static void Measure(Case @case, ScoringOptions options, Verdict verdict)
    {
        Case lstm = @case with { Cell = CellKind.Lstm };
        TrainedNetwork minimal = @case.Network(),
            full = lstm.Network();
        Row[] row = @case.RandomRows(1),
            batch = @case.RandomRows(BatchRows);
        double[] us = PeerRounds.MeasureApart(
            [
                new KernelPeer(@case, minimal, row, threads: 1),
                new KernelPeer(lstm, full, row, threads: 1),
                new OnnxRuntimePeer(lstm, full, row, threads: 1),
                new OnnxRuntimePeer(@case, minimal, row, threads: 1),
                new KernelPeer(@case, minimal, batch, Threads),
                new KernelPeer(lstm, full, batch, Threads),
                new StepPeer(@case, minimal, row[0]),
                new StepPeer(lstm, full, row[0]),
            ],
            options.Rounds,
            options.Milliseconds
        );
        Console.WriteLine(
            $"{@case.Name, -22} {us[0], 9:0.00} {us[1], 9:0.00} {us[2], 9:0.00} {us[3], 9:0.00} {us[1] / us[0], 7:0.00} "
                + $"{us[2] / us[0], 7:0.00}   {us[4], 9:0.000} {us[5], 9:0.000} {us[5] / us[4], 7:0.00}   {us[6], 9:0.000} "
                + $"{us[7], 9:0.000} {us[7] / us[6], 7:0.00}"
        );
        if (@case is not { Cell: CellKind.MinGru, Units: 256 })
            return;
        Console.WriteLine($"  beside our LSTM: {verdict.AtLeast(Bars.MinimalCell, us[1] / us[0], $"{@case.Name} beside our LSTM").Trim()}");
        Console.WriteLine(
            $"  beside ONNX Runtime's LSTM: "
                + verdict.AtLeast(Bars.MinimalCellPeer, us[2] / us[0], $"{@case.Name} beside ONNX Runtime's LSTM").Trim()
        );
    }

    /// <summary>A series, step by step: a row counts as a step.</summary>
    private sealed class StepPeer(Case @case, TrainedNetwork network, Row row) : IPeer
    {
        private readonly StepScorer _scorer = new(new PackedNetwork(network));
        private readonly float[] _scores = new float[Case.Classes];

        public string Name => "step";

        public int FirstClass => Highest.Of(_scores);

        public int Run()
        {
            for (int step = 0; step < @case.Steps; step++)
            {
                _scorer.Take(SequenceView.OfSteps(row.Steps.AsSpan(step * @case.Features, @case.Features), @case.Features));
                _scorer.Answer(_scores);
            }
            return @case.Steps;
        }

        public void Dispose()
        {
            // The scorer holds memory alone.
        }
    }
}
