using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Takes series on step by step in each member of an ensemble, and answers with the mean of their outputs, as <see cref="EnsembleScorer"/>
/// does of whole rows. For one thread at a time.
/// </summary>
/// <param name="networks">The members, at least one.</param>
internal sealed class EnsembleStepScorer(IReadOnlyList<PackedNetwork> networks)
{
    private readonly StepScorer[] _scorers = [.. networks.Select(network => new StepScorer(network))];
    private readonly OutputMean _mean = new(networks.Count);

    /// <summary>A state of its networks for a series without a step.</summary>
    public EnsembleState NewState() => new(networks[0].Shape, networks.Count);

    /// <summary>Takes a series' next steps, and answers for all so far.</summary>
    /// <param name="before">Where the series stands.</param>
    /// <param name="after">Where it stands then; overwritten, and may be the same.</param>
    /// <param name="steps">The steps, none to be answered for those so far.</param>
    /// <param name="outputs">Outputs of all steps so far; of a tagger, those of each of <paramref name="steps"/>.</param>
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
