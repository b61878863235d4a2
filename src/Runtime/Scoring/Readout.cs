using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>A readout module with its scoring part.</summary>
internal interface IScoredReadout
{
    /// <summary>One user's scratch memory over a shared network.</summary>
    Readout NewReadout(PackedNetwork network);
}

/// <summary>
/// From the states of the last recurrent layer over several rows to their outputs: the scoring part of a <see cref="ReadoutModule"/>. One
/// user's scratch memory over a shared network.
/// </summary>
internal abstract unsafe class Readout(PackedNetwork network)
{
    protected PackedNetwork Network { get; } = network;

    protected NetworkShape Shape { get; } = network.Shape;

    protected HeadRunner Head { get; } = new(network);

    /// <summary>Whether it reads the states of every step, [R, T, H x directions].</summary>
    public virtual bool ReadsEveryState => false;

    /// <summary>Makes room for so many rows.</summary>
    public virtual void Reserve(int rows) { }

    /// <summary>Begins a direction of the last layer.</summary>
    public virtual void Begin(int rows) { }

    /// <summary>Reads the states after a step of the direction.</summary>
    /// <param name="active">The rows that still run: the first ones.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="states">[active, Padded].</param>
    public virtual void Add(int active, int step, float* states) { }

    /// <summary>Ends the direction.</summary>
    public virtual void End(int direction, in RowStates states) { }

    /// <summary>Writes the rows' outputs, in the label's own units, after the last direction.</summary>
    public abstract void Write(in RowStates states, in RowGroup group);
}
