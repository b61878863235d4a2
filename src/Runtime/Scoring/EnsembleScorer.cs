using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>Scores by an ensemble: the mean of the members' outputs, for classes that of their logits.</summary>
/// <param name="scorers">One a member; disposed with it.</param>
internal sealed class EnsembleScorer(IReadOnlyList<ISequenceScorer> scorers) : ISequenceScorer
{
    /// <summary>The members' scorers.</summary>
    public IReadOnlyList<ISequenceScorer> Members => scorers;

    public IScoringSession NewSession() => new Session([.. scorers.Select(scorer => scorer.NewSession())]);

    public void Dispose()
    {
        foreach (ISequenceScorer scorer in scorers)
            scorer.Dispose();
    }

    private sealed class Session(IScoringSession[] sessions) : IScoringSession
    {
        private readonly OutputMean _mean = new(sessions.Length);

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            for (int network = 0; network < sessions.Length; network++)
            {
                sessions[network].Score(sequence, _mean.Place(network, outputs));
                _mean.Take(network, outputs);
            }
        }

        public void Score(SequenceRows rows, Span<float> outputs)
        {
            for (int network = 0; network < sessions.Length; network++)
            {
                sessions[network].Score(rows, _mean.Place(network, outputs));
                _mean.Take(network, outputs);
            }
        }

        public void Dispose()
        {
            foreach (IScoringSession session in sessions)
                session.Dispose();
        }
    }
}
