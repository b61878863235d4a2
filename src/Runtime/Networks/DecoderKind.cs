namespace RnnMlNet.Runtime.Networks;

/// <summary>How a network comes from the state after the last step to several outputs in a row.</summary>
internal enum DecoderKind
{
    /// <summary>
    /// All at once: from that state the first layer's cell makes one step for each output step, whose input says only which one it is
    /// (SegRNN's parallel multi-step forecasting; Lin et al., 2023, arXiv 2308.11200).
    /// </summary>
    Parallel,

    /// <summary>
    /// One after the other: a cell of its own goes on from that state and reads at each step what came out at the one before (Sutskever et
    /// al., 2014, arXiv 1409.3215), in training what should have come out: teacher forcing (Williams and Zipser, 1989).
    /// </summary>
    Recurrent,
}
