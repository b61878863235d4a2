using RnnMlNet.Runtime.Cells;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Computes several output steps from the state after the last input step: its complete description, except for training, torch and ONNX.
/// </summary>
internal abstract class Decoder
{
    /// <summary>
    /// Whether each output step reads the output before it, so that they are computed in turn; what the first reads is a value of the row.
    /// </summary>
    public virtual bool ReadsPreviousOutput => false;

    /// <summary>
    /// Whether it has weights that tell the channels apart; of another the values known beforehand say by a one among zeros which channel
    /// a row is of.
    /// </summary>
    public virtual bool EmbedsChannels => false;

    /// <summary>Whether an output step may be several time steps: a segment, as each step of the network then is.</summary>
    public virtual bool DecodesSegments => false;

    /// <summary>The module of some sizes.</summary>
    /// <param name="sizes">The decoder's.</param>
    /// <param name="cell">The network's cell.</param>
    /// <param name="inputs">I, values that the first layer reads at a step.</param>
    /// <param name="units">H.</param>
    public abstract DecoderModule Module(DecoderShape sizes, Cell cell, int inputs, int units);

    public override string ToString() => GetType().Name;
}

/// <summary>The sizes of a decoder.</summary>
/// <param name="Kind">How it works.</param>
/// <param name="Steps">m, output steps.</param>
/// <param name="Channels">C: each row is of one of so many channels, which share all weights but an embedding; 1 where there is nothing to
/// tell apart. Of a decoder that embeds them.</param>
/// <param name="KnownSize">K, numbers of each output step that are known beforehand; 0 for none.</param>
internal sealed record DecoderShape(Decoder Kind, int Steps, int Channels, int KnownSize)
{
    /// <summary>
    /// Numbers of a row beside its steps: what the first output step reads as the output before it, where the decoder reads that, and
    /// [m, K] what is known beforehand.
    /// </summary>
    public int StaticSize => FirstKnown + Steps * KnownSize;

    /// <summary>Where the known values begin among them.</summary>
    public int FirstKnown => Kind.ReadsPreviousOutput ? 1 : 0;
}

/// <summary>
/// Several outputs in a row from the state after the last step: each output step is one of a cell, and the head runs over its state.
/// </summary>
internal abstract class DecoderModule : ReadoutModule
{
    /// <summary>Its own cell, which continues from the last state; null where that is the first layer's.</summary>
    public virtual CellModule? Cell => null;

    /// <summary>Its weights beside its cell's.</summary>
    public virtual IEnumerable<TensorSpec> Tables => [];

    public sealed override IEnumerable<TensorSpec> Tensors => [.. Cell?.Tensors ?? [], .. Tables];
}
