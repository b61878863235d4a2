using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>Scores a row step by step, as a SequencePredictionEngine does.</summary>
internal sealed class SteppedScorer(TrainedNetwork network) : ISequenceScorer
{
    private readonly PackedNetwork _network = new(network, WeightPrecision.Full);

    public IScoringSession NewSession() => new Session(_network);

    public void Dispose()
    {
        // Nothing native is held.
    }

    private sealed class Session(PackedNetwork network) : IScoringSession
    {
        private readonly StepScorer _steps = new(network);
        private readonly SeriesState _start = new(network.Shape);

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            _steps.Load(_start);
            _steps.Take(sequence);
            _steps.Answer(outputs);
        }

        public void Score(SequenceRows rows, Span<float> outputs) => RowByRow.Score(this, rows, network.Shape.OutputLayout, outputs);

        public void Dispose()
        {
            // Scratch is managed memory.
        }
    }
}
