using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>Scores a row step by step, as a SequencePredictionEngine does.</summary>
internal sealed class SteppedScorer(TrainedNetwork network) : ISequenceScorer
{
    private readonly PackedNetwork[] _networks = [.. network.Members.Select(member => new PackedNetwork(member, WeightPrecision.Full))];

    public IScoringSession NewSession() => new Session(_networks);

    public void Dispose()
    {
        // Nothing native is held.
    }

    private sealed class Session : IScoringSession
    {
        private readonly OutputLayout _layout;
        private readonly EnsembleStepScorer _steps;
        private readonly EnsembleState _start,
            _after;

        public Session(IReadOnlyList<PackedNetwork> networks)
        {
            _layout = networks[0].Shape.OutputLayout;
            _steps = new EnsembleStepScorer(networks);
            _start = _steps.NewState();
            _after = _steps.NewState();
        }

        public void Score(in SequenceView sequence, Span<float> outputs) => _steps.Score(_start, _after, sequence, outputs);

        public void Score(SequenceRows rows, Span<float> outputs) => RowByRow.Score(this, rows, _layout, outputs);

        public void Dispose()
        {
            // Scratch is managed memory.
        }
    }
}
