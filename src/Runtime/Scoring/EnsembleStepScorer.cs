using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Advances series step by step in each member of an ensemble, and averages their outputs, as <see cref="EnsembleScorer"/> does for whole
/// rows. For one thread at a time.
/// </summary>
/// <param name="networks">The members, at least one.</param>
internal sealed class EnsembleStepScorer(IReadOnlyList<PackedNetwork> networks)
{
    private readonly StepScorer[] _scorers = [.. networks.Select(network => new StepScorer(network))];
    private readonly OutputMean _mean = new(networks.Count);

    /// <summary>The networks' state before the first step.</summary>
    public EnsembleState NewState() => new(networks[0].Shape, networks.Count);

    /// <summary>Advances a series by its next steps, and outputs the scores so far.</summary>
    /// <param name="before">The series' state.</param>
    /// <param name="after">Its state afterwards; overwritten, and may be the same object.</param>
    /// <param name="steps">The steps; none for the scores of those so far.</param>
    /// <param name="outputs">Outputs for all steps so far; for a tagger, those of each of <paramref name="steps"/>.</param>
    public void Score(EnsembleState before, EnsembleState after, in SequenceView steps, Span<float> outputs)
    {
        for (int member = 0; member < _scorers.Length; member++)
        {
            StepScorer scorer = _scorers[member];
            scorer.Load(before.Members[member]);
            scorer.Take(steps);
            scorer.Store(after.Members[member]);
            scorer.TakePending();
            scorer.Answer(_mean.Place(member, outputs));
            _mean.Take(member, outputs);
        }
    }
}
