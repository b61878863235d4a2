using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>The state of a series in each member of an ensemble, or in a single network: all members have had the same steps.</summary>
/// <param name="members">One for each network, at least one.</param>
internal sealed class EnsembleState(IReadOnlyList<SeriesState> members)
{
    /// <summary>The state before the first step.</summary>
    /// <param name="shape">The networks' sizes.</param>
    /// <param name="size">Number of networks.</param>
    public EnsembleState(NetworkShape shape, int size)
        : this([.. Enumerable.Range(0, size).Select(_ => new SeriesState(shape))]) { }

    public IReadOnlyList<SeriesState> Members => members;

    /// <summary>T, the time steps so far.</summary>
    public long Steps => members[0].Steps;

    public EnsembleState Copy() => new([.. members.Select(member => member.Copy())]);

    /// <summary>Copies another state of the same networks.</summary>
    public void CopyFrom(EnsembleState other)
    {
        for (int member = 0; member < members.Count; member++)
            members[member].CopyFrom(other.Members[member]);
    }
}
