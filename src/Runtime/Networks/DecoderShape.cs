namespace RnnMlNet.Runtime.Networks;

/// <summary>The sizes of a decoder.</summary>
/// <param name="Kind">How it works.</param>
/// <param name="Steps">m, output steps.</param>
/// <param name="Channels">C: each row is of one of so many channels, which share all weights but an embedding; 1 where there is nothing to
/// tell apart. Of a parallel decoder.</param>
/// <param name="KnownSize">K, numbers of each output step that are known beforehand; 0 for none.</param>
internal sealed record DecoderShape(DecoderKind Kind, int Steps, int Channels, int KnownSize)
{
    /// <summary>
    /// Numbers of a row that are known beforehand: [m, K], and before them, of a recurrent decoder, what the first step reads as the output
    /// before it.
    /// </summary>
    public int StaticSize => Steps * KnownSize + (Kind == DecoderKind.Recurrent ? 1 : 0);
}
