using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>A series and where it stands. Who reads or changes the state holds a lock on this object.</summary>
/// <param name="Key">What its steps are told from those of other series by.</param>
/// <param name="State">Where it stands in the network, or in each member of an ensemble.</param>
internal sealed record Series(string Key, EnsembleState State) : IHeldSeries<Series>
{
    public long Steps => State.Steps;

    public Series Copy() => this with { State = State.Copy() };
}
