using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Verification;

/// <summary>A scorer whose first output is off by <paramref name="error"/> for rows of one length.</summary>
internal sealed class WrongScorer(ISequenceScorer right, int length, float error) : ISequenceScorer
{
    public IScoringSession NewSession() => new Session(right.NewSession(), length, error);

    public void Dispose()
    {
        // The right one is the test's.
    }

    private sealed class Session(IScoringSession right, int length, float error) : IScoringSession
    {
        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            right.Score(sequence, outputs);
            if (sequence.Length == length)
                outputs[0] += error;
        }

        public void Dispose() => right.Dispose();
    }
}
