using RnnMlNet.Data.Grouping;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>A series and its state. Readers and writers of the state hold a lock on this object.</summary>
/// <param name="Key">Its key.</param>
/// <param name="State">The network's state, or that of each member of an ensemble.</param>
/// <param name="Rows">Its last row, where the model groups rows; else null.</param>
internal sealed record Series(string Key, EnsembleState State, StreamedKey? Rows = null) : IHeldSeries<Series>
{
    public long Steps => Rows?.Steps ?? State.Steps;

    public Series Copy() => this with { State = State.Copy(), Rows = Rows?.Copy() };
}
