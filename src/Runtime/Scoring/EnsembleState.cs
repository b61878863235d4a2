using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>Where a series stands in each member of an ensemble, or in a network alone: all members have had the same steps.</summary>
/// <param name="members">One for each network, at least one.</param>
internal sealed class EnsembleState(IReadOnlyList<SeriesState> members)
{
    /// <summary>A series without a step.</summary>
    /// <param name="shape">The networks' sizes.</param>
    /// <param name="size">How many networks.</param>
    public EnsembleState(NetworkShape shape, int size)
        : this([.. Enumerable.Range(0, size).Select(_ => new SeriesState(shape))]) { }

    public IReadOnlyList<SeriesState> Members => members;

    /// <summary>T, the time steps there have been.</summary>
    public long Steps => members[0].Steps;

    public EnsembleState Copy() => new([.. members.Select(member => member.Copy())]);

    /// <summary>Takes over what another one is, of the same networks.</summary>
    public void CopyFrom(EnsembleState other)
    {
        for (int member = 0; member < members.Count; member++)
            members[member].CopyFrom(other.Members[member]);
    }
}
