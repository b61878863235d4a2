using System.Numerics.Tensors;
using RnnMlNet.Data;
using RnnMlNet.Engines;

namespace RnnMlNet.Scoring;

/// <summary>Scores by several networks: the mean of what they put out, of classes that of their logits.</summary>
/// <param name="scorers">One a network; disposed with it.</param>
internal sealed class AveragingScorer(IReadOnlyList<ISequenceScorer> scorers) : ISequenceScorer
{
    public IScoringSession NewSession() => new Session([.. scorers.Select(scorer => scorer.NewSession())]);

    public void Dispose()
    {
        foreach (ISequenceScorer scorer in scorers)
            scorer.Dispose();
    }

    private sealed class Session(IScoringSession[] sessions) : IScoringSession
    {
        private float[] _other = [];

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            sessions[0].Score(sequence, outputs);
            Span<float> other = Other(outputs.Length);
            foreach (IScoringSession session in sessions.AsSpan(1))
            {
                session.Score(sequence, other);
                TensorPrimitives.Add(outputs, other, outputs);
            }
            TensorPrimitives.Divide(outputs, sessions.Length, outputs);
        }

        public void Score(SequenceRows rows, Span<float> outputs)
        {
            sessions[0].Score(rows, outputs);
            Span<float> other = Other(outputs.Length);
            foreach (IScoringSession session in sessions.AsSpan(1))
            {
                session.Score(rows, other);
                TensorPrimitives.Add(outputs, other, outputs);
            }
            TensorPrimitives.Divide(outputs, sessions.Length, outputs);
        }

        public void Dispose()
        {
            foreach (IScoringSession session in sessions)
                session.Dispose();
        }

        private Span<float> Other(int length)
        {
            if (_other.Length < length)
                _other = new float[length];
            return _other.AsSpan(0, length);
        }
    }
}
